import type { PolicyRule } from './rule.ts';

/** Roles and bindings as plain data, in the words of rbac.authorization.k8s.io/v1; `namespace` is empty for those of the cluster. */

/** Rules count as they are stored: those of an aggregated ClusterRole are written into it by the controller manager. */
export interface RoleObject {
  readonly kind: 'ClusterRole' | 'Role';
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly PolicyRule[];
}

export interface BindingSubject {
  readonly kind: string;
  readonly name: string;
  /** Of a ServiceAccount; absent or empty is the namespace of the binding. */
  readonly namespace?: string;
}

export interface BindingObject {
  readonly kind: 'ClusterRoleBinding' | 'RoleBinding';
  readonly namespace: string;
  readonly name: string;
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly BindingSubject[];
}

export type AccessObject = RoleObject | BindingObject;

/** An object as the API server answers it; empty lists come as null, or not at all. */
export interface WireAccessObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly PolicyRule[] | null;
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly BindingSubject[] | null;
}

/** @returns undefined for an object that is no role and no binding. */
export const accessObject = ({ kind, metadata, ...rest }: WireAccessObject): AccessObject | undefined => {
  const { name, namespace = '' } = metadata;
  switch (kind) {
    case 'ClusterRole':
    case 'Role':
      return { kind, namespace, name, rules: rest.rules ?? [] };
    case 'ClusterRoleBinding':
    case 'RoleBinding':
      return rest.roleRef && { kind, namespace, name, roleRef: rest.roleRef, subjects: rest.subjects ?? [] };
    default:
      return undefined;
  }
};
