/** Constrained grants: what makes their actions no limit, and what leaves them alone. */
import { expect } from 'vitest';
import { ACTIONS, WHO_AM_I } from '../oracle/action.ts';
import { accountName, identity } from '../oracle/identity.ts';
import { Foreign, impersonate, tokenOf, untilEffect, untilMay } from './effect.ts';
import type { PolicyRule } from '../../src/rbac/index.ts';
import { integration } from './harness.ts';
import { ALICE } from './people.ts';

const test = integration();

const alice = tokenOf(ALICE);

const actionOf = (name: string) => {
  const found = ACTIONS.find((action) => action.name === name);
  if (found === undefined) throw new Error(`there is no action "${name}"`);
  return found;
};
const LIST = actionOf('list pods in production');
const ELSEWHERE = actionOf('list pods in staging');
const METRICS = actionOf('get /metrics');

const PODS = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'], namespaces: ['production'] }];
const JANE = { subjects: [ALICE], impersonate: { users: ['jane'] }, actions: PODS };
const APP = {
  subjects: [ALICE],
  impersonate: { serviceAccounts: [{ namespace: 'production', name: 'app' }] },
  actions: PODS,
};
const app = identity(accountName('production', 'app'));

const constrained = (mode: string, resource: string, ...resourceNames: string[]): PolicyRule => ({
  verbs: [`impersonate:${mode}`],
  apiGroups: ['authentication.k8s.io'],
  resources: [resource],
  ...(resourceNames.length === 0 ? {} : { resourceNames }),
});

test('an old rule on the same target leaves no limit on what is done', async ({ world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, true, alice, identity('jane'), LIST);
  await untilMay(world, false, alice, identity('jane'), METRICS);
  const role = await foreign.role('old', [impersonate('users', 'jane')]);
  const binding = await foreign.bind('old', role, ALICE);
  expect(await untilEffect(grant, 'False', 'WidenedByBinding')).toBe(
    `ClusterRoleBinding "${binding}" of ClusterRole "${role}" lets User alice do anything as whom this one names`,
  );
  await untilMay(world, true, alice, identity('jane'), METRICS);
  await foreign.remove('ClusterRoleBinding', binding);
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, false, alice, identity('jane'), METRICS);
});

test('an old rule on groups alone, or on another target, leaves a constrained grant as it is', async ({ world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  const role = await foreign.role('old', [impersonate('groups', 'operators'), impersonate('users', 'bob')]);
  const binding = await foreign.bind('old', role, ALICE);
  await untilMay(world, true, alice, identity('bob', { groups: ['operators'] }));
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, false, alice, identity('jane', { groups: ['operators'] }), LIST);
  await untilMay(world, false, alice, identity('jane'), METRICS);
  await foreign.remove('ClusterRoleBinding', binding);
});

test.for<[string, PolicyRule, string]>([
  ['of its own', { verbs: ['impersonate-on:user-info:get'], nonResourceURLs: ['/metrics'] }, 'get /metrics'],
  ['among all verbs', { verbs: ['*'], nonResourceURLs: ['/metrics'] }, 'do anything on /metrics'],
])('an action more is one, %s', async ([, rule, words], { world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  await untilMay(world, false, alice, identity('jane'), METRICS);
  const role = await foreign.role('action', [rule]);
  const binding = await foreign.bind('action', role, ALICE);
  await untilEffect(grant, 'False', 'WidenedByBinding', `lets User alice ${words} as whom`);
  await untilMay(world, true, alice, identity('jane'), METRICS);
  await foreign.remove('ClusterRoleBinding', binding);
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, false, alice, identity('jane'), METRICS);
});

test('a rule of all verbs on one resource is every action on it', async ({ world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  await untilMay(world, false, alice, identity('jane'), ELSEWHERE);
  const role = await foreign.role('pods', [{ verbs: ['*'], apiGroups: [''], resources: ['pods'] }]);
  const binding = await foreign.bind('pods', role, ALICE, 'staging');
  await untilEffect(
    grant,
    'False',
    'WidenedByBinding',
    `RoleBinding "staging/${binding}" of ClusterRole "${role}" lets User alice do anything on pods in namespace staging`,
  );
  await untilMay(world, true, alice, identity('jane'), ELSEWHERE);
  await foreign.remove('RoleBinding', binding, 'staging');
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, false, alice, identity('jane'), ELSEWHERE);
});

test('the role edit lets its holders be every account of a namespace, without limit', async ({ world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', APP);
  const elsewhere = await foreign.bind('edit', 'edit', ALICE, 'staging');
  await untilMay(world, true, alice, identity(accountName('staging', 'app')));
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, false, alice, app, METRICS);
  const here = await foreign.bind('edit', 'edit', ALICE, 'production');
  await untilEffect(
    grant,
    'False',
    'WidenedByBinding',
    `RoleBinding "production/${here}" of ClusterRole "edit" lets User alice do anything`,
  );
  await untilMay(world, true, alice, app, METRICS);
  await foreign.remove('RoleBinding', here, 'production');
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, false, alice, app, METRICS);
  await foreign.remove('RoleBinding', elsewhere, 'staging');
});

test('a new rule of the same target leaves an old grant as it is, but for what it lets be sent along', async ({
  world,
}) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['jane'] } });
  const who = { verbs: ['impersonate-on:user-info:create'], apiGroups: ['authentication.k8s.io'], resources: ['*'] };
  const role = await foreign.role('new', [constrained('user-info', 'users', 'jane'), who]);
  const binding = await foreign.bind('new', role, ALICE);
  await untilEffect(grant, 'True', 'Honoured');
  await foreign.rules(role, [
    constrained('user-info', 'users', 'jane'),
    constrained('user-info', 'groups', 'operators'),
    who,
  ]);
  await untilEffect(grant, 'False', 'WidenedByBinding', 'send Group operators');
  await untilMay(world, true, alice, identity('jane', { groups: ['operators'] }), WHO_AM_I);
  await foreign.remove('ClusterRoleBinding', binding);
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, false, alice, identity('jane', { groups: ['operators'] }), WHO_AM_I);
});

test('a name that is no wildcard, and one that is where many are sent, count as the server counts them', async ({
  world,
}) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  const role = await foreign.role('star', [constrained('user-info', 'users', '*')]);
  const binding = await foreign.bind('star', role, ALICE);
  await untilMay(world, true, alice, identity('*'), LIST);
  await untilMay(world, false, alice, identity('mallory'), LIST);
  await untilEffect(grant, 'False', 'WidenedByBinding', 'become User *');
  await foreign.rules(role, [constrained('user-info', 'userextras/*', '*')]);
  await untilEffect(grant, 'False', 'WidenedByBinding', 'send any extra field');
  const four = { header: 'acme.io%2Fteam', values: ['a', 'b', 'c', 'd'] };
  await untilMay(world, true, alice, identity('jane', { extra: [four] }), LIST);
  await untilMay(world, false, alice, identity('jane', { extra: [{ ...four, values: ['a', 'b', 'c'] }] }), LIST);
  await foreign.remove('ClusterRoleBinding', binding);
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, false, alice, identity('jane', { extra: [four] }), LIST);
});

test('grants of both dialects to one subject do not multiply, but the old one on the same target leaves no limit', async ({
  world,
}) => {
  const grant = await world.grant('new', JANE);
  const other = await world.grant('other', {
    subjects: [ALICE],
    impersonate: { users: ['bob'], groups: ['developers'] },
  });
  for (const one of [grant, other]) await untilEffect(one, 'True', 'Honoured');
  const same = await world.grant('same', { subjects: [ALICE], impersonate: { users: ['jane'] } });
  await untilEffect(grant, 'False', 'WidenedByGrant', `ImpersonationGrant "${same.name}"`);
  await untilMay(world, true, alice, identity('jane'), METRICS);
});

test('actions of two constrained grants multiply', async ({ world }) => {
  const jane = await world.grant('jane', JANE);
  const bob = await world.grant('bob', {
    subjects: [ALICE],
    impersonate: { users: ['bob'] },
    actions: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
  });
  await untilEffect(jane, 'False', 'WidenedByGrant', 'get /metrics as whom this one names');
  await untilEffect(bob, 'False', 'WidenedByGrant', 'list pods in namespace production as whom');
  await untilMay(world, true, alice, identity('jane'), METRICS);
});
