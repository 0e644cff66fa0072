/** Roles and bindings of anybody in a store, with the index that follows them. */
import type { StoredObject } from '../../../src/cluster/port.ts';
import { Holdings } from '../../../src/controllers/effective/holdings.ts';
import { seen } from '../../../src/controllers/effective/seen.ts';
import { CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING } from '../../../src/controllers/kinds.ts';
import type { PolicyRule } from '../../../src/rbac/index.ts';
import type { Child, ChildKind } from '../../../src/reconcile/child.ts';
import { keyOf } from '../../../src/reconcile/children.ts';
import { type OwnerIdentity, body } from '../../../src/reconcile/ownership.ts';
import { ModelInformer } from '../../reconcile/model/informer.ts';
import { Store } from '../../reconcile/model/store.ts';

export const RBAC = 'rbac.authorization.k8s.io';

export const owner = (name: string, kind = 'ImpersonationGrant'): OwnerIdentity => ({
  apiVersion: 'impersonation.dev/v1alpha1',
  kind,
  slug: kind === 'ImpersonationGrant' ? 'grant' : 'binding',
  name,
  uid: `uid-of-${name}`,
});

export const legacy = (resource: string, ...resourceNames: string[]): PolicyRule => ({
  verbs: ['impersonate'],
  apiGroups: [''],
  resources: [resource],
  ...(resourceNames.length === 0 ? {} : { resourceNames }),
});

export type Subject = readonly [kind: 'User' | 'Group' | 'ServiceAccount', name: string, namespace?: string];

const subjectOf = ([kind, name, namespace]: Subject): object =>
  kind === 'ServiceAccount'
    ? { kind, name, ...(namespace === undefined ? {} : { namespace }) }
    : { apiGroup: RBAC, kind, name };

export const ALICE: Subject = ['User', 'alice'];

export class RbacWorld {
  readonly store = new Store();
  readonly holdings = new Holdings();
  /** What was told since the last look, as `plural name`, with who brought it about. */
  readonly #told: string[] = [];
  readonly informers = [CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING].map(
    (kind) => new ModelInformer(this.store, { type: kind.type, project: seen(kind) }),
  );

  constructor() {
    for (const informer of this.informers) this.holdings.follow(informer);
    this.holdings.onSignal(({ type, name }, by) =>
      this.#told.push(`${type.plural} ${name}${by === undefined ? '' : ` by ${keyOf(by)}`}`),
    );
  }

  told(): string[] {
    return this.#told.splice(0).toSorted();
  }

  /** A ClusterRole, or a Role in a namespace. */
  role(name: string, rules: readonly PolicyRule[], namespace = ''): void {
    this.#put(namespace === '' ? CLUSTER_ROLE : ROLE, name, namespace, { rules });
  }

  bind(name: string, role: string, subjects: readonly Subject[], namespace = '', roleKind = 'ClusterRole'): void {
    this.#put(namespace === '' ? CLUSTER_ROLE_BINDING : ROLE_BINDING, name, namespace, {
      roleRef: { apiGroup: RBAC, kind: roleKind, name: role },
      subjects: subjects.map(subjectOf),
    });
  }

  /** Objects of a custom resource. */
  own(children: readonly Child[], of: OwnerIdentity): void {
    for (const child of children) this.store.create(child.kind.type, body(child, of));
  }

  label(kind: ChildKind, name: string, namespace = ''): void {
    this.store.edit({ type: kind.type, namespace, name }, ({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, labels: { ...metadata.labels, 'acme.io/label': 'x' } },
    }));
  }

  /** Takes every mark of its owner. */
  disown(kind: ChildKind, name: string): void {
    this.store.edit({ type: kind.type, namespace: '', name }, ({ metadata, ...rest }) => ({
      ...rest,
      metadata: { name, uid: metadata.uid, resourceVersion: metadata.resourceVersion },
    }));
  }

  remove(kind: ChildKind, name: string, namespace = ''): void {
    this.store.delete({ type: kind.type, namespace, name });
  }

  /** Bindings through which a term holds impersonation, by name. */
  of(term: string): string[] {
    return [...this.holdings.of(term)].map(({ namespace, name }) => `${namespace}/${name}`).toSorted();
  }

  #put(kind: ChildKind, name: string, namespace: string, content: object): void {
    const ref = { type: kind.type, namespace, name };
    if (this.store.get(ref) === undefined)
      this.store.create(kind.type, {
        apiVersion: `${RBAC}/v1`,
        kind: kind.type.kind,
        metadata: { name, ...(namespace === '' ? {} : { namespace }) },
        ...content,
      });
    else this.store.edit(ref, (object: StoredObject) => ({ ...object, ...content }));
  }
}
