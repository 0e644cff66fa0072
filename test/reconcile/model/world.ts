import type { KubeObject } from '../../../src/cluster/port.ts';
import {
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  CLUSTER_WIDE,
  CREDENTIAL_KINDS,
  ROLE,
  SECRET,
} from '../../../src/controllers/kinds.ts';
import type { Child } from '../../../src/reconcile/child.ts';
import { Children, type Key } from '../../../src/reconcile/children.ts';
import type { Belongings } from '../../../src/reconcile/diff.ts';
import { type Observed, projection } from '../../../src/reconcile/observed.ts';
import { type OwnerIdentity, body } from '../../../src/reconcile/ownership.ts';
import type { Ref } from '../../../src/cluster/port.ts';
import { ModelInformer } from './informer.ts';
import { allowed } from './rights.ts';
import { Store } from './store.ts';
import { CALLERS, REQUESTS } from './universe.ts';

export const CREDENTIALS = 'credentials';

export const grantOwner = (uid: string, name = 'g'): OwnerIdentity => ({
  kind: 'ImpersonationGrant',
  apiVersion: 'impersonation.dev/v1alpha1',
  slug: 'grant',
  name,
  uid,
});

export const bindingOwner = (uid: string, name = 'b'): OwnerIdentity => ({
  kind: 'UserBinding',
  apiVersion: 'impersonation.dev/v1alpha1',
  slug: 'binding',
  name,
  uid,
});

/** A store, the caches of all child kinds, and the index over them. */
export class World {
  readonly store: Store;
  readonly changes: [owner: Key | undefined, ref: Ref, own: boolean][] = [];
  readonly #informers: ModelInformer<Observed>[] = [];
  readonly children: Children;

  constructor(store = new Store()) {
    this.store = store;
    const cache = (kind: (typeof CLUSTER_WIDE)[number], namespace: string | undefined) => {
      const informer = new ModelInformer<Observed>(store, {
        type: kind.type,
        metadataOnly: kind === SECRET,
        project: projection(kind),
        ...(namespace === undefined ? {} : { namespace }),
      });
      this.#informers.push(informer);
      return { kind, namespace, informer };
    };
    this.children = new Children(
      [
        ...CLUSTER_WIDE.map((kind) => cache(kind, undefined)),
        ...CREDENTIAL_KINDS.map((kind) => cache(kind, CREDENTIALS)),
      ],
      (...change) => this.changes.push(change),
    );
  }

  set lagging(lagging: boolean) {
    for (const informer of this.#informers) {
      informer.lagging = lagging;
      if (!lagging) informer.deliver();
    }
  }

  put(children: readonly Child[], owner: OwnerIdentity): void {
    for (const child of children) this.store.create(child.kind.type, body(child, owner));
  }

  belongings(desired: readonly Child[], key: Key, owner: OwnerIdentity | undefined): Belongings {
    return { desired, observed: this.children.of(key), occupant: this.children.occupant, owner };
  }

  allowed(): Set<string> {
    return allowed(this.store, CALLERS, REQUESTS);
  }
}

const foreign = (kind: string, name: string, fields: Readonly<Record<string, unknown>>): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name, ...(fields['labels'] === undefined ? {} : { labels: fields['labels'] as Record<string, string> }) },
  ...fields,
});

const rule = (verbs: string[], resources: string[]): object => ({ verbs, apiGroups: [''], resources });

/** Roles and bindings of others, which nothing here may touch. */
export const withForeignRoles = (world: World): void => {
  const { store } = world;
  const aggregationRule = {
    clusterRoleSelectors: [{ matchLabels: { 'rbac.authorization.k8s.io/aggregate-to-admin': 'true' } }],
  };
  store.create(CLUSTER_ROLE.type, foreign('ClusterRole', 'view', { rules: [rule(['get'], ['pods'])] }));
  store.create(CLUSTER_ROLE.type, foreign('ClusterRole', 'edit', { rules: [rule(['get', 'delete'], ['pods'])] }));
  store.create(CLUSTER_ROLE.type, foreign('ClusterRole', 'admin', { rules: [], aggregationRule }));
  store.create(CLUSTER_ROLE.type, {
    ...foreign('ClusterRole', 'secret-reader', { rules: [rule(['get'], ['secrets'])] }),
    metadata: { name: 'secret-reader', labels: { tier: 'secret' } },
  });
  for (const namespace of ['ci', 'dev'])
    store.create(ROLE.type, {
      ...foreign('Role', 'deployer', { rules: [rule(['delete'], ['pods'])] }),
      metadata: { name: 'deployer', namespace },
    });
  store.create(
    CLUSTER_ROLE_BINDING.type,
    foreign('ClusterRoleBinding', 'admins', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'admins' }],
    }),
  );
};
