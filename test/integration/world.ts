/** What one test has: an empty cluster with a running operator, names of its own, and the oracle that judges it. */
import { inject } from 'vitest';
import type { Connection } from '../../dev/control-plane/connection.ts';
import { type KubectlOptions, type KubectlResult, kubectl } from '../../dev/control-plane/kubectl.ts';
import type { Reason } from '../../src/crds/reasons.ts';
import { accountName, type Identity, identity } from '../oracle/identity.ts';
import type { Settings, SubjectSpec } from '../oracle/objects.ts';
import { Oracle } from '../oracle/oracle.ts';
import { Prober } from '../oracle/probe.ts';
import { snapshot } from '../oracle/snapshot.ts';
import { type Depth, attempts } from '../oracle/attempts.ts';
import type { Watch } from '../oracle/watch.ts';
import type { Admin, AnyObject, Kind, Stored } from './admin.ts';
import { type BindingInput, CustomResource, type GrantInput } from './custom-resource.ts';
import type { Dialect } from './dialect.ts';
import type { Installed } from './installed.ts';
import { PEOPLE } from './people.ts';
import type { Proxy } from './proxy.ts';
import { untilTrue } from './waiting.ts';

/** Where the kinds of children are; every child carries the label below. */
export const CHILD_KINDS = [
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ServiceAccount',
  'Secret',
] as const satisfies readonly Kind[];
export const OWNER_LABEL = 'impersonation.dev/owner-uid';

/** Namespaces that are there in every test. */
export const NAMESPACES = ['production', 'staging'] as const;

/** What all tests of a file share. */
export interface Shared {
  readonly connection: Connection;
  readonly admin: Admin;
  readonly settings: Settings;
  readonly operator: Installed;
  readonly proxy: Proxy | undefined;
  readonly depth: Depth;
  reinstall(change: Partial<Settings>): Promise<void>;
}

export class World {
  readonly connection: Connection;
  readonly admin: Admin;
  /** The operator: restart, stop, kill, start it. */
  readonly operator: Installed;
  readonly oracle: Oracle;
  readonly prober: Prober;
  /** That of grants which do not say theirs. */
  readonly dialect: Dialect = inject('dialect');
  /** Whether the API server knows constrained impersonation; to be set by a test that starts it the other way. */
  gate = inject('gate');
  readonly #id: string;
  readonly #shared: Shared;
  readonly #made: { readonly kind: Kind; readonly name: string; readonly namespace: string | undefined }[] = [];
  readonly #namespaces: string[] = [...NAMESPACES];

  /** `id` is part of every name. */
  constructor(id: string, shared: Shared) {
    this.#id = id;
    this.#shared = shared;
    this.connection = shared.connection;
    this.admin = shared.admin;
    this.operator = shared.operator;
    this.prober = new Prober(this.connection);
    this.oracle = new Oracle({
      prober: this.prober,
      settings: () => this.settings,
      read: async () =>
        snapshot(this.admin, this.settings, {
          now: () => Date.now() + (shared.proxy?.clockShiftMs ?? 0),
          gate: () => this.gate,
        }),
      attempts: () => attempts(this.#namespaces, shared.depth),
    });
    for (const { user, groups, tokens } of PEOPLE)
      this.oracle.know(user, tokens, user, [
        { kind: 'User', name: user },
        ...groups.map((name): SubjectSpec => ({ kind: 'Group', name })),
      ]);
  }

  /** What the operator was installed with. */
  get settings(): Settings {
    return this.#shared.settings;
  }

  /** Starts the operator again with other settings, until the end of the test. */
  async reinstall(change: Partial<Settings>): Promise<void> {
    await this.#shared.reinstall(change);
  }

  /** The proxy that the operator's requests pass. @throws where the file did not ask for one. */
  get proxy(): Proxy {
    const { proxy } = this.#shared;
    if (proxy === undefined) throw new Error('ask for a proxy by integration({ proxy: true })');
    return proxy;
  }

  /** Whether a grant in the dialect of the test is carried out by this server. */
  get holds(): boolean {
    return this.dialect === 'legacy' || this.gate;
  }

  /** A name that no other test has. */
  name(base: string): string {
    return `${base}-${this.#id}`;
  }

  /** An ImpersonationGrant in the dialect of the test, with this reason in the end; null does not wait. */
  async grant(
    base: string,
    spec: GrantInput,
    reason: Reason | null = 'Granted',
  ): Promise<CustomResource<'ImpersonationGrant'>> {
    const grant = this.#custom('ImpersonationGrant', base);
    await grant.apply(spec, reason);
    return grant;
  }

  /** A UserBinding, likewise. */
  async binding(
    base: string,
    spec: BindingInput,
    reason: Reason | null = 'Granted',
  ): Promise<CustomResource<'UserBinding'>> {
    const binding = this.#custom('UserBinding', base);
    await binding.apply(spec, reason);
    return binding;
  }

  /** A service account with a token that the oracle tries; answers it as a subject. */
  async account(namespace: string, name: string): Promise<SubjectSpec> {
    await this.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } });
    const subject: SubjectSpec = { kind: 'ServiceAccount', namespace, name };
    const token = await this.admin.token(namespace, name);
    this.oracle.know(`ServiceAccount ${namespace}/${name}`, [token], accountName(namespace, name), [subject]);
    return subject;
  }

  /** Any object; removed at the end of the test. Its name is taken as it is. */
  async create(object: AnyObject): Promise<Stored> {
    const { name, namespace } = object.metadata;
    this.#made.push({ kind: object.kind as Kind, name, namespace });
    return this.admin.create(object);
  }

  /** A namespace of this test; its service accounts are in the universe from now on. */
  async namespace(base: string): Promise<string> {
    const name = this.knowNamespace(base);
    await this.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    return name;
  }

  /** The name that `namespace` will give, for a namespace that is not there yet. */
  knowNamespace(base: string): string {
    const name = this.name(base);
    if (!this.#namespaces.includes(name)) this.#namespaces.push(name);
    return name;
  }

  /** Resolves once the matrix equals what the live objects say; every test ends so without asking. */
  async settled(): Promise<void> {
    await this.oracle.settled();
  }

  /**
   * Carries out an edit and waits until it has settled; fails if anything was ever allowed that neither the old nor the new objects say.
   * With a proxy every write of the operator is held until the whole matrix was tried after it, so no state in between goes unseen.
   */
  async watched(edit: (watch: Watch) => Promise<void>): Promise<void> {
    const { proxy } = this.#shared;
    await this.oracle.during(proxy === undefined, async (watch) => {
      if (proxy !== undefined)
        proxy.hooks.afterWrite = async ({ path }) => {
          if (!/\/(status|events)(\?|$)/.test(path)) await watch.round();
        };
      try {
        await edit(watch);
      } finally {
        if (proxy !== undefined) proxy.hooks.afterWrite = undefined;
      }
    });
  }

  /** The status of a GET by `user`, impersonated by the admin. */
  async statusAs(user: string, path: string, more: Partial<Omit<Identity, 'user'>> = {}): Promise<number> {
    return (await this.admin.send('GET', path, { as: identity(user, more) })).status;
  }

  /** Everything that carries the mark of a child, whoever owns it. */
  async children(): Promise<Stored[]> {
    const lists = await Promise.all(CHILD_KINDS.map(async (kind) => this.admin.list(kind, undefined, OWNER_LABEL)));
    return lists.flat();
  }

  async kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult> {
    return kubectl(this.connection, args, options);
  }

  /** Removes everything that the test made. @throws when the operator leaves anything behind. */
  async clean(): Promise<void> {
    for (const { kind, name, namespace } of this.#made.toReversed()) await this.admin.delete(kind, name, namespace);
    let left: Stored[] = [];
    await untilTrue(
      'end of all children',
      async () => {
        left = await this.children();
        return left.length === 0;
      },
      () => left.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`),
    );
  }

  async close(): Promise<void> {
    await this.prober.close();
  }

  #custom<Of extends 'ImpersonationGrant' | 'UserBinding'>(kind: Of, base: string): CustomResource<Of> {
    const name = this.name(base);
    this.#made.push({ kind, name, namespace: undefined });
    return new CustomResource(this.admin, kind, name, this);
  }
}
