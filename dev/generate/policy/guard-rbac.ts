import { RBAC_GROUP } from '../../../src/crds/subject.ts';
import { guardPolicy, lists, ownership, refusing, rulesFor } from './guard.ts';
import type { Policy, PolicyValidation, Variable } from './policy.ts';
import type { PolicySettings } from './settings.ts';

/** A ClusterRole without rules by which an installation claims its cluster. */
const MARKER = 'impersonation:installation';

/** `impersonation:KIND:OWNER[:PART…]`; names of custom resources hold no colon. */
const names: readonly Variable[] = [
  { name: 'name', expression: "variables.subject.metadata.name.split(':')" },
  {
    name: 'place',
    expression: "has(variables.subject.metadata.namespace) ? variables.subject.metadata.namespace : ''",
  },
  {
    name: 'isGrant',
    expression: "size(variables.name) > 2 && variables.name[0] == 'impersonation' && variables.name[1] == 'grant'",
  },
  {
    name: 'isBinding',
    expression: "size(variables.name) > 2 && variables.name[0] == 'impersonation' && variables.name[1] == 'binding'",
  },
];

/** The name says the owner, and the owner reference says the same. */
const namedForOwner = refusing(
  `request.operation == 'DELETE' || !has(object.metadata.ownerReferences) || variables.subject.metadata.name == '${MARKER}' ||` +
    " object.metadata.ownerReferences.exists(owner, owner.kind == (variables.isGrant ? 'ImpersonationGrant' : 'UserBinding') && owner.name == variables.name[2])",
  'its name is that of another owner',
);

const prefix = refusing(
  `variables.isGrant || variables.isBinding || (request.operation != 'DELETE' && variables.subject.metadata.name == '${MARKER}')`,
  'its name does not begin with impersonation:grant: or impersonation:binding:',
);

const RULES = "(request.operation == 'DELETE' || !has(object.rules) || object.rules == null ? [] : object.rules)";

/** The verb `impersonate`, or that of a mode, on identities that are named. */
const isIdentity = (rule: string): string =>
  [
    `${rule}.verbs.all(verb, verb in ['impersonate', 'impersonate:user-info', 'impersonate:serviceaccount', 'impersonate:arbitrary-node'])`,
    `has(${rule}.resourceNames) && size(${rule}.resourceNames) > 0 && !('*' in ${rule}.resourceNames)`,
    `has(${rule}.apiGroups) && ${rule}.apiGroups.all(group, group in ['', 'authentication.k8s.io'])`,
    `has(${rule}.resources) && ${rule}.resources.all(resource, resource in ['users', 'groups', 'uids', 'serviceaccounts', 'nodes'] || (resource.startsWith('userextras/') && !resource.contains('*')))`,
  ].join(' && ');

const PRIVILEGED = "matches('^(system|kubeadm):')";

/** No privileged name but those of the ceiling, and never the group that is above every rule. */
const isWithinCeiling = (rule: string): string =>
  [
    `(!('users' in ${rule}.resources) || ${rule}.resourceNames.all(name, !name.${PRIVILEGED} || name in variables.privilegedUsers))`,
    `(!('groups' in ${rule}.resources) || ${rule}.resourceNames.all(name, name != 'system:masters' && (!name.${PRIVILEGED} || name in variables.privilegedGroups)))`,
    `(!('nodes' in ${rule}.resources) || ${rule}.resourceNames.all(name, name in variables.privilegedNodes))`,
    `(!('serviceaccounts' in ${rule}.resources) || (variables.place != '' && variables.place != variables.operatorNamespace` +
      ` && (!(variables.place in variables.privilegedNamespaces) || ${rule}.resourceNames.all(name, (variables.place + '/' + name) in variables.privilegedServiceAccounts))` +
      ` && (!(variables.place in variables.credentialNamespaces) || ${rule}.resourceNames.all(name, !name.matches('^impersonation-(grant|binding)-')))))`,
  ].join(' && ');

const ON = '^impersonate-on:(user-info|serviceaccount|arbitrary-node):';

/** Only here a resource or a path may be `*`: without an identity it allows nothing. */
const isAction = (rule: string): string =>
  `${rule}.verbs.all(verb, verb.matches('${ON}[a-z]+$') && !verb.matches('${ON}(impersonate|escalate|bind)$'))`;

const isOfCeiling = (rule: string): string =>
  `has(${rule}.resources) && variables.rules.exists(most, sets.contains(most.verbs, ${rule}.verbs) && sets.contains(most.apiGroups, ${rule}.apiGroups)` +
  ` && sets.contains(most.resources, ${rule}.resources)` +
  ` && (!has(most.resourceNames) || (has(${rule}.resourceNames) && size(${rule}.resourceNames) > 0 && sets.contains(most.resourceNames, ${rule}.resourceNames))))`;

const ceilingOf = ({ operatorNamespace, credentialNamespaces, ceiling }: PolicySettings): Variable[] => [
  ...lists({
    credentialNamespaces,
    privilegedNamespaces: ['kube-system', ...ceiling.privilegedNamespaces],
    privilegedUsers: ceiling.privilegedUsers,
    privilegedGroups: ceiling.privilegedGroups,
    privilegedServiceAccounts: ceiling.privilegedServiceAccounts,
    privilegedNodes: ceiling.privilegedNodes,
  }),
  { name: 'operatorNamespace', expression: `'${operatorNamespace}'` },
  { name: 'rules', expression: JSON.stringify(ceiling.rules) },
];

const isInline = "(variables.isBinding && size(variables.name) == 4 && variables.name[3] == 'rules')";

const ruleChecks: readonly PolicyValidation[] = [
  refusing(
    `${isInline} || ${RULES}.all(rule, (${isIdentity('rule')}) || (variables.isGrant && ${isAction('rule')}))`,
    'it may hold rules of impersonation only, and each names whom',
  ),
  refusing(
    `${isInline} || ${RULES}.all(rule, !rule.verbs.exists(verb, verb.matches('^impersonate(:.*)?$')) || (has(rule.resources) && has(rule.resourceNames) && ${isWithinCeiling('rule')}))`,
    'it names somebody privileged who is not in the ceiling of this installation',
  ),
  refusing(
    `!${isInline} || ${RULES}.all(rule, ${isOfCeiling('rule')})`,
    'the ceiling of this installation does not list its rules',
  ),
  refusing(
    "request.operation == 'DELETE' || !has(object.aggregationRule)",
    'what it allows is what it says, and nothing that others add',
  ),
  refusing(
    `request.operation == 'DELETE' || !has(object.metadata.labels) || !object.metadata.labels.exists(key, key.startsWith('${RBAC_GROUP}/'))`,
    'a label would add its rules to a role of others',
  ),
];

const rolesPolicy = (settings: PolicySettings): Policy =>
  guardPolicy(settings, 'roles', {
    rules: rulesFor(RBAC_GROUP, ['clusterroles', 'roles']),
    variables: [...names, ...ceilingOf(settings)],
    validations: [prefix, ...ownership(`size(${RULES}) == 0`), namedForOwner, ...ruleChecks],
  });

const SUBJECTS =
  "(request.operation == 'DELETE' || !has(object.subjects) || object.subjects == null ? [] : object.subjects)";

const isOwnRole =
  '(object.roleRef.name == object.metadata.name && object.roleRef.kind == (variables.place == \'\' ? "ClusterRole" : "Role"))';

const isListedRole =
  "(variables.isBinding && (object.roleRef.kind == 'ClusterRole' ? object.roleRef.name in variables.clusterRoles : (variables.place + '/' + object.roleRef.name) in variables.roles))";

const bindingsPolicy = (settings: PolicySettings): Policy =>
  guardPolicy(settings, 'rolebindings', {
    rules: rulesFor(RBAC_GROUP, ['clusterrolebindings', 'rolebindings']),
    variables: [
      ...names,
      ...lists({ clusterRoles: settings.ceiling.clusterRoles, roles: settings.ceiling.roles }),
      { name: 'operatorNamespace', expression: `'${settings.operatorNamespace}'` },
    ],
    validations: [
      prefix,
      ...ownership(`size(${SUBJECTS}) == 0`),
      namedForOwner,
      refusing(
        `request.operation == 'DELETE' || ${isOwnRole} || ${isListedRole}`,
        'it binds neither the role of its name nor one that the ceiling of this installation lists',
      ),
      refusing(
        `${SUBJECTS}.all(one, one.kind == 'ServiceAccount' ? one.namespace != variables.operatorNamespace :` +
          " !one.name.matches('^system:(serviceaccount|node):') && !one.name.matches('^system:(authenticated|unauthenticated|anonymous|serviceaccounts(:.*)?)$'))",
        'the operator itself, or everybody, would hold it',
      ),
    ],
  });

/** What the operator may write of RBAC. */
export const guardRbacPolicies = (settings: PolicySettings): Policy[] => [
  rolesPolicy(settings),
  bindingsPolicy(settings),
];
