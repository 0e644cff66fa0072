import type { PolicyRule } from '../rbac/index.ts';
import { type Child, type ChildKind, CONTENT_ONLY } from '../reconcile/child.ts';
import { type Owner, rbacName } from '../reconcile/names.ts';
import {
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  ROLE,
  ROLE_BINDING,
  type RbacSubject,
  type RoleRef,
  bindingContent,
  roleContent,
  roleRef,
} from './kinds.ts';

export type Named = Pick<Owner, 'slug' | 'name'>;

const rbacChild = (
  kind: ChildKind,
  owner: Named,
  namespace: string,
  part: string,
  content: Child['content'],
): Child => ({
  kind,
  namespace,
  name: rbacName(owner, part),
  part,
  content,
  fixed: {},
  labels: {},
  annotations: {},
  source: CONTENT_ONLY,
});

/** A Role in a namespace; a ClusterRole where `namespace` is empty. */
const role = (owner: Named, namespace: string, part: string, rules: readonly PolicyRule[]): Child =>
  rbacChild(namespace === '' ? CLUSTER_ROLE : ROLE, owner, namespace, part, roleContent(rules));

/** Binds a role in a namespace, or everywhere where `namespace` is empty. */
export const binding = (
  owner: Named,
  namespace: string,
  part: string,
  ref: RoleRef,
  subjects: readonly RbacSubject[],
): Child =>
  rbacChild(
    namespace === '' ? CLUSTER_ROLE_BINDING : ROLE_BINDING,
    owner,
    namespace,
    part,
    bindingContent(ref, subjects),
  );

/** A role of its own with its binding, both under one name; nothing where there is nothing to allow or nobody to allow it to. */
export const grantedRules = (
  owner: Named,
  namespace: string,
  part: string,
  rules: readonly PolicyRule[],
  subjects: readonly RbacSubject[],
): Child[] => {
  if (rules.length === 0 || subjects.length === 0) return [];
  const ref = roleRef(namespace === '' ? 'ClusterRole' : 'Role', rbacName(owner, part));
  return [role(owner, namespace, part, rules), binding(owner, namespace, part, ref, subjects)];
};
