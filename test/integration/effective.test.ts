/** What others bind beside a grant: the condition says so, and real requests show that it is true. */
import { expect } from 'vitest';
import { accountName, identity } from '../oracle/identity.ts';
import { Foreign, impersonate, tokenOf, untilEffect, untilMay } from './effect.ts';
import { integration } from './harness.ts';
import { ALICE, SUPPORT } from './people.ts';
import type { World } from './world.ts';

const test = integration();

const JANE = { subjects: [ALICE], impersonate: { users: ['jane'] } };
const alice = tokenOf(ALICE);

/** As a test found it, and leaves it. */
const untilNothingElse = async (world: World, grant: Parameters<typeof untilEffect>[0]): Promise<void> => {
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, true, alice, identity('jane'));
  await untilMay(world, false, alice, identity('jane', { groups: ['operators'] }));
  await untilMay(world, false, alice, identity('mallory'));
};

test('a binding that lets the subject send a group along is named, until it is gone', async ({ world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  await untilNothingElse(world, grant);
  const role = await foreign.role('groups', [impersonate('groups', 'operators')]);
  const binding = await foreign.bind('groups-of-alice', role, ALICE);
  expect(await untilEffect(grant, 'False', 'WidenedByBinding')).toBe(
    `ClusterRoleBinding "${binding}" of ClusterRole "${role}" lets User alice send Group operators with whom this one names`,
  );
  await untilMay(world, true, alice, identity('jane', { groups: ['operators'] }));
  await foreign.remove('ClusterRoleBinding', binding);
  await untilNothingElse(world, grant);
});

test.for([
  ['cluster-admin', undefined],
  ['a rule of all verbs on users', { verbs: ['*'], apiGroups: [''], resources: ['users'] }],
  ['a rule without names', impersonate('users')],
] as const)('whoever may become anybody has no limit: %s', async ([, rule], { world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  const role = rule === undefined ? 'cluster-admin' : await foreign.role('anybody', [rule]);
  const binding = await foreign.bind('anybody', role, ALICE);
  expect(await untilEffect(grant, 'False', 'WidenedByBinding')).toBe(
    `ClusterRoleBinding "${binding}" of ClusterRole "${role}" lets User alice become anybody`,
  );
  await untilMay(world, true, alice, identity('mallory'));
  await foreign.remove('ClusterRoleBinding', binding);
  await untilNothingElse(world, grant);
});

test.for([
  ['User', ALICE, 'system:authenticated'],
  ['Group', SUPPORT, 'system:authenticated'],
] as const)('so does what everybody is given, to a subject of kind %s', async ([, subject, group], { world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', { ...JANE, subjects: [subject] });
  const role = await foreign.role('groups', [impersonate('groups', 'operators')]);
  const binding = await foreign.bind('everybody', role, { kind: 'Group', name: group });
  const message = await untilEffect(grant, 'False', 'WidenedByBinding');
  expect(message).toContain(`ClusterRoleBinding "${binding}"`);
  expect(message).toContain(`${subject.kind} ${subject.name}, as Group ${group},`);
  await untilMay(world, true, alice, identity('jane', { groups: ['operators'] }));
  await foreign.remove('ClusterRoleBinding', binding);
  await untilNothingElse(world, grant);
});

test.for(['system:serviceaccounts', 'system:serviceaccounts:staging', 'itself'])(
  'an account holds what is bound to %s',
  async (group, { world }) => {
    const foreign = new Foreign(world);
    const bot = await world.account('staging', world.name('bot'));
    const token = await world.admin.token('staging', bot.name);
    const grant = await world.grant('support', { ...JANE, subjects: [bot] });
    const role = await foreign.role('groups', [impersonate('groups', 'operators')]);
    const holder =
      group === 'itself'
        ? { kind: 'User' as const, name: accountName('staging', bot.name) }
        : { kind: 'Group' as const, name: group };
    const binding = await foreign.bind('accounts', role, holder);
    const message = await untilEffect(grant, 'False', 'WidenedByBinding');
    expect(message).toContain(
      `ServiceAccount staging/${bot.name}${group === 'itself' ? ' ' : `, as Group ${group}, `}`,
    );
    await untilMay(world, true, token, identity('jane', { groups: ['operators'] }));
    await foreign.remove('ClusterRoleBinding', binding);
    await untilEffect(grant, 'True', 'Honoured');
    await untilMay(world, false, token, identity('jane', { groups: ['operators'] }));
  },
);

test('a role that gains the rule, and loses it, is followed', async ({ world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  const harmless = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
  const role = await foreign.role('changing', [harmless]);
  await foreign.bind('changing', role, ALICE);
  await untilNothingElse(world, grant);
  await foreign.rules(role, [harmless, impersonate('groups', 'operators')]);
  await untilEffect(grant, 'False', 'WidenedByBinding');
  await untilMay(world, true, alice, identity('jane', { groups: ['operators'] }));
  await foreign.rules(role, [harmless]);
  await untilNothingElse(world, grant);
});

test('a role that others are aggregated into counts with their rules', async ({ world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  const label = { [`acme.io/${world.name('aggregate')}`]: 'true' };
  const whole = await foreign.role('whole', []);
  await world.admin.patch('ClusterRole', whole, {
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: label }] },
  });
  await foreign.bind('whole', whole, ALICE);
  const part = await foreign.role('part', [impersonate('groups', 'operators')], { labels: label });
  await untilEffect(grant, 'False', 'WidenedByBinding', `ClusterRole "${whole}"`);
  await untilMay(world, true, alice, identity('jane', { groups: ['operators'] }));
  await foreign.remove('ClusterRole', part);
  await untilNothingElse(world, grant);
});

test('what comes before the grant counts as well as what comes after', async ({ world }) => {
  const foreign = new Foreign(world);
  const role = await foreign.role('groups', [impersonate('groups', 'operators')]);
  const binding = await foreign.bind('groups-of-alice', role, ALICE);
  const grant = await world.grant('support', JANE);
  await untilEffect(grant, 'False', 'WidenedByBinding');
  await world.operator.restart();
  await foreign.remove('ClusterRoleBinding', binding);
  await untilNothingElse(world, grant);
});

test('a rule for another one, or for the same, takes nothing from a grant', async ({ world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', JANE);
  const role = await foreign.role('others', [impersonate('users', 'bob', 'jane')]);
  const binding = await foreign.bind('others', role, ALICE);
  await untilMay(world, true, alice, identity('bob'));
  await untilEffect(grant, 'True', 'Honoured');
  // but it does as soon as the grant has something that would go with that one
  await grant.edit({ impersonate: { groups: ['developers'] } });
  await untilEffect(grant, 'False', 'WidenedByBinding', 'become User bob with what this one allows');
  await untilMay(world, true, alice, identity('bob', { groups: ['developers'] }));
  await foreign.remove('ClusterRoleBinding', binding);
  await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, false, alice, identity('bob', { groups: ['developers'] }));
});
