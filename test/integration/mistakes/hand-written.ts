/** Loads hand-written rules into a server, each for a caller of its own, and asks it. */
import { type Identity, accountName, identity } from '../../oracle/identity.ts';
import type { Admin, Answered } from '../admin.ts';
import { until, untilTrue } from '../waiting.ts';
import { type Ask, type HandWritten, become, clusterWide, inNamespace, rule } from './mistake.ts';

export type Verdict = 'allowed' | 'denied';

const STRANGER = 'stranger';
const RBAC = 'rbac.authorization.k8s.io';

/** @throws for any answer that says neither that the identity was taken nor that it was refused. */
export const verdict = ({ status, body }: Answered, as: Identity): Verdict => {
  if (status < 300) return 'allowed';
  const { message = '' } = JSON.parse(body) as { message?: string };
  if (status !== 403) throw new Error(`the server answers ${status}: ${body}`);
  if (as.user === undefined || message.includes('cannot impersonate')) return 'denied';
  if (message.includes(`User "${as.user}" cannot `)) return 'allowed';
  throw new Error(`the server answers ${status}: ${body}`);
};

export class HandWrittenRules {
  readonly #admin: Admin;
  readonly #side: string;
  /** Of the accounts that ask; nobody else lives there. */
  readonly #namespace: string;
  readonly #tokens = new Map<string, string>();
  readonly #made: (() => Promise<void>)[] = [];

  /** `side` is part of every name. */
  constructor(admin: Admin, side: string) {
    this.#admin = admin;
    this.#side = side;
    this.#namespace = `callers-${side}`;
  }

  async start(): Promise<void> {
    for (const name of [this.#namespace, 'production', 'staging'])
      await this.#admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await this.#caller(STRANGER);
  }

  /** Rules for a caller that is known by this name from now on. */
  async write(caller: string, written: readonly HandWritten[]): Promise<void> {
    await this.#caller(caller);
    for (const [index, { namespace, rules, to }] of written.entries()) {
      const kind = namespace === undefined ? 'ClusterRole' : 'Role';
      const metadata = { name: `${this.#side}-${caller}-${index}`, ...(namespace === undefined ? {} : { namespace }) };
      const apiVersion = `${RBAC}/v1`;
      const subject =
        to === 'everybody'
          ? { kind: 'Group', apiGroup: RBAC, name: `system:serviceaccounts:${this.#namespace}` }
          : { kind: 'ServiceAccount', namespace: this.#namespace, name: caller };
      const roleRef = { apiGroup: RBAC, kind, name: metadata.name };
      await this.#create({ apiVersion, kind, metadata, rules });
      await this.#create({ apiVersion, kind: `${kind}Binding` as const, metadata, roleRef, subjects: [subject] });
    }
  }

  /** Resolves once the server knows everything that was written: it learns of each kind of object in the order of writing. */
  async known(): Promise<void> {
    const name = `canary-${this.#side}`;
    await this.write(name, [
      clusterWide(rule(['impersonate'], ':users', [name])),
      inNamespace('production', rule(['impersonate'], ':serviceaccounts', [name])),
    ]);
    for (const as of [identity(accountName('production', name)), identity(name)])
      await untilTrue(`rule of ${as.user}`, async () => (await this.ask(name, become(as))) === 'allowed');
  }

  async ask(caller: string, { by, as, method, path }: Ask): Promise<Verdict> {
    const token = this.token(by === 'stranger' ? STRANGER : caller);
    const body = method === 'POST' ? { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } : undefined;
    return verdict(await this.#admin.send(method, path, { token, as, ...(body === undefined ? {} : { body }) }), as);
  }

  /** Of a caller. @throws for one that nothing was written for. */
  token(caller: string): string {
    const token = this.#tokens.get(caller);
    if (token === undefined) throw new Error(`nothing was written for "${caller}"`);
    return token;
  }

  /** As the server knows a caller. */
  userOf(caller: string): string {
    return accountName(this.#namespace, caller);
  }

  /** Where the callers are. */
  get namespace(): string {
    return this.#namespace;
  }

  async remove(): Promise<void> {
    for (const remove of this.#made.toReversed()) await remove();
    await this.#admin.delete('Namespace', this.#namespace);
    await until('end of the callers', async () =>
      (await this.#admin.get('Namespace', this.#namespace)) ? undefined : true,
    );
  }

  async #caller(name: string): Promise<void> {
    await this.#admin.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace: this.#namespace, name },
    });
    this.#tokens.set(name, await this.#admin.token(this.#namespace, name));
  }

  async #create(
    object: Parameters<Admin['apply']>[0] & { kind: 'ClusterRole' | 'ClusterRoleBinding' | 'Role' | 'RoleBinding' },
  ): Promise<void> {
    const { name, namespace } = object.metadata;
    this.#made.push(async () => this.#admin.delete(object.kind, name, namespace));
    await this.#admin.create(object);
  }
}
