import { z } from 'zod';
import { policyRuleFields, policyRuleShape } from './policy-rule.ts';
import type { PolicyRule } from './policy-rule.ts';
import { celMatches, ruled } from './rule.ts';
import type { CelRule } from './rule.ts';
import { RBAC_GROUP } from './subject.ts';
import { listOf, name, namespaceName, setOf } from './text.ts';

/** Groups in which writing anything means granting rights or lifting the guards on them. */
const GUARDED_GROUP = /^(rbac\.authorization\.k8s\.io|impersonation\.dev|admissionregistration\.k8s\.io)$/u;

/** What `*` as a group reaches of these groups. */
const GUARDED_RESOURCE =
  /^(\*(\/.*)?|(cluster)?role(binding)?s(\/.*)?|(impersonationgrant|userbinding)s(\/.*)?|(validating|mutating)(admissionpolic(ies|ybindings)|webhookconfigurations)(\/.*)?)$/u;

const READ = /^(get|list|watch)$/u;

const reachesToken = ({ apiGroups = [], resources = [], verbs }: PolicyRule): boolean =>
  apiGroups.some((group) => group === '' || group === '*') &&
  (resources.includes('serviceaccounts/token') ||
    (resources.some((resource) => resource === '*' || resource === '*/token') && verbs.some((verb) => !READ.test(verb))));

const writesGuards = ({ apiGroups = [], resources = [], verbs }: PolicyRule): boolean =>
  verbs.some((verb) => !READ.test(verb)) &&
  (apiGroups.some((group) => GUARDED_GROUP.test(group)) ||
    (apiGroups.includes('*') && resources.some((resource) => GUARDED_RESOURCE.test(resource))));

const WRITES = `self.verbs.exists(verb, !${celMatches('verb', READ)})`;

/** A rule of a role of its own: read what you like, hand out no rights. */
const inlineRules: readonly CelRule<PolicyRule>[] = [
  {
    cel:
      "!has(self.resources) || !has(self.apiGroups) || !self.apiGroups.exists(group, group == '' || group == '*') ||" +
      " !(self.resources.exists(resource, resource == 'serviceaccounts/token') ||" +
      ` (self.resources.exists(resource, resource == '*' || resource == '*/token') && ${WRITES}))`,
    message: 'must not reach serviceaccounts/token, which makes a token of any account; "*" is allowed with get, list and watch',
    at: 'resources',
    holds: (self) => !reachesToken(self),
  },
  {
    cel:
      `!has(self.resources) || !has(self.apiGroups) || !${WRITES} ||` +
      ` !(self.apiGroups.exists(group, ${celMatches('group', GUARDED_GROUP)}) ||` +
      ` (self.apiGroups.exists(group, group == '*') && self.resources.exists(resource, ${celMatches('resource', GUARDED_RESOURCE)})))`,
    message: 'must not write roles, role bindings, impersonation.dev or admission policies; get, list and watch are allowed',
    at: 'verbs',
    holds: (self) => !writesGuards(self),
  },
];

const roleRef = z.object({
  apiGroup: z.enum([RBAC_GROUP]).describe(`As in a RoleBinding: ${RBAC_GROUP}. May be left out.`).exactOptional(),
  kind: z.enum(['ClusterRole', 'Role']).describe('ClusterRole or Role.'),
  name: ruled(name(253), {
    cel: "!self.matches('[/%]') && self != '.' && self != '..'",
    message: '"{self}" must be the name of a role: "/", "%", "." and ".." are not',
    holds: (value) => !/[/%]/u.test(value) && value !== '.' && value !== '..',
  }).describe('Name of the role.'),
});

const fields = z.object({
  roleRef: roleRef.describe('A role that exists. Exactly one of roleRef and rules.').exactOptional(),
  rules: listOf(ruled(z.object(policyRuleFields), ...policyRuleShape, ...inlineRules), 16)
    .describe('A role of its own. Exactly one of roleRef and rules.')
    .exactOptional(),
  namespaces: setOf(namespaceName(), 64)
    .describe('Only in these namespaces; absent for everywhere. Required for kind Role.')
    .exactOptional(),
});

export const role = ruled(
  fields,
  {
    cel: 'has(self.roleRef) != has(self.rules)',
    message: 'must have exactly one of roleRef and rules',
    holds: (self) => (self.roleRef === undefined) !== (self.rules === undefined),
  },
  {
    cel: "!has(self.roleRef) || self.roleRef.kind != 'Role' || has(self.namespaces)",
    message: 'must be set for a roleRef of kind Role, which is in a namespace; ClusterRole may do without',
    at: 'namespaces',
    holds: (self) => self.roleRef?.kind !== 'Role' || self.namespaces !== undefined,
  },
  {
    cel: '!has(self.namespaces) || !has(self.rules) || !self.rules.exists(rule, has(rule.nonResourceURLs))',
    message: 'must not be set beside rules with nonResourceURLs, which are in no namespace',
    at: 'namespaces',
    holds: (self) =>
      self.namespaces === undefined || !(self.rules ?? []).some((rule) => rule.nonResourceURLs !== undefined),
  },
);

export type RoleEntry = z.output<typeof fields>;
