import { AUTHENTICATION, type PolicyRule, sorted, sortedRules } from './rule.ts';

/** Which of the two permissions of the API server a rule speaks of: the verb `impersonate`, or those of constrained impersonation (KEP-5284). */
export type Dialect = 'Legacy' | 'Constrained';

/** Constrained impersonation has a permission of its own for each sort of target. */
export type Mode = 'user-info' | 'serviceaccount' | 'arbitrary-node';

/** Users, and what may be sent along with one. */
export interface Identities {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly uids: readonly string[];
  readonly extra: readonly { readonly key: string; readonly values: readonly string[] }[];
}

const verb = (dialect: Dialect, mode: Mode): string => (dialect === 'Legacy' ? 'impersonate' : `impersonate:${mode}`);

/** Legacy impersonation asks for users, groups and serviceaccounts in the core group; whatever else is asked is asked in authentication.k8s.io. */
const groupOfUsers = (dialect: Dialect): string => (dialect === 'Legacy' ? '' : AUTHENTICATION);

/** One resource and the names on it. A rule without `resourceNames` means everyone, so no names give no rule. */
const namedRule = (of: string, apiGroup: string, resource: string, names: readonly string[]): PolicyRule[] =>
  names.length === 0
    ? []
    : [{ verbs: [of], apiGroups: [apiGroup], resources: [resource], resourceNames: sorted(names) }];

/** The rules that let their holder become these users; for a ClusterRole. */
export const userRules = (dialect: Dialect, { users, groups, uids, extra }: Identities): PolicyRule[] => {
  const of = verb(dialect, 'user-info');
  return sortedRules([
    ...namedRule(of, groupOfUsers(dialect), 'users', users),
    ...namedRule(of, groupOfUsers(dialect), 'groups', groups),
    ...namedRule(of, AUTHENTICATION, 'uids', uids),
    ...extra.flatMap(({ key, values }) => namedRule(of, AUTHENTICATION, `userextras/${key}`, values)),
  ]);
};

/** The rules that let their holder become these accounts of one namespace; for a Role there: in a ClusterRole they would mean the same names everywhere. */
export const serviceAccountRules = (dialect: Dialect, names: readonly string[]): PolicyRule[] =>
  namedRule(verb(dialect, 'serviceaccount'), groupOfUsers(dialect), 'serviceaccounts', names);

/** The rules that let their holder become these nodes; for a ClusterRole. Legacy impersonation does not know nodes. */
export const nodeRules = (names: readonly string[]): PolicyRule[] =>
  namedRule(verb('Constrained', 'arbitrary-node'), AUTHENTICATION, 'nodes', names);
