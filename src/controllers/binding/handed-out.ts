import type { RoleEntry } from '../../crds/index.ts';
import type { PolicyRule } from '../../rbac/index.ts';
import type { Ceiling } from '../installation.ts';
import { beyondCeiling } from '../target.ts';
import type { Rejection } from '../verdict.ts';

const isPart = (values: readonly string[] | undefined, of: readonly string[] | undefined): boolean =>
  (values ?? []).every((value) => of?.includes(value) === true);

/** Each list of the rule is part of the same list of one rule of the ceiling: literally, so that a wildcard is one more word. */
const isWithin = (rule: PolicyRule, most: PolicyRule): boolean =>
  rule.nonResourceURLs === undefined &&
  isPart(rule.verbs, most.verbs) &&
  isPart(rule.apiGroups, most.apiGroups) &&
  isPart(rule.resources, most.resources) &&
  (most.resourceNames === undefined ||
    (rule.resourceNames !== undefined && isPart(rule.resourceNames, most.resourceNames)));

/** What a role of a binding says that the ceiling does not. */
export function* handedOut(
  field: string,
  { roleRef, rules, namespaces = [] }: RoleEntry,
  ceiling: Ceiling,
): Iterable<Rejection | undefined> {
  const { clusterRoles, roles, rules: allowed } = ceiling;
  if (roleRef?.kind === 'ClusterRole' && clusterRoles?.has(roleRef.name) === false)
    yield beyondCeiling(`${field}.roleRef`, `the ClusterRole "${roleRef.name}"`, 'ceiling.clusterRoles', clusterRoles);
  if (roleRef?.kind === 'Role')
    for (const namespace of namespaces)
      if (roles?.has(`${namespace}/${roleRef.name}`) === false)
        yield beyondCeiling(`${field}.roleRef`, `the Role "${namespace}/${roleRef.name}"`, 'ceiling.roles', roles);
  for (const [index, rule] of (rules ?? []).entries())
    if (allowed?.some((most) => isWithin(rule, most)) === false) {
      const listed = allowed.map((most) => JSON.stringify(most));
      yield beyondCeiling(`${field}.rules[${index}]`, JSON.stringify(rule), 'ceiling.rules', listed);
    }
}
