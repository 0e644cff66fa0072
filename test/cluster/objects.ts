/** Objects as an API server stores them. */
import type { Cached, ResourceType, StoredObject } from '../../src/cluster/port.ts';

export const grants: ResourceType = {
  group: 'impersonation.dev',
  version: 'v1alpha1',
  kind: 'ImpersonationGrant',
  plural: 'impersonationgrants',
  namespaced: false,
};

export const clusterRoles: ResourceType = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};

export const secrets: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

export const serviceAccounts: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};

export const stored = (
  name: string,
  resourceVersion: number | string,
  fields: { uid?: string; namespace?: string; data?: unknown } = {},
): StoredObject => ({
  apiVersion: 'impersonation.dev/v1alpha1',
  kind: 'ImpersonationGrant',
  metadata: {
    name,
    uid: fields.uid ?? `uid-${name}`,
    resourceVersion: String(resourceVersion),
    creationTimestamp: '2026-11-24T08:00:00Z',
    ...(fields.namespace !== undefined && { namespace: fields.namespace }),
  },
  ...(fields.data !== undefined && { data: fields.data }),
});

export interface Projection extends Cached {
  readonly data: unknown;
}

export const project = (object: StoredObject): Projection => ({
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
  uid: object.metadata.uid,
  resourceVersion: object.metadata.resourceVersion,
  data: object['data'],
});
