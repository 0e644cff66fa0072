/** Roles and bindings in the store of a lab. */
import type { WireAccessObject } from '../../../src/rbac/index.ts';
import type { Client } from './client.ts';
import type { NewObject } from './new-object.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
export const KINDS = {
  ClusterRoleBinding: 'clusterrolebindings',
  RoleBinding: 'rolebindings',
  ClusterRole: 'clusterroles',
  Role: 'roles',
} as const;
export type AccessKind = keyof typeof KINDS;

/** On everything that a lab puts there. */
export const LABEL = 'lab';

const pathOf = (kind: AccessKind, namespace?: string): string =>
  `${RBAC}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${KINDS[kind]}`;

export const create = async (admin: Client, object: NewObject): Promise<void> => {
  const { metadata, kind } = object;
  const labels = { ...metadata.labels, [LABEL]: 'world' };
  await admin.do({
    method: 'POST',
    path: pathOf(kind, metadata.namespace),
    body: { ...object, metadata: { ...metadata, labels } },
  });
};

interface WireList {
  readonly items: readonly (Omit<WireAccessObject, 'kind'> & Pick<NewObject, 'aggregationRule' | 'metadata'>)[];
}

export const list = async (admin: Client, kind: AccessKind, selector = ''): Promise<WireList['items']> =>
  ((await admin.do({ method: 'GET', path: `${pathOf(kind)}${selector}` })) as WireList).items;

/** Removes all that the lab put there, in one namespace or everywhere. */
export const remove = async (admin: Client, kind: AccessKind, namespace?: string): Promise<void> => {
  await admin.do({ method: 'DELETE', path: `${pathOf(kind, namespace)}?labelSelector=${LABEL}` });
};
