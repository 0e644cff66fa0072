/** A control plane of its own with config/install.yaml, and the operator under its own account behind a proxy. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditEvent, readAuditLog } from '../../../dev/control-plane/audit.ts';
import { kubeconfig } from '../../../dev/control-plane/connection.ts';
import { type ControlPlane, startControlPlane } from '../../../dev/control-plane/start.ts';
import { operatorPolicies, policyObjects } from '../../../dev/generate/policy/index.ts';
import { type PolicySettings, SHIPPED } from '../../../dev/generate/policy/settings.ts';
import { Admin, type AnyObject, type Stored, pathOf } from '../admin.ts';
import { CustomResource } from '../custom-resource.ts';
import { SETTINGS } from '../harness.ts';
import { type OperatorOptions, OperatorProcess } from '../operator.ts';
import { Proxy } from '../proxy.ts';
import { untilTrue } from '../waiting.ts';
import { CHILD_KINDS, OWNER_LABEL } from '../world.ts';
import { CREDENTIALS, INSTALL, NAME, type Rule, SYSTEM, USER } from './manifest.ts';

/** As shipped, and with a role that a test gives. */
const WITH_ROLE: PolicySettings = { ...SHIPPED, ceiling: { ...SHIPPED.ceiling, roles: ['default/deployer'] } };

/** Discovery and the version, which every authenticated user may read. */
const OPEN_TO_ALL = /^\/(api|apis|version)(\/[^/]+){0,2}$/;

export class Restricted {
  readonly controlPlane: ControlPlane;
  readonly admin: Admin;
  readonly #proxy: Proxy;
  #operator: OperatorProcess;
  readonly #options: OperatorOptions;
  readonly #directory: string;

  private constructor(parts: {
    readonly controlPlane: ControlPlane;
    readonly admin: Admin;
    readonly proxy: Proxy;
    readonly operator: OperatorProcess;
    readonly options: OperatorOptions;
    readonly directory: string;
  }) {
    this.controlPlane = parts.controlPlane;
    this.admin = parts.admin;
    this.#proxy = parts.proxy;
    this.#operator = parts.operator;
    this.#options = parts.options;
    this.#directory = parts.directory;
  }

  static async start(binaries: string, flags: readonly string[] = []): Promise<Restricted> {
    const directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-permissions-'));
    const controlPlane = await startControlPlane({ binaries, audit: true });
    const admin = new Admin(controlPlane);
    const { code, stderr } = await controlPlane.kubectl(['apply', '--server-side', '-f', INSTALL]);
    if (code !== 0 || stderr !== '') throw new Error(`unable to apply ${INSTALL}: ${stderr}`);
    for (const object of policyObjects(operatorPolicies(WITH_ROLE))) await admin.apply(object as AnyObject);
    const proxy = new Proxy(controlPlane);
    const server = await proxy.start();
    const [file, caFile] = [join(directory, 'kubeconfig'), join(directory, 'ca.crt')];
    await writeFile(file, kubeconfig(server, 'operator', await admin.token(SYSTEM, NAME)));
    await writeFile(caFile, controlPlane.ca);
    const options: OperatorOptions = {
      kubeconfig: file,
      settings: { ...SETTINGS, credentialNamespaces: [CREDENTIALS] },
      endpoint: { url: controlPlane.url, caFile },
      flags: ['--leader-elect=true', '--profile=guarded', ...flags],
    };
    const operator = await OperatorProcess.start(options);
    return new Restricted({ controlPlane, admin, proxy, operator, options, directory });
  }

  /** Ends the operator, and starts another that finds what `meanwhile` left. Nobody waits until it is ready. */
  async restart(meanwhile: () => Promise<unknown>): Promise<void> {
    await this.#operator.stop();
    await meanwhile();
    this.#operator = await OperatorProcess.spawn(this.#options);
  }

  /** What the operator itself says. */
  async answer(path: string): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#operator.port}${path}`)).text();
  }

  async stop(): Promise<void> {
    await this.#operator.stop();
    await this.#proxy.stop();
    await this.admin.close();
    await this.controlPlane.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  grant(name: string): CustomResource<'ImpersonationGrant'> {
    return new CustomResource(this.admin, 'ImpersonationGrant', name);
  }

  binding(name: string): CustomResource<'UserBinding'> {
    return new CustomResource(this.admin, 'UserBinding', name);
  }

  async children(): Promise<Stored[]> {
    return (await Promise.all(CHILD_KINDS.map(async (kind) => this.admin.list(kind, undefined, OWNER_LABEL)))).flat();
  }

  async untilNothingIsLeft(): Promise<void> {
    await untilTrue('end of all children', async () => (await this.children()).length === 0);
  }

  /** What the operator asked for so far, watches and lists included. */
  async requests(): Promise<AuditEvent[]> {
    const events = await readAuditLog(this.controlPlane.auditLogPath ?? '');
    return events.filter(
      ({ user, objectRef, requestURI }) =>
        user.username === USER && (objectRef !== undefined || !OPEN_TO_ALL.test(requestURI)),
    );
  }

  /** While `act` runs, `make` is called once right before the operator creates an object of this kind. */
  async rightBefore(kind: Stored['kind'], make: () => Promise<unknown>, act: () => Promise<void>): Promise<void> {
    const plural =
      pathOf(kind as 'Role')
        .split('/')
        .at(-1) ?? '';
    let made = false;
    this.#proxy.hooks.before = async ({ method, path }) => {
      if (made || method !== 'POST' || !path.split('?')[0]?.endsWith(`/${plural}`)) return;
      made = true;
      await make();
    };
    try {
      await act();
    } finally {
      this.#proxy.hooks.before = () => undefined;
    }
  }

  /** The operator may not use a verb on these resources of RBAC, or anywhere, while `act` runs. */
  async without(verb: string, act: () => Promise<void>, on?: readonly string[]): Promise<void> {
    const rules = (await this.admin.get('ClusterRole', NAME))?.['rules'] as Rule[];
    const less = (rule: Rule): Rule => ({ ...rule, verbs: rule.verbs.filter((one) => one !== verb) });
    const fewer = rules.flatMap((rule) => {
      if (on === undefined || rule.resources === undefined) return [less(rule)];
      const resources = rule.resources.filter((one) => on.includes(one));
      const others = rule.resources.filter((one) => !on.includes(one));
      return [{ ...rule, resources: others }, less({ ...rule, resources })].filter(
        (each) => each.resources?.length !== 0,
      );
    });
    await this.admin.patch('ClusterRole', NAME, { rules: fewer.filter(({ verbs }) => verbs.length > 0) });
    try {
      await act();
    } finally {
      await this.admin.patch('ClusterRole', NAME, { rules });
    }
  }
}
