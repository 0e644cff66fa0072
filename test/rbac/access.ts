/** Short ways to write roles, bindings, users and requests. */
import {
  AccessIndex,
  type AccessObject,
  type BindingObject,
  type BindingSubject,
  type PolicyRule,
  type RoleObject,
  type UserInfo,
} from '../../src/rbac/index.ts';

export const user = (name: string, rest: Partial<UserInfo> = {}): UserInfo => ({
  name,
  uid: '',
  groups: [],
  extra: [],
  ...rest,
});

export const ALICE = user('alice', { groups: ['support', 'system:authenticated'] });
export const asUser = (name: string): BindingSubject => ({ kind: 'User', name });
export const asGroup = (name: string): BindingSubject => ({ kind: 'Group', name });
export const asAccount = (namespace: string, name: string): BindingSubject => ({
  kind: 'ServiceAccount',
  namespace,
  name,
});

export const clusterRole = (name: string, ...rules: PolicyRule[]): RoleObject => ({
  kind: 'ClusterRole',
  namespace: '',
  name,
  rules,
});

export const role = (namespace: string, name: string, ...rules: PolicyRule[]): RoleObject => ({
  kind: 'Role',
  namespace,
  name,
  rules,
});

export const clusterBinding = (name: string, to: string, ...subjects: BindingSubject[]): BindingObject => ({
  kind: 'ClusterRoleBinding',
  namespace: '',
  name,
  roleRef: { kind: 'ClusterRole', name: to },
  subjects,
});

export const binding = (
  namespace: string,
  name: string,
  roleRef: BindingObject['roleRef'],
  ...subjects: BindingSubject[]
): BindingObject => ({ kind: 'RoleBinding', namespace, name, roleRef, subjects });

/** Rules that a subject holds everywhere, by a role and a binding of that name. */
export const everywhere = (name: string, subject: BindingSubject, ...rules: PolicyRule[]): AccessObject[] => [
  clusterRole(name, ...rules),
  clusterBinding(name, name, subject),
];

/** Rules that a subject holds in one namespace. */
export const within = (
  namespace: string,
  name: string,
  subject: BindingSubject,
  ...rules: PolicyRule[]
): AccessObject[] => [role(namespace, name, ...rules), binding(namespace, name, { kind: 'Role', name }, subject)];

export const indexOf = (...objects: (AccessObject | AccessObject[])[]): AccessIndex => new AccessIndex(objects.flat());
