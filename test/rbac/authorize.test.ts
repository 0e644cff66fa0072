import { expect, test } from 'vitest';
import {
  type AccessObject,
  type Attributes,
  type UserInfo,
  accessObject,
  allowances,
  authorize,
  resourceAttributes,
} from '../../src/rbac/index.ts';
import {
  ALICE,
  asAccount,
  asGroup,
  asUser,
  binding,
  clusterBinding,
  clusterRole,
  everywhere,
  indexOf,
  role,
  user,
  within,
} from './access.ts';

const pods = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
const podIn = (namespace: string): Attributes =>
  resourceAttributes({ verb: 'get', resource: 'pods', namespace, name: 'p' });
const metrics: Attributes = { kind: 'URL', verb: 'get', path: '/metrics' };
const urls = { verbs: ['get'], nonResourceURLs: ['*'] };
const BOT = user('system:serviceaccount:ops:bot', { groups: ['system:serviceaccounts', 'system:serviceaccounts:ops'] });
const toClusterRole = { kind: 'ClusterRole', name: 'r' };
const toRole = { kind: 'Role', name: 'r' };

test.for<[string, boolean, AccessObject[], UserInfo, Attributes]>([
  ['nobody may do anything', false, [], ALICE, podIn('a')],
  ['a user by name', true, everywhere('r', asUser('alice'), pods), ALICE, podIn('a')],
  ['names are compared with their case', false, everywhere('r', asUser('Alice'), pods), ALICE, podIn('a')],
  ['a user by group', true, everywhere('r', asGroup('support'), pods), ALICE, podIn('a')],
  [
    'everybody by the group that they are in',
    true,
    everywhere('r', asGroup('system:authenticated'), pods),
    ALICE,
    podIn('a'),
  ],
  ['a group is no user', false, everywhere('r', asUser('support'), pods), ALICE, podIn('a')],
  ['a user is no group', false, everywhere('r', asGroup('alice'), pods), ALICE, podIn('a')],
  ['an account by namespace and name', true, everywhere('r', asAccount('ops', 'bot'), pods), BOT, podIn('a')],
  [
    'an account of that name elsewhere is another',
    false,
    everywhere('r', asAccount('dev', 'bot'), pods),
    BOT,
    podIn('a'),
  ],
  ['an account by its user name', true, everywhere('r', asUser(BOT.name), pods), BOT, podIn('a')],
  [
    'an account by the group of its namespace',
    true,
    everywhere('r', asGroup('system:serviceaccounts:ops'), pods),
    BOT,
    podIn('a'),
  ],
  [
    'whoever carries the user name of an account is it',
    true,
    everywhere('r', asAccount('ops', 'bot'), pods),
    user(BOT.name),
    podIn('a'),
  ],
  [
    'a subject of another kind is nobody',
    false,
    everywhere('r', { kind: 'Robot', name: 'alice' }, pods),
    ALICE,
    podIn('a'),
  ],
  [
    'an account without a namespace is nobody in the whole cluster',
    false,
    everywhere('r', { kind: 'ServiceAccount', name: 'bot' }, pods),
    BOT,
    podIn('a'),
  ],
  [
    'in a namespace it is the one there',
    true,
    within('ops', 'r', { kind: 'ServiceAccount', name: 'bot' }, pods),
    BOT,
    podIn('ops'),
  ],
  ['a RoleBinding counts in its namespace', true, within('a', 'r', asUser('alice'), pods), ALICE, podIn('a')],
  ['and nowhere else', false, within('a', 'r', asUser('alice'), pods), ALICE, podIn('b')],
  ['and not for the whole cluster', false, within('a', 'r', asUser('alice'), pods), ALICE, podIn('')],
  [
    'a RoleBinding hands out a ClusterRole in its namespace',
    true,
    [clusterRole('r', pods), binding('a', 'b', toClusterRole, asUser('alice'))],
    ALICE,
    podIn('a'),
  ],
  [
    'but not its paths',
    false,
    [clusterRole('r', urls), binding('a', 'b', toClusterRole, asUser('alice'))],
    ALICE,
    metrics,
  ],
  [
    'a Role of another namespace is not found',
    false,
    [role('a', 'r', pods), binding('b', 'b', toRole, asUser('alice'))],
    ALICE,
    podIn('b'),
  ],
  [
    'a Role is not found under the name of a ClusterRole',
    false,
    [role('a', 'r', pods), binding('a', 'b', toClusterRole, asUser('alice'))],
    ALICE,
    podIn('a'),
  ],
  [
    'nor the other way about',
    false,
    [clusterRole('r', pods), binding('a', 'b', toRole, asUser('alice'))],
    ALICE,
    podIn('a'),
  ],
  ['a role that is not there hands out nothing', false, [clusterBinding('b', 'r', asUser('alice'))], ALICE, podIn('a')],
  [
    'names of roles are compared with their case',
    false,
    [clusterRole('R', pods), clusterBinding('b', 'r', asUser('alice'))],
    ALICE,
    podIn('a'),
  ],
  [
    "a binding without subjects is nobody's",
    false,
    [clusterRole('r', pods), clusterBinding('b', 'r')],
    ALICE,
    podIn('a'),
  ],
  ['paths are allowed to whoever holds them everywhere', true, everywhere('r', asUser('alice'), urls), ALICE, metrics],
  ['system:masters may do everything', true, [], user('root', { groups: ['system:masters'] }), metrics],
  ['not so a user of that name', false, [], user('system:masters'), metrics],
])('%s: %s', ([, allowed, objects, who, attributes]) => {
  expect(authorize(indexOf(objects), who, attributes).allowed).toBe(allowed);
});

test('the answer names the binding, the subject and the rule', () => {
  const index = indexOf(everywhere('r', asGroup('support'), all, pods));
  expect(authorize(index, ALICE, podIn('a'))).toEqual({
    allowed: true,
    by: { kind: 'Rule', binding: clusterBinding('r', 'r', asGroup('support')), subject: asGroup('support'), rule: all },
  });
  expect(authorize(index, user('root', { groups: ['system:masters'] }), podIn('a'))).toEqual({
    allowed: true,
    by: { kind: 'PrivilegedGroup' },
  });
});

test('everything that allows a request is found, each binding once, those of the cluster first', () => {
  const index = indexOf(
    within('a', 'local', asUser('alice'), pods),
    clusterRole('r', pods, all),
    clusterBinding('both', 'r', asUser('alice'), asGroup('support')),
    clusterBinding('group', 'r', asGroup('support')),
    clusterBinding('other', 'r', asUser('bob')),
  );
  const names = Array.from(allowances(index, ALICE, podIn('a')), (by) => (by.kind === 'Rule' ? by.binding.name : ''));
  expect(names).toEqual(['both', 'group', 'local']);
});

test('an object of the API server is read; empty lists come as null or not at all', () => {
  const metadata = { name: 'x', namespace: 'a' };
  const roleRef = { kind: 'Role', name: 'x' };
  expect(accessObject({ kind: 'Role', metadata, rules: null })).toEqual(role('a', 'x'));
  expect(accessObject({ kind: 'ClusterRole', metadata: { name: 'x' }, rules: [pods] })).toEqual(clusterRole('x', pods));
  expect(accessObject({ kind: 'RoleBinding', metadata, roleRef })).toEqual(binding('a', 'x', roleRef));
  expect(accessObject({ kind: 'Secret', metadata })).toBeUndefined();
});
