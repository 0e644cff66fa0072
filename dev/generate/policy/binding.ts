import { USER_BINDING } from '../../../src/crds/resource.ts';
import { RBAC_GROUP } from '../../../src/crds/subject.ts';
import { type Permission, authorConditions, holds } from './conditions.ts';
import { crossed, line, part, range, split } from './line.ts';
import { type MatchCondition, type Policy, type PolicyValidation, type Variable, writesOf } from './policy.ts';
import { MOST_TARGETS, type Sort, extra, groups, serviceAccounts, uids, users } from './targets.ts';
import { groupText, lacking, wordsFor } from './words.ts';

const SUBJECT = 'object.spec.subject';
const IDENTITY = 'object.spec.identity';
const ROLES = 'object.spec.roles';

/** Roles times namespaces. */
export const MOST_ROLES = 25;
/** Namespaces of inline rules. */
const MOST_PLACES = 20;

interface Parts {
  readonly conditions: readonly MatchCondition[];
  readonly variables: readonly Variable[];
  readonly validations: readonly PolicyValidation[];
}

const bindingPolicy = (slug: string, { conditions, variables, validations }: Parts): Policy => ({
  name: `impersonation-binding-${slug}`,
  rules: [writesOf(USER_BINDING)],
  conditions: [...conditions, ...authorConditions(USER_BINDING)],
  variables: [...variables, ...wordsFor(USER_BINDING)],
  validations,
});

/** A UserBinding may be named by a Legacy grant, so it takes the verb that says everything. */
const impersonation = (sort: Sort, element: string): { readonly held: string; readonly lacked: string } => {
  const permission = sort.legacy?.(element);
  if (permission === undefined) throw new Error(`nobody holds ${sort.slug} by the verb impersonate`);
  return {
    held: holds(permission, "'impersonate'"),
    lacked: `'the verb "impersonate" on ' + ${sort.asked(element)} + ${groupText(permission.group)}`,
  };
};

const person = impersonation(users, `${SUBJECT}.name`);
const group = impersonation(groups, `${SUBJECT}.name`);
const account = impersonation(serviceAccounts, 'variables.account');
const uid = impersonation(uids, `${IDENTITY}.uid`);

const byKind = (values: { readonly user: string; readonly group: string; readonly account: string }): string =>
  `(${SUBJECT}.kind == 'User' ? ${values.user} : ${SUBJECT}.kind == 'Group' ? ${values.group} : ${values.account})`;

const tooMany = (field: string, count: string, most: number, what: string): PolicyValidation => ({
  expression: `${count} <= ${most}`,
  messageExpression: `'${field} comes to ' + string(${count}) + ' ${what}; an author who does not hold all of them may name ${most} in one object: split it, or ask for all of them'`,
});

/** The author has every element of `variables.all`. */
const each = (
  most: number,
  field: string,
  of: (element: string) => { readonly held: string; readonly lacked: string },
  otherwise = '',
): PolicyValidation[] =>
  range(0, most).map((index) => {
    const { held, lacked } = of(`variables.all[${index}]`);
    return lacking(`size(variables.all) <= ${index} || ${otherwise}${held}`, field, lacked);
  });

const identityPolicy = bindingPolicy('identity', {
  conditions: [],
  variables: [
    { name: 'all', expression: `has(${IDENTITY}) && has(${IDENTITY}.groups) ? ${IDENTITY}.groups : []` },
    {
      name: 'account',
      expression: `${SUBJECT}.kind == 'ServiceAccount' ? ${line(`string(${SUBJECT}.namespace)`, `string(${SUBJECT}.name)`)} : ''`,
    },
    { name: 'allGroups', expression: holds({ group: '', resource: 'groups' }, "'impersonate'") },
  ],
  validations: [
    lacking(
      byKind({ user: person.held, group: group.held, account: account.held }),
      'spec.subject',
      byKind({ user: person.lacked, group: group.lacked, account: account.lacked }),
    ),
    lacking(`!has(${IDENTITY}) || !has(${IDENTITY}.uid) || ${uid.held}`, 'spec.identity.uid', uid.lacked),
    {
      ...tooMany('spec.identity.groups', 'size(variables.all)', MOST_TARGETS, 'groups'),
      expression: `size(variables.all) <= ${MOST_TARGETS} || variables.allGroups`,
    },
    ...each(
      MOST_TARGETS,
      'spec.identity.groups',
      (element) => impersonation(groups, element),
      'variables.allGroups || ',
    ),
  ],
});

const extraPolicy = bindingPolicy('extra', {
  conditions: [
    { name: 'names-some', expression: `has(${IDENTITY}) && has(${IDENTITY}.extra)` },
    {
      name: 'without-all-extra',
      expression: `!${holds({ group: 'authentication.k8s.io', resource: '*' }, "'impersonate'")}`,
    },
  ],
  variables: [
    { name: 'count', expression: extra.count(IDENTITY) },
    { name: 'all', expression: extra.list(IDENTITY) },
  ],
  validations: [
    tooMany('spec.identity.extra', 'variables.count', MOST_TARGETS, 'values'),
    ...each(MOST_TARGETS, 'spec.identity.extra', (element) => impersonation(extra, element)),
  ],
});

/** Kind, name and namespace, which is empty for everywhere. */
const roleLines = split(
  crossed(
    [
      ['entry', `${ROLES}.filter(entry, has(entry.roleRef))`],
      ['place', "(has(entry.namespaces) ? entry.namespaces : [''])"],
    ],
    line('string(entry.roleRef.kind)', 'string(entry.roleRef.name)', 'string(place)'),
  ),
);

const roleCount = (having: string): string =>
  `${ROLES}.filter(entry, has(entry.${having})).map(entry, has(entry.namespaces) ? size(entry.namespaces) : 1).sum()`;

const placeText = (place: string): string =>
  `(${place} == '' ? ' in all namespaces' : ' in namespace "' + ${place} + '"')`;

const rolesPolicy = bindingPolicy('roles', {
  conditions: [
    { name: 'names-some', expression: `has(${ROLES}) && ${ROLES}.exists(entry, has(entry.roleRef))` },
    {
      name: 'without-all-roles',
      expression: `!(${holds({ group: RBAC_GROUP, resource: 'clusterroles' }, "'bind'")} && ${holds({ group: RBAC_GROUP, resource: 'roles' }, "'bind'")})`,
    },
  ],
  variables: [
    { name: 'count', expression: roleCount('roleRef') },
    { name: 'all', expression: `variables.count > ${MOST_ROLES} ? [] : ${roleLines}` },
  ],
  validations: [
    tooMany('spec.roles', 'variables.count', MOST_ROLES, 'roles times namespaces'),
    ...each(MOST_ROLES, 'spec.roles', (element) => {
      const permission = (resource: string): Permission => ({
        group: RBAC_GROUP,
        resource,
        namespace: part(element, 2),
        name: part(element, 1),
      });
      const isCluster = `${part(element, 0)} == 'ClusterRole'`;
      return {
        held: `(${isCluster} ? ${holds(permission('clusterroles'), "'bind'")} : ${holds(permission('roles'), "'bind'")})`,
        lacked: `'the verb "bind" on ' + (${isCluster} ? 'clusterroles' : 'roles') + ' "' + ${part(element, 1)} + '"' + ${placeText(part(element, 2))} + ${groupText(RBAC_GROUP)}`,
      };
    }),
  ],
});

const ruleLines = split(
  crossed(
    [
      ['entry', `${ROLES}.filter(entry, has(entry.rules))`],
      ['place', "(has(entry.namespaces) ? entry.namespaces : [''])"],
    ],
    'string(place)',
  ),
);

/** CEL cannot ask whether the author holds what a rule allows, wildcards and all; so it asks what Kubernetes asks of those who do not. */
const rulesPolicy = bindingPolicy('rules', {
  conditions: [
    { name: 'names-some', expression: `has(${ROLES}) && ${ROLES}.exists(entry, has(entry.rules))` },
    {
      name: 'without-all-rules',
      expression: `!(${holds({ group: RBAC_GROUP, resource: 'clusterroles' }, "'escalate'")} && ${holds({ group: RBAC_GROUP, resource: 'roles' }, "'escalate'")})`,
    },
  ],
  variables: [
    { name: 'count', expression: roleCount('rules') },
    { name: 'all', expression: `variables.count > ${MOST_PLACES} ? [] : ${ruleLines}` },
    { name: 'role', expression: `'impersonation:binding:' + object.metadata.name + ':rules'` },
  ],
  validations: [
    tooMany('spec.roles', 'variables.count', MOST_PLACES, 'namespaces with rules'),
    ...each(MOST_PLACES, 'spec.roles', (element) => {
      const everywhere = { group: RBAC_GROUP, resource: 'clusterroles', name: 'variables.role' };
      const there = { group: RBAC_GROUP, resource: 'roles', namespace: element, name: 'variables.role' };
      return {
        held: `(${element} == '' ? ${holds(everywhere, "'escalate'")} : ${holds(there, "'escalate'")})`,
        lacked: `'the verb "escalate" on ' + (${element} == '' ? 'clusterroles' : 'roles') + ' "' + variables.role + '"' + ${placeText(element)} + ${groupText(RBAC_GROUP)} + '; a roleRef to a role that holds these rules takes "bind" on that role only'`,
      };
    }),
  ],
});

/** Whom a user binding may be about, and what it may give. */
export const bindingPolicies: readonly Policy[] = [identityPolicy, extraPolicy, rolesPolicy, rulesPolicy];
