/** RBAC objects as somebody would write them who has the operator's token. */
import type { AnyObject } from '../../admin.ts';
import { RBAC, ownedBy } from './attack.ts';

export const ROLES = 'impersonation-operator-roles';
export const BINDINGS = 'impersonation-operator-rolebindings';
export const apiVersion = `${RBAC}/v1`;
export const GRANT = 'impersonation:grant:stolen';
export const BINDING = 'impersonation:binding:stolen';
export const MALLORY = { kind: 'User', apiGroup: RBAC, name: 'mallory' };

export type Rule = Readonly<Record<string, readonly string[]>>;

export const ofGrant = ownedBy('ImpersonationGrant', 'stolen');
export const ofBinding = ownedBy('UserBinding', 'stolen');

export const clusterRole = (name: string, metadata: object, ...rules: readonly Rule[]): AnyObject => ({
  apiVersion,
  kind: 'ClusterRole',
  metadata: { name, ...metadata },
  rules,
});
export const role = (namespace: string, ...rules: readonly Rule[]): AnyObject => ({
  apiVersion,
  kind: 'Role',
  metadata: { name: GRANT, namespace, ...ofGrant },
  rules,
});
export const clusterRoleBinding = (
  name: string,
  metadata: object,
  to: string,
  subject: object = MALLORY,
): AnyObject => ({
  apiVersion,
  kind: 'ClusterRoleBinding',
  metadata: { name, ...metadata },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: to },
  subjects: [subject],
});
export const roleBinding = (kind: 'Role' | 'ClusterRole', to: string, namespace = 'kube-system'): AnyObject => ({
  apiVersion,
  kind: 'RoleBinding',
  metadata: { name: `${BINDING}:role:${to}`, namespace, ...ofBinding },
  roleRef: { apiGroup: RBAC, kind, name: to },
  subjects: [MALLORY],
});

export const impersonates = (resource: string, ...resourceNames: readonly string[]): Rule => ({
  verbs: ['impersonate'],
  apiGroups: [''],
  resources: [resource],
  ...(resourceNames.length === 0 ? {} : { resourceNames }),
});
export const EVERYTHING: Rule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
