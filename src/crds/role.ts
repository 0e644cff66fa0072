import { z } from 'zod';
import { policyRuleFields, policyRuleShape, roleVerbs } from './policy-rule.ts';
import type { PolicyRule } from './policy-rule.ts';
import { celList, ruled } from './rule.ts';
import type { CelRule } from './rule.ts';
import { RBAC_GROUP } from './subject.ts';
import { listOf, name, namespaceName, setOf } from './text.ts';

/** Groups in which writing anything means granting rights or lifting the guards on them; `*` is all of them. */
const GUARDED = ['*', 'rbac.authorization.k8s.io', 'impersonation.dev', 'admissionregistration.k8s.io'];

const READ = ['get', 'list', 'watch'];

const writes = ({ verbs }: PolicyRule): boolean => verbs.some((verb) => !READ.includes(verb));

const reachesToken = (self: PolicyRule): boolean => {
  const { apiGroups = [], resources = [] } = self;
  if (!apiGroups.some((group) => group === '' || group === '*')) return false;
  return (
    resources.includes('serviceaccounts/token') ||
    (writes(self) && resources.some((resource) => resource === '*' || resource === '*/token'))
  );
};

const WRITES = `self.verbs.exists(verb, !(verb in ${celList(READ)}))`;

/** A rule of a role of its own: read what you like, hand out no rights. */
const inlineRules: readonly CelRule<PolicyRule>[] = [
  {
    cel:
      "!has(self.resources) || !has(self.apiGroups) || !self.apiGroups.exists(group, group in ['', '*']) ||" +
      ` !self.resources.exists(resource, resource == 'serviceaccounts/token' || (resource in ['*', '*/token'] && ${WRITES}))`,
    message:
      'must not reach serviceaccounts/token, which makes tokens of any account; "*" is allowed with get, list and watch',
    at: 'resources',
    holds: (self) => !reachesToken(self),
  },
  {
    cel: `!has(self.apiGroups) || !${WRITES} || !self.apiGroups.exists(group, group in ${celList(GUARDED)})`,
    message: `must be get, list and watch only in ${GUARDED.join(', ')}: writing there hands out rights or lifts the guards on them`,
    at: 'verbs',
    holds: (self) => !writes(self) || !(self.apiGroups ?? []).some((group) => GUARDED.includes(group)),
  },
];

const roleRef = z.object({
  apiGroup: z.enum([RBAC_GROUP]).describe(`As in a RoleBinding: ${RBAC_GROUP}. May be left out.`).exactOptional(),
  kind: z.enum(['ClusterRole', 'Role']).describe('ClusterRole or Role.'),
  name: ruled(name(253), {
    cel: "!self.matches('[/%]') && self != '.' && self != '..'",
    message: 'must be the name of a role: "/", "%", "." and ".." are not',
    holds: (value) => !/[/%]/u.test(value) && value !== '.' && value !== '..',
  }).describe('Name of the role.'),
});

const fields = z.object({
  roleRef: roleRef.describe('A role that exists. Exactly one of roleRef and rules.').exactOptional(),
  rules: listOf(ruled(z.object({ ...policyRuleFields, verbs: roleVerbs }), ...policyRuleShape, ...inlineRules), 16)
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
