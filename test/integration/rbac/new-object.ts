/** Roles and bindings to create. */
import type { BindingSubject, PolicyRule } from '../../../src/rbac/index.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** An object to create. */
export interface NewObject {
  readonly apiVersion: string;
  readonly kind: 'ClusterRole' | 'Role' | 'ClusterRoleBinding' | 'RoleBinding';
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly rules?: readonly PolicyRule[];
  readonly aggregationRule?: {
    readonly clusterRoleSelectors: readonly { readonly matchLabels: Readonly<Record<string, string>> }[];
  };
  readonly roleRef?: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly (BindingSubject & { readonly apiGroup: string })[];
}

export const role = (name: string, rules: readonly PolicyRule[], home?: string): NewObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: home === undefined ? 'ClusterRole' : 'Role',
  metadata: { name, ...(home === undefined ? {} : { namespace: home }) },
  // the API server refuses paths in a Role
  rules: home === undefined ? rules : rules.filter(({ nonResourceURLs }) => nonResourceURLs === undefined),
});

/** A role that asks for the rules of others, of which there are none, and has rules that were written by hand. */
export const aggregatesNothing = (name: string, rules: readonly PolicyRule[]): NewObject => ({
  ...role(name, rules),
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: `${name}-none` } }] },
});

/** A role whose rules are those of two others. */
export const aggregatedRole = (name: string, rules: readonly PolicyRule[]): NewObject[] => {
  const labels = { part: name };
  const half = Math.ceil(rules.length / 2);
  return [
    { ...role(`${name}-1`, rules.slice(0, half)), metadata: { name: `${name}-1`, labels } },
    { ...role(`${name}-2`, rules.slice(half)), metadata: { name: `${name}-2`, labels } },
    // the controller replaces what is written here
    {
      ...role(name, [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]),
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels }] },
    },
  ];
};

export const binding = (
  name: string,
  kind: 'ClusterRole' | 'Role',
  subjects: readonly BindingSubject[],
  home?: string,
): NewObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: home === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
  metadata: { name, ...(home === undefined ? {} : { namespace: home }) },
  roleRef: { apiGroup: RBAC, kind, name },
  subjects: subjects
    // the API server refuses an account without a namespace here
    .filter((one) => home !== undefined || one.kind !== 'ServiceAccount' || one.namespace !== undefined)
    .map((one) => Object.assign({ apiGroup: one.kind === 'ServiceAccount' ? '' : RBAC }, one)),
});
