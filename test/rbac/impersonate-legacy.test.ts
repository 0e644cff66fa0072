import { expect, test } from 'vitest';
import type { PolicyRule, UserInfo } from '../../src/rbac/index.ts';
import { OFF, U, ask, become, extra, jane, legacy, mayAlice, notOn, on, text } from './impersonating.ts';

const ok = 'Allowed legacy';
const AUTHENTICATION = 'authentication.k8s.io';

/** Rules with which alice asks for jane: she gets her by the verb `impersonate`, or this check fails, on a server with the gate and without. */
test.for<[string, string, PolicyRule[], UserInfo]>([
  ['nothing', 'impersonate users "jane"', [], jane({})],
  ['a user', ok, [legacy('users', 'jane')], jane({})],
  ['another', 'impersonate users "jane"', [legacy('users', 'joe', 'Jane', '*')], jane({})],
  ['no names are everybody', ok, [legacy('users')], jane({})],
  ['the verb * on users is legacy impersonation', ok, [{ ...legacy('users'), verbs: ['*'] }], jane({})],
  [
    'the group authentication.k8s.io',
    'impersonate users "jane"',
    [{ ...legacy('users'), apiGroups: [AUTHENTICATION] }],
    jane({}),
  ],
  ['a uid', ok, [legacy('users'), legacy('uids', '1')], jane({ uid: '1' })],
  [
    'a uid in the core group',
    `impersonate uids.${AUTHENTICATION} "1"`,
    [legacy('users'), { ...legacy('uids'), apiGroups: [''] }],
    jane({ uid: '1' }),
  ],
  ['a group', ok, [legacy('users'), legacy('groups', 'a')], jane({ groups: ['a'] })],
  ['a group without the user', 'impersonate users "jane"', [legacy('groups', 'a')], jane({ groups: ['a'] })],
  [
    'four groups are asked by name',
    'impersonate groups "a"',
    [legacy('users'), legacy('groups', '*')],
    jane({ groups: ['a', 'b', 'c', 'd'] }),
  ],
  ['the empty group, by name', 'impersonate groups', [legacy('users'), legacy('groups', 'a')], jane({ groups: [''] })],
  ['the empty group', ok, [legacy('users'), legacy('groups')], jane({ groups: [''] })],
  ['system:masters', ok, [legacy('users'), legacy('groups', 'system:masters')], jane({ groups: ['system:masters'] })],
  ['an extra', ok, [legacy('users'), legacy('userextras/Team', 'x')], jane({ extra: extra('Team', 'x') })],
  [
    'a key of other case',
    `impersonate userextras.${AUTHENTICATION}/team "x"`,
    [legacy('users'), legacy('userextras/Team')],
    jane({ extra: extra('team', 'x') }),
  ],
  ['an empty value', ok, [legacy('users'), legacy('userextras/team')], jane({ extra: extra('team', '') })],
  [
    'userextras/* covers no key',
    `impersonate userextras.${AUTHENTICATION}/team "x"`,
    [legacy('users'), legacy('userextras/*')],
    jane({ extra: extra('team', 'x') }),
  ],
  ['but the one called so', ok, [legacy('users'), legacy('userextras/*')], jane({ extra: extra('*', 'x') })],
  [
    'userextras covers no key',
    `impersonate userextras.${AUTHENTICATION}/team "x"`,
    [legacy('users'), legacy('userextras')],
    jane({ extra: extra('team', 'x') }),
  ],
  ['but the empty one', ok, [legacy('users'), legacy('userextras', 'x')], jane({ extra: extra('', 'x') })],
  [
    'four values are asked by name',
    `impersonate userextras.${AUTHENTICATION}/team "x"`,
    [legacy('users'), legacy('userextras/*')],
    jane({ extra: extra('team', 'x', 'x', 'x', 'x') }),
  ],
])('legacy, %s: %s', ([, expected, rules, wanted]) => {
  const before = expected === ok ? '' : `${notOn(U)}; `;
  expect(text(ask(mayAlice(...rules), wanted))).toBe(`${before}${expected}`);
  expect(text(ask(mayAlice(...rules), wanted, { server: OFF }))).toBe(expected);
});

test('a legacy rule lets pass what a constrained one does not', () => {
  expect(text(ask(mayAlice(become(U, 'users', 'jane'), legacy('users')), jane({})))).toBe(ok);
});

test('constrained rules are inert without the gate', () => {
  const rules = [on(U), become(U, 'users', 'jane')];
  expect(text(ask(mayAlice(...rules), jane({}), { server: OFF }))).toBe('impersonate users "jane"');
});

test('the uid is asked before the groups with the gate, and last without', () => {
  const wanted = jane({ uid: '1', groups: ['a'], extra: extra('k', 'v') });
  const objects = mayAlice(legacy('users'));
  expect(text(ask(objects, wanted))).toBe(`${notOn(U)}; impersonate uids.${AUTHENTICATION} "1"`);
  expect(text(ask(objects, wanted, { server: OFF }))).toBe('impersonate groups "a"');
  expect(text(ask(mayAlice(legacy('users'), legacy('groups'), legacy('userextras/k')), wanted, { server: OFF }))).toBe(
    `impersonate uids.${AUTHENTICATION} "1"`,
  );
});
