import { type PolicyRule, sorted, sortedRules } from './rule.ts';

/** Whom somebody may become by cluster-wide names. */
export interface Identities {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly uids: readonly string[];
  readonly extra: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/**
 * One resource and the names on it. A rule without `resourceNames` means everyone, so no names give no rule.
 * Legacy impersonation asks for users, groups and serviceaccounts in the core group, for uids and userextras in authentication.k8s.io.
 */
const namedRule = (apiGroup: string, resource: string, names: readonly string[]): PolicyRule[] =>
  names.length === 0
    ? []
    : [{ verbs: ['impersonate'], apiGroups: [apiGroup], resources: [resource], resourceNames: sorted(names) }];

const AUTHENTICATION = 'authentication.k8s.io';

/** The rules, verb `impersonate`, that let their holder become these identities; for a ClusterRole. */
export const legacyRules = (identities: Identities): PolicyRule[] =>
  sortedRules([
    ...namedRule('', 'users', identities.users),
    ...namedRule('', 'groups', identities.groups),
    ...namedRule(AUTHENTICATION, 'uids', identities.uids),
    ...identities.extra.flatMap(({ key, values }) => namedRule(AUTHENTICATION, `userextras/${key}`, values)),
  ]);

/** The rules that let their holder become these accounts of one namespace; for a Role there: in a ClusterRole they would mean the same names everywhere. */
export const legacyServiceAccountRules = (names: readonly string[]): PolicyRule[] =>
  namedRule('', 'serviceaccounts', names);
