import { expect, test } from 'vitest';
import type { PolicyRule, UserInfo } from '../../src/rbac/index.ts';
import { U, ask, become, extra, jane, mayAlice, on, text } from './impersonating.ts';

const NAMED = become(U, 'users', 'jane');
const USERS = 'users.authentication.k8s.io "jane"';
const EXTRAS = 'userextras.authentication.k8s.io';
const TEAM = 'acme.io/team';
const ok = 'Allowed user-info';

/** Rules with which alice asks for jane: she gets her, or the mode `user-info` ends at a check and there is no legacy rule either. */
test.for<[string, string, PolicyRule[], UserInfo]>([
  ['nothing', 'impersonate-on:user-info:get pods "p" in namespace "a"', [], jane({})],
  ['a user', ok, [on(U), NAMED], jane({})],
  ['whom, but not what', 'impersonate-on:user-info:get pods "p" in namespace "a"', [NAMED], jane({})],
  ['what, but not whom', `impersonate:user-info ${USERS}`, [on(U)], jane({})],
  ['another', `impersonate:user-info ${USERS}`, [on(U), become(U, 'users', 'joe', 'Jane', '*')], jane({})],
  ['no names are everybody', ok, [on(U), become(U, 'users')], jane({})],
  ['the core group', `impersonate:user-info ${USERS}`, [on(U), { ...NAMED, apiGroups: [''] }], jane({})],
  ['the verb *', ok, [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }], jane({})],
  [
    'impersonate:* is no verb',
    `impersonate:user-info ${USERS}`,
    [on(U), { ...NAMED, verbs: ['impersonate:*'] }],
    jane({}),
  ],
  ['another mode', `impersonate:user-info ${USERS}`, [on(U), become('serviceaccount', 'users')], jane({})],
  [
    'impersonate-on:user-info:* is no verb',
    'impersonate-on:user-info:get pods "p" in namespace "a"',
    [{ ...on(U), verbs: ['impersonate-on:user-info:*'] }, NAMED],
    jane({}),
  ],
  ['a uid', ok, [on(U), NAMED, become(U, 'uids', '1')], jane({ uid: '1' })],
  [
    'another uid',
    'impersonate:user-info uids.authentication.k8s.io "1"',
    [on(U), NAMED, become(U, 'uids', '2')],
    jane({ uid: '1' }),
  ],
  ['a group', ok, [on(U), NAMED, become(U, 'groups', 'a')], jane({ groups: ['a'] })],
  [
    'a group more',
    'impersonate:user-info groups.authentication.k8s.io "b"',
    [on(U), NAMED, become(U, 'groups', 'a')],
    jane({ groups: ['a', 'b'] }),
  ],
  [
    'three groups are asked by name',
    'impersonate:user-info groups.authentication.k8s.io "a"',
    [on(U), NAMED, become(U, 'groups', '*')],
    jane({ groups: ['a', 'b', 'c'] }),
  ],
  [
    'of four the name * is asked first',
    ok,
    [on(U), NAMED, become(U, 'groups', '*')],
    jane({ groups: ['a', 'b', 'c', 'd'] }),
  ],
  [
    'one group four times is four',
    ok,
    [on(U), NAMED, become(U, 'groups', '*')],
    jane({ groups: ['a', 'a', 'a', 'a'] }),
  ],
  [
    'four groups by name',
    ok,
    [on(U), NAMED, become(U, 'groups', 'a', 'b', 'c', 'd')],
    jane({ groups: ['a', 'b', 'c', 'd'] }),
  ],
  [
    'three of four by name',
    'impersonate:user-info groups.authentication.k8s.io "d"',
    [on(U), NAMED, become(U, 'groups', 'a', 'b', 'c')],
    jane({ groups: ['a', 'b', 'c', 'd'] }),
  ],
  [
    'the empty group',
    'impersonate:user-info groups.authentication.k8s.io',
    [on(U), NAMED, become(U, 'groups')],
    jane({ groups: [''] }),
  ],
  [
    'system:masters',
    'impersonate:user-info groups.authentication.k8s.io "system:masters"',
    [on(U), NAMED, become(U, 'groups')],
    jane({ groups: ['system:masters'] }),
  ],
  [
    'it among many',
    'impersonate:user-info groups.authentication.k8s.io "system:masters"',
    [on(U), NAMED, become(U, 'groups')],
    jane({ groups: ['a', 'b', 'c', 'system:masters'] }),
  ],
  ['an extra', ok, [on(U), NAMED, become(U, `userextras/${TEAM}`, 'x')], jane({ extra: extra(TEAM, 'x') })],
  ['by */KEY', ok, [on(U), NAMED, become(U, `*/${TEAM}`)], jane({ extra: extra(TEAM, 'x') })],
  [
    'a value more',
    `impersonate:user-info ${EXTRAS}/${TEAM} "y"`,
    [on(U), NAMED, become(U, `userextras/${TEAM}`, 'x')],
    jane({ extra: extra(TEAM, 'x', 'y') }),
  ],
  [
    'no key in the rule',
    `impersonate:user-info ${EXTRAS}/${TEAM} "x"`,
    [on(U), NAMED, become(U, 'userextras')],
    jane({ extra: extra(TEAM, 'x') }),
  ],
  [
    'three values are asked by name',
    `impersonate:user-info ${EXTRAS}/${TEAM} "x"`,
    [on(U), NAMED, become(U, 'userextras/*')],
    jane({ extra: extra(TEAM, 'x', 'y', 'z') }),
  ],
  [
    'of four the key * and the value * are asked first',
    ok,
    [on(U), NAMED, become(U, 'userextras/*', '*')],
    jane({ extra: extra(TEAM, 'x', 'y', 'z', 'x') }),
  ],
  ['which */* covers', ok, [on(U), NAMED, become(U, '*/*')], jane({ extra: extra(TEAM, 'x', 'y', 'z', 'x') })],
  [
    'and userextras/KEY with the name * does not',
    `impersonate:user-info ${EXTRAS}/${TEAM} "x"`,
    [on(U), NAMED, become(U, `userextras/${TEAM}`, '*')],
    jane({ extra: extra(TEAM, 'x', 'y', 'z', 'x') }),
  ],
  [
    'of four keys likewise',
    ok,
    [on(U), NAMED, become(U, 'userextras/*')],
    jane({ extra: ['a/a', 'a/b', 'a/c', 'a/d'].flatMap((key) => extra(key, 'x')) }),
  ],
  [
    'values of two keys are counted together',
    ok,
    [on(U), NAMED, become(U, 'userextras/*')],
    jane({ extra: ['a/a', 'a/b'].flatMap((key) => extra(key, 'x', 'y')) }),
  ],
])('user-info, %s: %s', ([, expected, rules, wanted]) => {
  const refused = expected === ok ? '' : '; impersonate users "jane"';
  expect(text(ask(mayAlice(...rules), wanted))).toBe(`${expected}${refused}`);
});

test.for<[string, UserInfo['extra']]>([
  ['a key without a domain', extra('team', 'x')],
  ['an empty key', extra('', 'x')],
  ['an empty domain', extra('/team', 'x')],
  ['an empty path', extra('acme.io/', 'x')],
  ['capitals in the path', extra('acme.io/Team', 'x')],
  ['capitals in the domain', extra('Acme.io/team', 'x')],
  ['letters that no path has', extra('acme.io/ä', 'x')],
  ['a bad domain', extra('acme_io/team', 'x')],
  ['an empty value', extra(TEAM, 'x', '')],
  ['one bad of two', [...extra(TEAM, 'x'), ...extra('team', 'x')]],
])('user-info refuses an extra whatever the rules say: %s', ([, wanted]) => {
  const everything = { verbs: ['*'], apiGroups: ['authentication.k8s.io'], resources: ['*'] };
  const answer = ask(mayAlice(on(U), everything), jane({ extra: wanted }));
  expect(text(answer)).toBe(`impersonate:user-info ${EXTRAS}; impersonate users "jane"`);
  expect(answer).toMatchObject({ refused: [{ reason: expect.any(String) as string }, { reason: undefined }] });
});

test('a key of odd but lawful characters is taken', () => {
  const key = "a.b/c/%d!$&'()*+,;=:~_-.";
  expect(
    text(ask(mayAlice(on(U), become(U, 'users'), become(U, `userextras/${key}`)), jane({ extra: extra(key, 'x') }))),
  ).toBe(ok);
});
