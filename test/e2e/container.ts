/** The image as the Deployment starts it, beside a control plane of its own. */
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GenericContainer, type StartedTestContainer, Wait, getContainerRuntimeClient } from 'testcontainers';
import { parse } from 'yaml';
import { freePorts } from '../../dev/control-plane/ports.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/start.ts';
import { Admin } from '../integration/admin.ts';
import { Prober } from '../oracle/probe.ts';

const config = (path: string): string => fileURLToPath(new URL(`../../config/${path}`, import.meta.url));

const NAMESPACE = 'impersonation-system';
const ACCOUNT = 'impersonation-operator';

/** Where a kubelet puts the account of a Pod. */
const ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

const STARTUP_MS = 240_000;

interface Deployment {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly [Container] } } };
}

interface Container {
  readonly args: readonly string[];
  readonly resources: Readonly<Record<'limits' | 'requests', { readonly memory: string }>>;
}

const operator = async (): Promise<Container> => {
  const { spec } = parse(await readFile(config('manager/deployment.yaml'), 'utf8')) as Deployment;
  return spec.template.spec.containers[0];
};

/** Of a quantity such as `128Mi`. */
const megabytes = (quantity: string): number => {
  const [, number] = /^(\d+)Mi$/.exec(quantity) ?? [];
  if (number === undefined) throw new Error(`${quantity} is no number of megabytes`);
  return Number(number);
};

/** With what the securityContext of the Deployment says. */
class RestrictedContainer extends GenericContainer {
  constructor(image: string) {
    super(image);
    this.hostConfig.ReadonlyRootfs = true;
    this.withDroppedCapabilities('ALL').withSecurityOpt('no-new-privileges');
  }
}

export class ContainerInCluster {
  readonly controlPlane: ControlPlane;
  readonly admin: Admin;
  readonly prober: Prober;
  readonly #container: StartedTestContainer;
  readonly #log: string[];

  private constructor(parts: {
    readonly controlPlane: ControlPlane;
    readonly container: StartedTestContainer;
    readonly log: string[];
  }) {
    this.controlPlane = parts.controlPlane;
    this.admin = new Admin(parts.controlPlane);
    this.prober = new Prober(parts.controlPlane);
    this.#container = parts.container;
    this.#log = parts.log;
  }

  /** Installs all of config/install.yaml. Resolves once the container leads. `directory` is empty. */
  static async start(image: string, binaries: string, directory: string): Promise<ContainerInCluster> {
    const controlPlane = await startControlPlane({ binaries });
    try {
      const { code, stderr } = await controlPlane.kubectl(['apply', '--server-side', '-f', config('install.yaml')]);
      if (code !== 0) throw new Error(`unable to install: ${stderr}`);
      const log: string[] = [];
      const container = await startContainer(image, controlPlane, await writeAccount(controlPlane, directory), log);
      return new ContainerInCluster({ controlPlane, container, log });
    } catch (error) {
      await controlPlane.stop();
      throw error;
    }
  }

  get log(): string {
    return this.#log.join('');
  }

  /** Removes all of it, whether the container runs or not. */
  async stop(): Promise<void> {
    const client = await getContainerRuntimeClient();
    await client.container.getById(this.#container.getId()).remove({ force: true });
    await this.admin.close();
    await this.prober.close();
    await this.controlPlane.stop();
  }

  /** What a program for the Node in the image prints, run in the container. */
  async run(program: string): Promise<string> {
    const { exitCode, output } = await this.#container.exec(['/usr/local/bin/node', '--eval', program]);
    if (exitCode !== 0) throw new Error(`the program ended with status ${exitCode}: ${output}`);
    return output.trim();
  }

  /** What the kernel says of the operator's process, by its name there, as `VmRSS`. */
  async processStatus(): Promise<ReadonlyMap<string, string>> {
    const text = await this.run("process.stdout.write(require('node:fs').readFileSync('/proc/1/status', 'utf8'))");
    return new Map(text.split('\n').map((line) => line.split(/:\s+/, 2) as [string, string]));
  }

  /** Of memory, in units of 2^20 bytes. */
  async requested(): Promise<number> {
    return megabytes((await operator()).resources.requests.memory);
  }

  /** SIGTERM; the exit status. */
  async terminate(): Promise<number> {
    const client = await getContainerRuntimeClient();
    const container = client.container.getById(this.#container.getId());
    const ended = container.wait() as Promise<{ readonly StatusCode: number }>;
    await container.kill({ signal: 'SIGTERM' });
    return (await ended).StatusCode;
  }

  /** The one who leads; empty where nobody does. */
  async leader(): Promise<string> {
    const lease = await this.admin.get('Lease', ACCOUNT, NAMESPACE);
    return (lease?.['spec'] as { readonly holderIdentity?: string } | undefined)?.holderIdentity ?? '';
  }
}

/** The directory of a Pod's account. */
const writeAccount = async (controlPlane: ControlPlane, directory: string): Promise<string> => {
  const account = join(directory, 'account');
  await rm(account, { recursive: true, force: true });
  await mkdir(account);
  const admin = new Admin(controlPlane);
  const files = { token: await admin.token(NAMESPACE, ACCOUNT), 'ca.crt': controlPlane.ca, namespace: NAMESPACE };
  await admin.close();
  for (const [name, text] of Object.entries(files)) await writeFile(join(account, name), text);
  await chmod(account, 0o755);
  return account;
};

const startContainer = async (
  image: string,
  { url }: ControlPlane,
  account: string,
  log: string[],
): Promise<StartedTestContainer> => {
  const { args, resources } = await operator();
  const [port = 0] = await freePorts(1);
  const server = new URL(url);
  return new RestrictedContainer(image)
    .withCommand([...args, `--listen-address=127.0.0.1:${port}`])
    .withEnvironment({ KUBERNETES_SERVICE_HOST: server.hostname, KUBERNETES_SERVICE_PORT: server.port })
    .withBindMounts([{ source: account, target: ACCOUNT_DIRECTORY, mode: 'ro' }])
    .withNetworkMode('host')
    .withResourcesQuota({ memory: megabytes(resources.limits.memory) / 1024 })
    .withLogConsumer((stream) => stream.on('data', (chunk: Buffer | string) => log.push(chunk.toString())))
    .withWaitStrategy(Wait.forLogMessage('"msg":"leading"'))
    .withStartupTimeout(STARTUP_MS)
    .start();
};
