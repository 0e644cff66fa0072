/** A cluster with a node, as an installer finds it: what Helm and kubectl put there runs. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../../dev/build/bundle.ts';
import { type ControlPlane, startControlPlane } from '../../../dev/control-plane/start.ts';
import { CHART, type HelmOptions, NAMESPACE, helm } from '../../charts/helm.ts';
import { operatorImage } from '../../kubelet/image.ts';
import { Kubelet } from '../../kubelet/kubelet.ts';
import { identity } from '../../oracle/identity.ts';
import { type Answer, Prober } from '../../oracle/probe.ts';
import { Admin, type Stored } from '../admin.ts';
import { CustomResource } from '../custom-resource.ts';
import { until, untilTrue } from '../waiting.ts';
import { CHILD_KINDS, OWNER_LABEL } from '../world.ts';

/** The image, in any registry and of any version but this one. */
const pullable = /(^|\/)impersonation-operator:(?!missing$)/;

export class Cluster {
  readonly controlPlane: ControlPlane;
  readonly admin: Admin;
  readonly kubelet: Kubelet;
  readonly prober: Prober;
  readonly directory: string;

  private constructor(parts: Pick<Cluster, 'controlPlane' | 'admin' | 'kubelet' | 'prober' | 'directory'>) {
    this.controlPlane = parts.controlPlane;
    this.admin = parts.admin;
    this.kubelet = parts.kubelet;
    this.prober = parts.prober;
    this.directory = parts.directory;
  }

  static async start(binaries: string): Promise<Cluster> {
    const directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-install-'));
    const { file } = await bundle({ entry: 'src/main.ts', file: join(directory, 'main.js') });
    const image = await operatorImage(file);
    const controlPlane = await startControlPlane({ binaries });
    const kubelet = await Kubelet.start({
      connection: controlPlane,
      image: (name) => (pullable.test(name) ? image : undefined),
      directory: join(directory, 'pods'),
    });
    return new Cluster({
      controlPlane,
      kubelet,
      admin: new Admin(controlPlane),
      prober: new Prober(controlPlane),
      directory,
    });
  }

  async stop(): Promise<void> {
    await this.kubelet.stop();
    await this.prober.close();
    await this.admin.close();
    await this.controlPlane.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Helm with a home of its own. @throws with what it says when it fails. */
  async helm(args: readonly string[], options: HelmOptions = {}): Promise<string> {
    const { stdout, stderr, code } = await this.tryHelm(args, options);
    if (code !== 0) throw new Error(`helm ${args.join(' ')} ended with status ${code}: ${stderr}`);
    return stdout;
  }

  async tryHelm(args: readonly string[], options: HelmOptions = {}): ReturnType<typeof helm> {
    return helm([...args, '--namespace', NAMESPACE], {
      ...options,
      environment: {
        KUBECONFIG: this.controlPlane.kubeconfigPath,
        HELM_CACHE_HOME: join(this.directory, 'helm', 'cache'),
        HELM_CONFIG_HOME: join(this.directory, 'helm', 'config'),
        HELM_DATA_HOME: join(this.directory, 'helm', 'data'),
      },
    });
  }

  /** @throws with what it says when it fails. */
  async kubectl(...args: readonly string[]): Promise<string> {
    const { stdout, stderr, code } = await this.controlPlane.kubectl(args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with status ${code}: ${stderr}`);
    return stdout;
  }

  /** The chart as another version, in a directory of its own. */
  async chartOf(version: string): Promise<string> {
    const path = join(this.directory, `chart-${version}`);
    await cp(CHART, path, { recursive: true });
    const file = join(path, 'Chart.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/^(?<key>version|appVersion): .*$/gmu, `$<key>: ${version}`));
    return path;
  }

  grant(name: string): CustomResource<'ImpersonationGrant'> {
    return new CustomResource(this.admin, 'ImpersonationGrant', name);
  }

  binding(name: string): CustomResource<'UserBinding'> {
    return new CustomResource(this.admin, 'UserBinding', name);
  }

  /** The token of a credential. */
  async tokenIn(namespace: string, name: string): Promise<string> {
    return until(`token in Secret ${namespace}/${name}`, async () => {
      const data = (await this.admin.get('Secret', name, namespace))?.['data'] as { token?: string } | undefined;
      return data?.token === undefined ? undefined : Buffer.from(data.token, 'base64').toString();
    });
  }

  /** What the server answers the holder of a token who acts as this user. */
  async as(token: string, user: string): Promise<Answer> {
    return this.prober.probe(token, identity(user));
  }

  async becomes(token: string, user: string): Promise<boolean> {
    return typeof (await this.as(token, user)) === 'object';
  }

  /** Everything that was made for a grant or a binding. */
  async children(): Promise<Stored[]> {
    return (await Promise.all(CHILD_KINDS.map(async (kind) => this.admin.list(kind, undefined, OWNER_LABEL)))).flat();
  }

  /** Names of the Pods of the operator that are ready. */
  async readyPods(): Promise<string[]> {
    const { body } = await this.admin.send('GET', `/api/v1/namespaces/${NAMESPACE}/pods`);
    const { items } = JSON.parse(body) as { items: { metadata: { name: string }; status: { conditions?: Ready[] } }[] };
    return items
      .filter(({ status }) => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
      .map(({ metadata }) => metadata.name);
  }

  /** Waits until nothing is left of what was asked for, the kinds themselves included. */
  async untilNothingIsLeft(): Promise<void> {
    let left: Stored[] = [];
    await untilTrue(
      'end of all children',
      async () => (left = await this.children()).length === 0,
      () => left.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`),
    );
  }

  logs(): string {
    return this.kubelet
      .pods(NAMESPACE)
      .map(({ pod, log }) => `--- ${pod.metadata.name}\n${log.slice(-3000)}`)
      .join('\n');
  }
}

interface Ready {
  readonly type: string;
  readonly status: string;
}
