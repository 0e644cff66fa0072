import { beforeEach, expect, test } from 'vitest';
import { judge } from '../../../src/controllers/effective/judge.ts';
import { ROLE, ROLE_BINDING } from '../../../src/controllers/kinds.ts';
import { grantedRules } from '../../../src/controllers/objects.ts';
import { type PolicyRule, actionRules, serviceAccountRules, userRules } from '../../../src/rbac/index.ts';
import type { Child } from '../../../src/reconcile/child.ts';
import { ALICE, RbacWorld, type Subject, legacy, owner } from './world.ts';

const NOBODY = { users: [], groups: [], uids: [], extra: [] };
const SELF = owner('support');
const KEY = { kind: SELF.kind, name: SELF.name };

type Who = Parameters<typeof grantedRules>[4];
const TO_ALICE: Who = [{ kind: 'User', name: 'alice' }];

/** Jane with the group developers, and what a test adds; every name has a role bound to it. */
const grant = (more: Partial<Parameters<typeof userRules>[1]> = {}, to = TO_ALICE): Child[] =>
  grantedRules(SELF, '', '', userRules('Legacy', { ...NOBODY, users: ['jane'], groups: ['developers'], ...more }), to);

const constrained = (): Child[] => [
  ...grantedRules(SELF, '', '', userRules('Constrained', { ...NOBODY, users: ['jane'] }), TO_ALICE),
  ...grantedRules(SELF, 'a', '', serviceAccountRules('Constrained', ['app']), TO_ALICE),
  ...grantedRules(
    SELF,
    'a',
    'actions',
    actionRules(['user-info', 'serviceaccount'], [{ verbs: ['list'], apiGroups: [''], resources: ['pods'] }]),
    TO_ALICE,
  ),
];

let world: RbacWorld;

beforeEach(() => {
  world = new RbacWorld();
  world.bind('targets', 'view', [
    ['Group', 'developers'],
    ['User', 'jane'],
    ['ServiceAccount', 'app', 'a'],
  ]);
});

const effect = (children: readonly Child[]) => {
  const { effect: found } = judge(KEY, children, world.holdings);
  if (found.is !== 'judged') throw new Error('it is judged');
  return found;
};

/** What the message says of a foreign binding of these rules. */
const says = (
  children: readonly Child[],
  rules: readonly PolicyRule[],
  to: Subject = ALICE,
  namespace = '',
): string => {
  world.role('r', rules);
  world.bind('b', 'r', [to], namespace);
  const { status, message } = effect(children);
  return status === 'True' ? '' : message.replace(/^\w+ "[^"]+" of ClusterRole "r" lets /, '');
};

const authentication = (verb: string, resource: string, ...resourceNames: string[]): PolicyRule => ({
  verbs: [verb],
  apiGroups: ['authentication.k8s.io'],
  resources: [resource],
  ...(resourceNames.length === 0 ? {} : { resourceNames }),
});

test.for<[string, PolicyRule[], string]>([
  ['a group', [legacy('groups', 'operators')], 'User alice send Group operators with whom this one names'],
  ['any group', [legacy('groups')], 'User alice send any Group with whom this one names'],
  ['a uid', [authentication('impersonate', 'uids', 'x')], 'User alice send uid x with whom this one names'],
  ['any uid', [authentication('*', 'uids')], 'User alice send any uid with whom this one names'],
  [
    'a value',
    [authentication('impersonate', 'userextras/acme.io/team', 'x')],
    'User alice send extra field acme.io/team with value x with whom this one names',
  ],
  [
    'a key',
    [authentication('*', '*/acme.io/team')],
    'User alice send extra field acme.io/team with whom this one names',
  ],
  ['a user', [legacy('users', 'bob')], 'User alice become User bob with what this one allows beside'],
  ['anybody', [legacy('users')], 'User alice become anybody'],
  [
    'an account of every namespace',
    [legacy('serviceaccounts', 'bot')],
    'User alice become every ServiceAccount of the name bot with what this one allows beside',
  ],
  ['a node', [legacy('users', 'system:node:n')], 'User alice become Node n with what this one allows beside'],
  ['what the grant has', [legacy('groups', 'developers'), legacy('users', 'jane')], ''],
  ['another verb', [{ ...legacy('users'), verbs: ['get', 'impersonates'] }], ''],
  ['the wrong API group', [authentication('impersonate', 'users')], ''],
  ['the new dialect, of nobody', [authentication('impersonate:user-info', 'groups', 'operators')], ''],
])('beside an old grant, %s', ([, rules, words]) => {
  expect(says(grant(), rules)).toBe(words);
});

test.for<[string, PolicyRule[], string]>([
  ['the old right to its target', [legacy('users', 'jane')], 'User alice do anything as whom this one names'],
  ['an account by the old right', [legacy('serviceaccounts', 'app')], 'User alice do anything as whom this one names'],
  ['the old right to groups', [legacy('groups', 'operators')], ''],
  ['the old right to another', [legacy('users', 'bob')], ''],
  [
    'a group',
    [authentication('impersonate:user-info', 'groups', 'operators')],
    'User alice send Group operators with whom this one names',
  ],
  [
    'another',
    [authentication('impersonate:user-info', 'users', 'bob')],
    'User alice become User bob with what this one allows beside',
  ],
  [
    'an action on every namespace',
    [{ verbs: ['impersonate-on:user-info:list'], apiGroups: [''], resources: ['pods'] }],
    'User alice list pods as whom this one names',
  ],
  [
    'an action in a mode that has targets',
    [
      {
        verbs: ['impersonate-on:serviceaccount:get'],
        apiGroups: ['apps'],
        resources: ['*/scale'],
        resourceNames: ['x'],
      },
    ],
    'User alice get any resource.apps "x" as whom this one names',
  ],
  ['an action in a mode that has none', [{ verbs: ['impersonate-on:arbitrary-node:get'], nonResourceURLs: ['*'] }], ''],
  [
    'a path',
    [{ verbs: ['impersonate-on:user-info:get'], nonResourceURLs: ['/logs/*'] }],
    'User alice get /logs/* as whom this one names',
  ],
  [
    'a verb that only looks like all',
    [{ verbs: ['impersonate-on:user-info:*'], apiGroups: ['*'], resources: ['*'] }],
    '',
  ],
])('beside a constrained grant, %s', ([, rules, words]) => {
  expect(says(constrained(), rules)).toBe(words);
});

test('a role in a namespace gives accounts and actions there, and nothing else', () => {
  const everything = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
  expect(says(grant({ groups: [] }), everything, ALICE, 'b')).toBe('');
  expect(says(grant(), everything, ALICE, 'b')).toBe(
    'User alice become every ServiceAccount in namespace b with what this one allows beside',
  );
  expect(says(constrained(), [{ verbs: ['*'], nonResourceURLs: ['*'] }], ALICE, 'b')).toBe('');
  expect(says(constrained(), everything, ALICE, 'b')).toBe(
    'User alice do anything in namespace b as whom this one names',
  );
});

test.for<[string, Subject, string]>([
  ['by its name', ['User', 'system:serviceaccount:ops:bot'], 'ServiceAccount ops/bot send'],
  [
    'among all of its namespace',
    ['Group', 'system:serviceaccounts:ops'],
    'ServiceAccount ops/bot, as Group system:serviceaccounts:ops, send',
  ],
  [
    'among all accounts',
    ['Group', 'system:serviceaccounts'],
    'ServiceAccount ops/bot, as Group system:serviceaccounts, send',
  ],
  ['among all users', ['Group', 'system:authenticated'], 'ServiceAccount ops/bot, as Group system:authenticated, send'],
  ['but not another of its name', ['ServiceAccount', 'bot', 'production'], ''],
  ['nor those of another namespace', ['Group', 'system:serviceaccounts:production'], ''],
  ['nor a user of that name', ['User', 'bot'], ''],
])('an account is reached %s', ([, to, words]) => {
  const children = grant({}, [{ kind: 'ServiceAccount', name: 'bot', namespace: 'ops' }]);
  expect(says(children, [legacy('groups', 'operators')], to).slice(0, words.length || undefined)).toBe(words);
});

test('each source is named once, those of others first, and no more than three', () => {
  const other = owner('other');
  world.own(grantedRules(other, '', '', [legacy('groups', 'x')], TO_ALICE), other);
  expect(effect(grant())).toMatchObject({
    status: 'False',
    reason: 'WidenedByGrant',
    message: 'ImpersonationGrant "other" lets User alice send Group x with whom this one names',
  });
  world.role('r', [legacy('groups', 'x')]);
  for (const name of ['d', 'c', 'b', 'a']) world.bind(name, 'r', [ALICE, ['Group', 'system:authenticated']]);
  const children = grant({}, [...TO_ALICE, { kind: 'Group', name: 'support' }]);
  const { reason, message } = effect(children);
  expect(reason).toBe('WidenedByBinding');
  expect(message.match(/"[a-d]"/g)).toEqual(['"a"', '"b"', '"c"']);
  expect(message).toMatch(/; and 2 more$/);
  expect(message).toContain('"a" of ClusterRole "r" lets User alice send');
});

test('a binding of somebody else gives the reason, whatever its name', () => {
  const other = owner('other');
  world.own(grantedRules(other, '', '', [legacy('groups', 'x')], TO_ALICE), other);
  world.role('r', [legacy('serviceaccounts')]);
  world.bind('z', 'r', [ALICE], 'b');
  const { reason, message } = effect(grant());
  expect([reason, message.split(' ')[0]]).toEqual(['WidenedByBinding', 'RoleBinding']);
});

test('what the object held before does not count against what it is to hold', () => {
  world.own(grant({ groups: ['developers', 'operators'] }), SELF);
  expect(effect(grant())).toMatchObject({ status: 'True' });
});

test('what one of ours hands out counts as one, and what the object itself has does not', () => {
  const other = owner('other', 'UserBinding');
  const users = userRules('Legacy', { ...NOBODY, users: ['bob'], groups: ['developers'] });
  world.own(grant(), SELF);
  world.own(grantedRules(other, '', 'broker', users, TO_ALICE), other);
  // accounts go with the groups that the other names itself
  world.own(grantedRules(other, 'a', 'x', serviceAccountRules('Legacy', ['bot']), TO_ALICE), other);
  expect(effect(grant())).toMatchObject({ status: 'True', reason: 'Honoured' });
  world.remove(ROLE_BINDING, 'impersonation:binding:other:x', 'a');
  world.remove(ROLE, 'impersonation:binding:other:x', 'a');
  expect(effect(grant({ groups: ['developers', 'more'] }))).toMatchObject({ reason: 'WidenedByGrant' });
});

test('it depends on everything that could change it, and on nothing else', () => {
  const { dependencies } = judge(KEY, grant({ users: ['jane', 'john'] }), world.holdings);
  expect(dependencies.map(({ type, name }) => `${type.plural} ${name}`).toSorted()).toEqual([
    'bound group developers',
    'bound user jane',
    'bound user john',
    'reached group system:authenticated',
    'reached user alice',
    'readable ',
  ]);
});

test('what cannot be read is told before anything else', () => {
  world.holdings.refused(ROLE.type, 'watch');
  expect(effect(grant())).toMatchObject({ status: 'Unknown', reason: 'RbacNotReadable' });
  expect(effect(grant()).message).toContain('the permission to watch roles.rbac.authorization.k8s.io,');
});
