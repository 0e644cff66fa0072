/** Somebody who writes our objects: a service account with a token of its own and exactly the rights of a test. */
import type { PolicyRule } from '../../../src/rbac/index.ts';
import type { Admin, AnyObject, Answered } from '../admin.ts';
import { pathOf } from '../admin.ts';

/** Everywhere, and by namespace. */
export interface Rights {
  readonly everywhere?: readonly PolicyRule[];
  readonly within?: Readonly<Record<string, readonly PolicyRule[]>>;
}

const OURS = 'impersonation.dev';
const RBAC = 'rbac.authorization.k8s.io';

/** Without these nobody gets as far as a policy. */
const WRITES: PolicyRule = {
  verbs: ['create', 'update', 'patch', 'get'],
  apiGroups: [OURS],
  resources: ['impersonationgrants', 'userbindings', 'impersonationgrants/status', 'userbindings/status'],
};

export class Author {
  readonly name: string;
  readonly #admin: Admin;
  readonly #token: string;
  readonly #made: AnyObject[];

  private constructor(admin: Admin, name: string, token: string, made: AnyObject[]) {
    this.#admin = admin;
    this.name = name;
    this.#token = token;
    this.#made = made;
  }

  /** In the namespace `default`. */
  static async create(admin: Admin, { everywhere = [], within = {} }: Rights): Promise<Author> {
    const name = `author-${Math.random().toString(36).slice(2, 9)}`;
    const subjects = [{ kind: 'ServiceAccount', name, namespace: 'default' }];
    const pair = (namespace: string | undefined, rules: readonly PolicyRule[]): AnyObject[] => {
      const prefix = namespace === undefined ? 'Cluster' : '';
      const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
      const roleRef = { apiGroup: RBAC, kind: `${prefix}Role`, name };
      return [
        { apiVersion: `${RBAC}/v1`, kind: `${prefix}Role`, metadata, rules },
        { apiVersion: `${RBAC}/v1`, kind: `${prefix}RoleBinding`, metadata, roleRef, subjects },
      ];
    };
    const made: AnyObject[] = [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'default' } },
      ...pair(undefined, [WRITES, ...everywhere]),
      ...Object.entries(within).flatMap(([namespace, rules]) => pair(namespace, rules)),
    ];
    for (const object of made) await admin.create(object);
    return new Author(admin, name, await admin.token('default', name), made);
  }

  get userName(): string {
    return `system:serviceaccount:default:${this.name}`;
  }

  /** POST without effect: admission looks at it, nothing is stored. */
  async tryCreate(object: AnyObject): Promise<Answered> {
    return this.#admin.send('POST', `${pathOf(object.kind as 'UserBinding')}?dryRun=All`, {
      body: object,
      token: this.#token,
    });
  }

  /** PUT without effect of what was read and changed. */
  async tryReplace(object: AnyObject): Promise<Answered> {
    return this.#admin.send(
      'PUT',
      `${pathOf(object.kind as 'UserBinding', undefined, object.metadata.name)}?dryRun=All`,
      {
        body: object,
        token: this.#token,
      },
    );
  }

  /** Any request. */
  async send(...[method, path, options]: Parameters<Admin['send']>): Promise<Answered> {
    return this.#admin.send(method, path, { ...options, token: this.#token });
  }

  async remove(): Promise<void> {
    for (const { kind, metadata } of this.#made.toReversed())
      await this.#admin.delete(kind as 'Role', metadata.name, metadata.namespace);
  }
}
