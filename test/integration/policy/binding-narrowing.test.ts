/** A change of a user binding after which nobody may do more than before takes no right but the one to write. */
import type { Rights } from './author.ts';
import * as may from './rules.ts';
import { type Row, guarded, table } from './table.ts';

const { admin } = guarded();
const jane = { kind: 'User', name: 'jane' };
const KEY = 'acme.io/team';
const ref = (kind: string, name: string, ...namespaces: readonly string[]): object => ({
  roleRef: { kind, name },
  ...(namespaces.length === 0 ? {} : { namespaces }),
});

/** Everything that a binding can have. */
const FULL = {
  subject: jane,
  identity: { groups: ['dev', 'ops'], uid: '1', extra: [{ key: KEY, values: ['a', 'b'] }] },
  roles: [ref('ClusterRole', 'view'), ref('ClusterRole', 'edit', 'default')],
  expiresAt: '2037-01-01T00:00:00Z',
};
const change = (before: object, spec: object, refused?: string, held: Rights = {}): Row => ({
  kind: 'UserBinding',
  rights: held,
  before,
  spec,
  ...(refused === undefined ? {} : { refused }),
});
const REFUSED = 'may pass on only what that user holds';

table(
  {
    'a suspension': change(FULL, { ...FULL, suspend: true }),
    'an end to a suspension': change({ ...FULL, suspend: true }, FULL, REFUSED),
    'a later end': change(FULL, { ...FULL, expiresAt: '2038-01-01T00:00:00Z' }, REFUSED),
    'a removed group': change(FULL, { ...FULL, identity: { ...FULL.identity, groups: ['dev'] } }),
    'a group more': change(
      FULL,
      { ...FULL, identity: { ...FULL.identity, groups: ['dev', 'ops', 'admins'] } },
      REFUSED,
    ),
    'another uid': change(FULL, { ...FULL, identity: { ...FULL.identity, uid: '0' } }, REFUSED),
    'a removed uid': change(FULL, { ...FULL, identity: { groups: ['dev'], extra: FULL.identity.extra } }),
    'another value': change(FULL, { ...FULL, identity: { extra: [{ key: KEY, values: ['c'] }] } }, REFUSED),
    'a removed identity': change(FULL, { subject: jane, roles: FULL.roles, expiresAt: FULL.expiresAt }),
    'an identity where there was none': change(
      { subject: jane },
      { subject: jane, identity: { groups: ['dev'] } },
      REFUSED,
    ),
    'a removed role': change(FULL, { ...FULL, roles: FULL.roles.slice(1) }),
    'another role': change(FULL, { ...FULL, roles: [ref('ClusterRole', 'admin')] }, REFUSED),
    'a namespace more for a role': change(
      FULL,
      { ...FULL, roles: [ref('ClusterRole', 'edit', 'default', 'kube-system')] },
      REFUSED,
    ),
    'an edit of a binding that no grant uses': change(
      { subject: jane },
      { subject: jane, roles: [ref('ClusterRole', 'cluster-admin')] },
      'cluster-admin',
      {
        everywhere: [may.users('jane')],
      },
    ),
  },
  admin,
);
