/** The cluster as its admin, or anybody with a token, reads and writes it: JSON over HTTP. */
import { Pool } from 'undici';
import type { Connection } from '../../dev/control-plane/connection.ts';
import { type Identity, headersOf } from '../oracle/identity.ts';

export interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** An object that the server answered. */
export interface Stored extends AnyObject {
  readonly metadata: AnyObject['metadata'] & {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly { readonly uid: string; readonly [field: string]: unknown }[];
  };
}

export interface Answered {
  readonly status: number;
  readonly body: string;
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const OURS = '/apis/impersonation.dev/v1alpha1';

/** Where the objects of each kind are: the path before `namespaces/…`, and the plural. */
const KINDS = {
  ImpersonationGrant: [OURS, 'impersonationgrants'],
  UserBinding: [OURS, 'userbindings'],
  Namespace: ['/api/v1', 'namespaces'],
  Secret: ['/api/v1', 'secrets'],
  ServiceAccount: ['/api/v1', 'serviceaccounts'],
  ConfigMap: ['/api/v1', 'configmaps'],
  ClusterRole: [RBAC, 'clusterroles'],
  ClusterRoleBinding: [RBAC, 'clusterrolebindings'],
  Role: [RBAC, 'roles'],
  RoleBinding: [RBAC, 'rolebindings'],
  ValidatingAdmissionPolicy: [ADMISSION, 'validatingadmissionpolicies'],
  ValidatingAdmissionPolicyBinding: [ADMISSION, 'validatingadmissionpolicybindings'],
  CustomResourceDefinition: ['/apis/apiextensions.k8s.io/v1', 'customresourcedefinitions'],
  Event: ['/apis/events.k8s.io/v1', 'events'],
  Lease: ['/apis/coordination.k8s.io/v1', 'leases'],
} as const;

export type Kind = keyof typeof KINDS;

/** `/apis/GROUP/VERSION/namespaces/NAMESPACE/PLURAL/NAME`; without `namespace` all namespaces, without `name` the list. */
export const pathOf = (kind: Kind, namespace?: string, name?: string): string => {
  const [group, plural] = KINDS[kind];
  return [
    group,
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
  ].join('/');
};

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** @throws from every method but `send` and `as` when the server answers anything but success; a 404 of `get` is undefined. */
export class Admin {
  readonly #pool: Pool;
  readonly #token: string;

  constructor({ url, ca, adminToken }: Pick<Connection, 'url' | 'ca' | 'adminToken'>) {
    this.#pool = new Pool(url, { connections: 4, pipelining: 1, allowH2: false, connect: { ca, allowH2: false } });
    this.#token = adminToken;
  }

  async send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    { body, type = 'application/json', token = this.#token, as }: SendOptions = {},
  ): Promise<Answered> {
    const answer = await this.#pool.request({
      method,
      path,
      headers: ['Authorization', `Bearer ${token}`, 'Content-Type', type, ...(as === undefined ? [] : headersOf(as))],
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  }

  async get(kind: Kind, name: string, namespace?: string): Promise<Stored | undefined> {
    const answer = await this.send('GET', pathOf(kind, namespace, name));
    return answer.status === 404 ? undefined : (parsed(answer) as Stored);
  }

  /** `selector` is a label selector. */
  async list(kind: Kind, namespace?: string, selector = ''): Promise<Stored[]> {
    const query = selector === '' ? '' : `?labelSelector=${encodeURIComponent(selector)}`;
    const { items } = parsed(await this.send('GET', pathOf(kind, namespace) + query)) as { items: Stored[] };
    // the items of a list do not say their kind
    return items.map((item) => Object.assign(item, { kind }));
  }

  /** Creates or changes: the object's fields of ours are then exactly these. */
  async apply(object: AnyObject): Promise<Stored> {
    const { name, namespace } = object.metadata;
    const path = `${pathOf(object.kind as Kind, namespace, name)}?fieldManager=test&force=true`;
    return parsed(await this.send('PATCH', path, { body: object, type: 'application/apply-patch+yaml' })) as Stored;
  }

  async create(object: AnyObject): Promise<Stored> {
    return parsed(
      await this.send('POST', pathOf(object.kind as Kind, object.metadata.namespace), { body: object }),
    ) as Stored;
  }

  /** PUT of what was read and changed. */
  async replace(object: Stored): Promise<Stored> {
    const { name, namespace } = object.metadata;
    return parsed(await this.send('PUT', pathOf(object.kind as Kind, namespace, name), { body: object })) as Stored;
  }

  /** Merge patch: null removes a field. */
  async patch(kind: Kind, name: string, patch: unknown, namespace?: string): Promise<Stored> {
    return parsed(
      await this.send('PATCH', pathOf(kind, namespace, name), { body: patch, type: 'application/merge-patch+json' }),
    ) as Stored;
  }

  /** Absent already is fine. */
  async delete(
    kind: Kind,
    name: string,
    namespace?: string,
    propagationPolicy: Propagation = 'Background',
  ): Promise<void> {
    const answer = await this.send('DELETE', pathOf(kind, namespace, name), { body: { propagationPolicy } });
    if (answer.status !== 404) parsed(answer);
  }

  /** A token of a service account, as `kubectl create token` gives it. */
  async token(namespace: string, name: string): Promise<string> {
    const answer = await this.send('POST', `${pathOf('ServiceAccount', namespace, name)}/token`, {
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
    });
    return (parsed(answer) as { status: { token: string } }).status.token;
  }

  /** TokenReview: whether the server takes a token. */
  async accepts(token: string, audiences?: readonly string[]): Promise<boolean> {
    const answer = await this.send('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, audiences } },
    });
    return (parsed(answer) as { status: { authenticated?: boolean } }).status.authenticated === true;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

export interface SendOptions {
  readonly body?: unknown;
  readonly type?: string;
  /** Absent: the admin's. */
  readonly token?: string;
  /** Impersonates. */
  readonly as?: Identity;
}

/** Whatever the caller knows it to be. */
const parsed = ({ status, body }: Answered): unknown => {
  if (status >= 300) throw new Error(`the server answers ${status}: ${body.slice(0, 1000)}`);
  return JSON.parse(body);
};
