import { expect, test } from 'vitest';
import { type PolicyRule, type UserInfo, attributesText, impersonate } from '../../src/rbac/index.ts';
import { ALICE, asGroup, asUser, clusterBinding, everywhere, indexOf, user } from './access.ts';
import {
  GET_POD,
  JANE,
  METRICS,
  ON,
  U,
  ask,
  become,
  jane,
  legacy,
  mayAlice,
  notOn,
  on,
  pods,
  text,
} from './impersonating.ts';

const APP = user('system:serviceaccount:prod:app');
const N1 = user('system:node:n1');
const paths = (verb: string): PolicyRule => ({ verbs: [verb], nonResourceURLs: ['/metrics'] });
const anyUser = [on(U), become(U, 'users'), become(U, 'groups')];
const anyNode = [on('arbitrary-node'), become('arbitrary-node', 'nodes')];

test.for<[string, string[], PolicyRule[], UserInfo]>([
  ['a user', ['system:authenticated'], anyUser, JANE],
  ['a user with groups', ['a', 'system:authenticated'], anyUser, jane({ groups: ['a'] })],
  ['one that says so itself', ['system:authenticated'], anyUser, jane({ groups: ['system:authenticated'] })],
  ['one that says the contrary', ['system:unauthenticated'], anyUser, jane({ groups: ['system:unauthenticated'] })],
  ['nobody', ['system:unauthenticated'], anyUser, user('system:anonymous')],
  [
    'nobody, among everybody',
    ['system:authenticated', 'system:unauthenticated'],
    anyUser,
    user('system:anonymous', { groups: ['system:authenticated'] }),
  ],
  [
    'an account',
    ['system:serviceaccounts', 'system:serviceaccounts:prod', 'system:authenticated'],
    [legacy('serviceaccounts')],
    APP,
  ],
  [
    'an account with groups loses its own',
    ['a', 'system:authenticated'],
    [legacy('serviceaccounts'), legacy('groups')],
    { ...APP, groups: ['a'] },
  ],
  ['a node', ['system:nodes', 'system:authenticated'], anyNode, N1],
  ['a node, legacy', ['system:authenticated'], [legacy('users')], N1],
])('groups are added: %s', ([, groups, rules, wanted]) => {
  expect(ask(mayAlice(...rules), wanted)).toMatchObject({ kind: 'Allowed', identity: { ...wanted, groups } });
});

test('who is impersonated has to be allowed it, by the user or by a group', () => {
  const wanted = jane({ groups: ['devs'] });
  const caller = mayAlice(...anyUser);
  expect(impersonate(indexOf(caller), ALICE, wanted, GET_POD, ON)).toMatchObject({
    kind: 'ActionRefused',
    mode: U,
    identity: { groups: ['devs', 'system:authenticated'] },
    passed: [{ check: { verb: 'impersonate-on:user-info:get' } }, {}, {}],
  });
  const alsoBecome = indexOf(caller, clusterBinding('devs', 'caller', asGroup('devs')));
  expect(impersonate(alsoBecome, ALICE, wanted, GET_POD, ON)).toMatchObject({ kind: 'ActionRefused' });
  const alsoGet = indexOf(caller, everywhere('devs', asGroup('devs'), pods));
  expect(impersonate(alsoGet, ALICE, wanted, GET_POD, ON)).toMatchObject({
    kind: 'Allowed',
    by: { binding: { name: 'devs' }, rule: pods },
  });
});

test('what the caller may do himself does not count', () => {
  expect(impersonate(indexOf(mayAlice(...anyUser, pods)), ALICE, JANE, GET_POD, ON).kind).toBe('ActionRefused');
});

test('what was asked on the way is told, with what allowed it', () => {
  const rules = [on(U), become(U, 'users', 'jane'), become(U, 'groups', '*')];
  const answer = ask(mayAlice(...rules), jane({ groups: ['a', 'b', 'c', 'd'] }));
  expect(answer.kind === 'Allowed' && answer.passed.map(({ check }) => attributesText(check))).toEqual([
    notOn(U),
    'impersonate:user-info users.authentication.k8s.io "jane"',
    'impersonate:user-info groups.authentication.k8s.io "*"',
  ]);
  expect(answer).toMatchObject({ passed: rules.map((rule) => ({ by: { binding: { name: 'caller' }, rule } })) });
});

test('a path is an action too', () => {
  const objects = [
    ...mayAlice(paths('impersonate-on:user-info:get'), become(U, 'users', 'jane')),
    ...everywhere('paths', asUser('jane'), paths('get')),
  ];
  expect(text(ask(objects, JANE, { action: METRICS }))).toBe('Allowed user-info');
  expect(text(ask(objects, JANE, { action: { kind: 'URL', verb: 'get', path: '/metrics/slis' } }))).toBe(
    'impersonate-on:user-info:get /metrics/slis; impersonate users "jane"',
  );
});

test('system:masters becomes anybody, and stays what it is in the mode legacy alone', () => {
  const caller = user('root', { groups: ['system:masters'] });
  expect(text(ask([], JANE, { caller }))).toBe('Allowed user-info');
  expect(text(ask([], APP, { caller }))).toBe('Allowed serviceaccount');
  expect(text(ask([], N1, { caller }))).toBe('Allowed arbitrary-node');
  expect(text(ask([], jane({ groups: ['system:masters'] }), { caller }))).toBe('Allowed legacy');
});

test('the mode that succeeded last is tried first, and decides the groups of a node', () => {
  const objects = mayAlice(...anyNode, legacy('users'));
  expect(text(ask(objects, N1))).toBe('Allowed arbitrary-node');
  expect(text(ask(objects, N1, { server: { constrained: true, lastMode: 'serviceaccount' } }))).toBe(
    'Allowed arbitrary-node',
  );
  expect(ask(objects, N1, { server: { constrained: true, lastMode: 'legacy' } })).toMatchObject({
    mode: 'legacy',
    identity: { groups: ['system:authenticated'] },
  });
  expect(text(ask([], JANE, { server: { constrained: true, lastMode: 'legacy' } }))).toBe(
    `impersonate users "jane"; ${notOn(U)}`,
  );
});
