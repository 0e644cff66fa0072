import { expect, test } from 'vitest';
import type { AccessObject, PolicyRule, UserInfo } from '../../src/rbac/index.ts';
import { asUser, everywhere, user, within } from './access.ts';
import { U, ask, become, extra, legacy, mayAlice, notOn, on, text } from './impersonating.ts';

const A = 'serviceaccount';
const APP = user('system:serviceaccount:prod:app');
const appIn = (namespace: string): AccessObject[] =>
  within(namespace, 'whom', asUser('alice'), become(A, 'serviceaccounts', 'app'));
const onIn = (namespace: string): AccessObject[] => within(namespace, 'what', asUser('alice'), on(A));
const noApp = 'impersonate serviceaccounts "app" in namespace "prod"';

test.for<[string, string, AccessObject[], UserInfo]>([
  ['in its namespace', 'Allowed serviceaccount', [...appIn('prod'), ...mayAlice(on(A))], APP],
  [
    'in that of the request',
    `impersonate:serviceaccount serviceaccounts.authentication.k8s.io "app" in namespace "prod"; ${noApp}`,
    [...appIn('a'), ...mayAlice(on(A))],
    APP,
  ],
  ['everywhere', 'Allowed serviceaccount', mayAlice(on(A), become(A, 'serviceaccounts', 'app')), APP],
  ['the action in its namespace', `${notOn(A)}; ${noApp}`, [...appIn('prod'), ...onIn('prod')], APP],
  ['the action in that of the request', 'Allowed serviceaccount', [...appIn('prod'), ...onIn('a')], APP],
  ['as user', `${notOn(A)}; ${noApp}`, mayAlice(on(U), become(U, 'users'), legacy('users')), APP],
  ['legacy', 'Allowed legacy', mayAlice(legacy('serviceaccounts', 'app')), APP],
  [
    'with groups: legacy alone',
    noApp,
    [...appIn('prod'), ...mayAlice(on(A), on(U), become(A, 'groups'))],
    { ...APP, groups: ['a'] },
  ],
  ['with a uid: legacy alone', noApp, [...appIn('prod'), ...mayAlice(on(A))], { ...APP, uid: '1' }],
  ['with an extra: legacy alone', noApp, [...appIn('prod'), ...mayAlice(on(A))], { ...APP, extra: extra('a/b', 'c') }],
  [
    'a name without a second part is a user',
    'Allowed user-info',
    mayAlice(on(U), become(U, 'users')),
    user('system:serviceaccount:prod'),
  ],
  ['one with capitals too', 'Allowed legacy', mayAlice(legacy('users')), user('system:serviceaccount:prod:App')],
])('an account, %s: %s', ([, expected, objects, wanted]) => {
  expect(text(ask(objects, wanted))).toBe(expected);
});

const ANY = 'arbitrary-node';
const N1 = user('system:node:n1');
const noN1 = 'impersonate users "system:node:n1"';

test.for<[string, string, PolicyRule[], UserInfo]>([
  ['by name', 'Allowed arbitrary-node', [on(ANY), become(ANY, 'nodes', 'n1')], N1],
  [
    'by another',
    `impersonate:arbitrary-node nodes.authentication.k8s.io "n1"; ${noN1}`,
    [on(ANY), become(ANY, 'nodes', 'n2', '*')],
    N1,
  ],
  ['as user', `${notOn(ANY)}; ${noN1}`, [on(U), become(U, 'users')], N1],
  ['as user, legacy', 'Allowed legacy', [legacy('users')], N1],
  [
    'with a group: legacy alone',
    'impersonate groups "system:nodes"',
    [on(ANY), become(ANY, 'nodes'), legacy('users')],
    { ...N1, groups: ['system:nodes'] },
  ],
  ['a name with capitals is a user', 'Allowed user-info', [on(U), become(U, 'users')], user('system:node:N1')],
])('a node, %s: %s', ([, expected, rules, wanted]) => {
  expect(text(ask(mayAlice(...rules), wanted))).toBe(expected);
});

const OWN = 'associated-node';
const nodeName = (...values: string[]): UserInfo['extra'] => extra('authentication.kubernetes.io/node-name', ...values);
const agent = (rest: Partial<UserInfo>): UserInfo =>
  user('system:serviceaccount:ops:agent', { extra: nodeName('n1'), ...rest });
const other = `${notOn(ANY)}; impersonate users`;

test.for<[string, string, PolicyRule[], UserInfo, UserInfo]>([
  ['its node', 'Allowed associated-node', [on(OWN), become(OWN, 'nodes', '*')], agent({}), N1],
  [
    'its node, named',
    `impersonate:associated-node nodes.authentication.k8s.io "*"; ${other} "system:node:n1"`,
    [on(OWN), become(OWN, 'nodes', 'n1')],
    agent({}),
    N1,
  ],
  ['its node, not on this request', `${notOn(OWN)}; ${other} "system:node:n1"`, [become(OWN, 'nodes')], agent({}), N1],
  ['another node', `${other} "system:node:n2"`, [on(OWN), become(OWN, 'nodes')], agent({}), user('system:node:n2')],
  [
    'a node without being bound to one',
    `${other} "system:node:n1"`,
    [on(OWN), become(OWN, 'nodes')],
    agent({ extra: [] }),
    N1,
  ],
  [
    'a node when bound to two',
    `${other} "system:node:n1"`,
    [on(OWN), become(OWN, 'nodes')],
    agent({ extra: nodeName('n1', 'n1') }),
    N1,
  ],
  [
    'its node without being an account',
    `${other} "system:node:n1"`,
    [on(OWN), become(OWN, 'nodes')],
    agent({ name: 'agent' }),
    N1,
  ],
  [
    'its node with a uid',
    'impersonate users "system:node:n1"',
    [on(OWN), become(OWN, 'nodes')],
    agent({}),
    { ...N1, uid: '1' },
  ],
  [
    'its node by the wider mode',
    'Allowed arbitrary-node',
    [on(OWN), on(ANY), become(ANY, 'nodes', 'n1')],
    agent({}),
    N1,
  ],
])('whose token is bound to a node becomes %s: %s', ([, expected, rules, caller, wanted]) => {
  expect(text(ask(everywhere('agent', asUser(caller.name), ...rules), wanted, { caller }))).toBe(expected);
});
