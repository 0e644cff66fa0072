/** Objects of ours beside each other: what multiplies says so on both, and real requests show that it does. */
import { expect } from 'vitest';
import { accountName, identity } from '../oracle/identity.ts';
import { DEFAULT_NAMESPACE, tokenIn } from './credentials.ts';
import { Foreign, impersonate, tokenOf, untilEffect, untilMay } from './effect.ts';
import { integration } from './harness.ts';
import { ALICE, BOB, CAROL } from './people.ts';

const test = integration();

const alice = tokenOf(ALICE);

test('two grants to one subject multiply, and both say so, until one is gone', async ({ world }) => {
  const jane = await world.grant('jane', {
    subjects: [ALICE],
    impersonate: { users: ['jane'], groups: ['developers'] },
  });
  await untilEffect(jane, 'True', 'Honoured');
  const john = await world.grant('john', {
    subjects: [ALICE],
    impersonate: { users: ['john'], groups: ['operators'] },
  });
  expect(await untilEffect(jane, 'False', 'WidenedByGrant')).toBe(
    `ImpersonationGrant "${john.name}" lets User alice send Group operators with whom this one names`,
  );
  expect(await untilEffect(john, 'False', 'WidenedByGrant')).toBe(
    `ImpersonationGrant "${jane.name}" lets User alice send Group developers with whom this one names`,
  );
  await untilMay(world, true, alice, identity('jane', { groups: ['operators'] }));
  await john.edit({ suspend: true }, 'Suspended');
  await untilEffect(jane, 'True', 'Honoured');
  await untilEffect(john, 'False', 'Suspended');
  await untilMay(world, false, alice, identity('jane', { groups: ['operators'] }));
  await john.edit({ suspend: false });
  await untilEffect(jane, 'False', 'WidenedByGrant');
  await john.delete();
  await untilEffect(jane, 'True', 'Honoured');
});

test('whom one adds goes with the groups of the other, which are told there alone if the other has all of them', async ({
  world,
}) => {
  const jane = await world.grant('jane', {
    subjects: [ALICE],
    impersonate: { users: ['jane'], groups: ['developers'] },
  });
  const john = await world.grant('john', { subjects: [ALICE], impersonate: { users: ['john'] } });
  await untilEffect(jane, 'False', 'WidenedByGrant', 'lets User alice become User john with what this');
  await untilEffect(john, 'False', 'WidenedByGrant', 'send Group developers');
  await untilMay(world, true, alice, identity('john', { groups: ['developers'] }));
});

test('grants that say the same of groups, or have none, leave each other as they are', async ({ world }) => {
  const jane = await world.grant('jane', { subjects: [ALICE], impersonate: { users: ['jane'] } });
  const john = await world.grant('john', { subjects: [ALICE, BOB], impersonate: { users: ['john'] } });
  await world.grant('carol', { subjects: [CAROL], impersonate: { users: ['jane'], groups: ['operators'] } });
  for (const grant of [jane, john]) await untilEffect(grant, 'True', 'Honoured');
  await untilMay(world, true, alice, identity('john'));
  await untilMay(world, false, alice, identity('jane', { groups: ['operators'] }));
});

test('with a credential of its own a grant multiplies with none', async ({ world }) => {
  const own = (name: string) => ({ credential: { secretName: world.name(name) } });
  const jane = await world.grant('jane', { ...own('jane'), impersonate: { users: ['jane'], groups: ['developers'] } });
  const john = await world.grant('john', { ...own('john'), impersonate: { users: ['john'], groups: ['operators'] } });
  for (const grant of [jane, john]) await untilEffect(grant, 'True', 'Honoured');
  const token = await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: world.name('jane') });
  await untilMay(world, true, token, identity('jane', { groups: ['developers'] }));
  await untilMay(world, false, token, identity('jane', { groups: ['operators'] }));
  await untilMay(world, false, token, identity('john'));
});

test('a broker says so, too, and a binding that lets nobody become anybody says nothing', async ({ world }) => {
  const foreign = new Foreign(world);
  const plain = await world.binding('plain', { subject: { kind: 'User', name: 'john' } });
  const broker = await world.binding('broker', {
    subject: { kind: 'User', name: 'jane' },
    identity: { groups: ['developers'] },
    credential: { secretName: world.name('broker') },
  });
  await untilEffect(broker, 'True', 'Honoured');
  expect((await plain.conditions()).map(({ type }) => type)).not.toContain('Effective');
  const token = await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: world.name('broker') });
  const role = await foreign.role('groups', [impersonate('groups', 'operators')]);
  const group = `system:serviceaccounts:${DEFAULT_NAMESPACE}`;
  const binding = await foreign.bind('groups', role, { kind: 'Group', name: group });
  await untilEffect(broker, 'False', 'WidenedByBinding', `as Group ${group},`);
  await untilMay(world, true, token, identity('jane', { groups: ['operators'] }));
  await foreign.remove('ClusterRoleBinding', binding);
  await untilEffect(broker, 'True', 'Honoured');
  await untilMay(world, false, token, identity('jane', { groups: ['operators'] }));
});

test('a role that a binding of ours gives counts as that binding', async ({ world }) => {
  const foreign = new Foreign(world);
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['jane'] } });
  const role = await foreign.role('groups', [impersonate('groups', 'operators')]);
  const binding = await world.binding('alice', {
    subject: ALICE,
    roles: [{ roleRef: { kind: 'ClusterRole', name: role } }],
  });
  await untilEffect(grant, 'False', 'WidenedByGrant', `UserBinding "${binding.name}" lets User alice`);
  await untilMay(world, true, alice, identity('jane', { groups: ['operators'] }));
  await binding.delete();
  await untilEffect(grant, 'True', 'Honoured');
});

const hint = (...whom: string[]) => `no role is bound to ${whom.join(', ')}, so as such they may do no more`;

test('a target to whom no role is bound is hinted at, and no more when one is', async ({ world }) => {
  const foreign = new Foreign(world);
  const target = world.name('target');
  const grant = await world.grant('support', {
    subjects: [ALICE],
    impersonate: { users: [target], serviceAccounts: [{ namespace: 'production', name: target }] },
  });
  const account = `ServiceAccount production/${target}`;
  await untilEffect(grant, 'True', 'Honoured', hint(`User ${target}`, account));
  const binding = await foreign.bind('view', 'view', { kind: 'User', name: target }, 'staging');
  await untilEffect(grant, 'True', 'Honoured', hint(account));
  await foreign.bind('view', 'view', { kind: 'User', name: accountName('production', target) }, 'production');
  await expect.poll(async () => untilEffect(grant, 'True', 'Honoured'), { timeout: 60_000 }).not.toContain('no role');
  await foreign.remove('RoleBinding', binding, 'staging');
  await untilEffect(grant, 'True', 'Honoured', hint(`User ${target}`));
});

test('what is not in force is not effective, for the same reason', async ({ world }) => {
  const spec = { subjects: [ALICE], impersonate: { users: ['jane'] } };
  const early = await world.grant('early', { ...spec, notBefore: '2999-01-01T00:00:00Z' }, 'NotYetValid');
  await untilEffect(early, 'False', 'NotYetValid');
  const privileged = await world.grant(
    'node',
    { ...spec, allowPrivileged: true, impersonate: { users: ['system:admin'] } },
    'BeyondCeiling',
  );
  await untilEffect(privileged, 'False', 'BeyondCeiling');
  const absent = await world.grant(
    'absent',
    { ...spec, impersonate: { userBindings: [world.name('x')] } },
    'UserBindingNotReady',
  );
  await untilEffect(absent, 'False', 'UserBindingNotReady');
  const partly = await world.grant(
    'partly',
    { ...spec, impersonate: { users: ['jane'], userBindings: [world.name('x')] } },
    'UserBindingNotReady',
  );
  await untilEffect(partly, 'True', 'Honoured');
});
