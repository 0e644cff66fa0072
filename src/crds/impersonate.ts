import { z } from 'zod';
import { extra, groups, uid, userName } from './identity.ts';
import { mapBy } from './keywords.ts';
import { matchesNot, ruled } from './rule.ts';
import type { CelRule } from './rule.ts';
import { MACHINE } from './subject.ts';
import { namespaceName, objectName, setOf } from './text.ts';

const user = ruled(
  userName,
  matchesNot(MACHINE, 'must not be a ServiceAccount or a node by its user name; use serviceAccounts or nodes'),
);

const serviceAccount = z.object({
  namespace: namespaceName().describe('Its namespace.'),
  name: objectName().describe('Its name.'),
});

const fields = z.object({
  users: setOf(user, 64).describe('User names, as the API server sees them.').exactOptional(),
  groups: groups.describe('Groups that may be sent along with a user.').exactOptional(),
  uids: setOf(uid, 64).describe('Uids that may be sent along with a user.').exactOptional(),
  extra: extra.describe('Extra fields that may be sent along with a user.').exactOptional(),
  serviceAccounts: ruled(z.array(serviceAccount).min(1).max(64), mapBy('namespace', 'name'))
    .describe('Service accounts.')
    .exactOptional(),
  nodes: setOf(objectName(), 64).describe('Node names. Constrained mode only, and privileged.').exactOptional(),
  userBindings: setOf(objectName(), 64)
    .describe(
      'Names of UserBindings: subject and identity of each, never its roles. Followed through edits and re-creation.',
    )
    .exactOptional(),
});

export type Impersonate = z.output<typeof fields>;

/** The API server takes groups, uids and extra fields beside a user only. */
const needsUser = (field: 'groups' | 'uids' | 'extra'): CelRule<Impersonate> => ({
  cel: `!has(self.${field}) || has(self.users) || has(self.userBindings)`,
  message: 'must come with a user: set users or userBindings',
  at: field,
  holds: (self) => self[field] === undefined || (self.users ?? self.userBindings) !== undefined,
});

export const impersonate = ruled(
  fields,
  {
    cel: 'has(self.users) || has(self.serviceAccounts) || has(self.nodes) || has(self.userBindings)',
    message: 'must name somebody: at least one of users, serviceAccounts, nodes and userBindings',
    holds: (self) => (self.users ?? self.serviceAccounts ?? self.nodes ?? self.userBindings) !== undefined,
  },
  needsUser('groups'),
  needsUser('uids'),
  needsUser('extra'),
);
