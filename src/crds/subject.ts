import { z } from 'zod';
import { celMatches, ruled } from './rule.ts';
import type { CelRule } from './rule.ts';
import { OBJECT_NAME, name, namespaceName } from './text.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** What everybody, or every service account, is: a grant to it is a grant to the world. */
const EVERYBODY = /^system:(authenticated|unauthenticated|anonymous|serviceaccounts(:.*)?)$/u;

/** User names that the API server gives to service accounts and nodes. */
export const MACHINE = /^system:(serviceaccount|node):/u;

export const subjectFields = {
  kind: z.enum(['User', 'Group', 'ServiceAccount']).describe('User, Group or ServiceAccount.'),
  apiGroup: z
    .enum(['', RBAC_GROUP])
    .describe(`As in a RoleBinding: ${RBAC_GROUP} for a User or a Group, empty for a ServiceAccount. May be left out.`)
    .exactOptional(),
  name: name(256).describe('The name as the API server sees it, an OIDC prefix included; compared byte for byte.'),
  namespace: namespaceName().describe('The namespace of a ServiceAccount; for that kind only.').exactOptional(),
};

const fields = z.object(subjectFields);

/** Whoever a grant or a binding is for. */
export type Subject = z.output<typeof fields>;

export const subjectRules: readonly CelRule<Subject>[] = [
  {
    cel: "has(self.__namespace__) == (self.kind == 'ServiceAccount')",
    message: 'must be set for kind ServiceAccount, and for no other kind',
    at: 'namespace',
    holds: ({ kind, namespace }) => (kind === 'ServiceAccount') === (namespace !== undefined),
  },
  {
    cel: `!has(self.apiGroup) || self.apiGroup == (self.kind == 'ServiceAccount' ? '' : '${RBAC_GROUP}')`,
    message: `must be ${RBAC_GROUP} for kind User and Group, and empty for kind ServiceAccount`,
    at: 'apiGroup',
    holds: ({ kind, apiGroup }) => apiGroup === undefined || apiGroup === (kind === 'ServiceAccount' ? '' : RBAC_GROUP),
  },
  {
    cel: `self.kind != 'ServiceAccount' || (size(self.name) <= 253 && ${celMatches('self.name', OBJECT_NAME)})`,
    message: 'must be the name of a ServiceAccount: up to 253 lower-case letters, digits, "-" and "."',
    at: 'name',
    holds: (self) => self.kind !== 'ServiceAccount' || (self.name.length <= 253 && OBJECT_NAME.test(self.name)),
  },
  {
    cel: `!${celMatches('self.name', MACHINE)}`,
    message: 'must not be the user name of a ServiceAccount or a node; use kind ServiceAccount',
    at: 'name',
    holds: (self) => !MACHINE.test(self.name),
  },
  {
    cel: "self.kind != 'User' || self.name != 'system:masters'",
    message: 'must not be a user: it is the name of a group that is above every rule',
    at: 'name',
    holds: (self) => self.kind !== 'User' || self.name !== 'system:masters',
  },
  {
    cel: `!${celMatches('self.name', EVERYBODY)}`,
    message: 'must not be everybody; name a user, a group of people or a single ServiceAccount',
    at: 'name',
    holds: (self) => !EVERYBODY.test(self.name),
  },
];

export const subject = ruled(fields, ...subjectRules);
