/** A grant that names user bindings follows them by name, as a RoleBinding follows its role. */
import { expect } from 'vitest';
import type { BindingInput, CustomResource, GrantInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB } from './people.ts';
import type { World } from './world.ts';

const test = integration({ proxy: true });

const JANE: BindingInput = {
  subject: { kind: 'User', name: 'jane' },
  identity: { groups: ['developers'], uid: '06f6', extra: [{ key: 'acme.io/team', values: ['payments'] }] },
};

/** The binding `jane`, and the grant that lets alice become john and whoever the binding is about. */
const grantOfJane = async (
  world: World,
  more: GrantInput['impersonate'] = {},
): Promise<{ jane: CustomResource<'UserBinding'>; grant: CustomResource<'ImpersonationGrant'> }> => {
  const jane = await world.binding('jane', JANE);
  const grant = await world.grant('on-call', {
    subjects: [ALICE],
    impersonate: { users: ['john'], ...more, userBindings: [jane.name] },
  });
  return { jane, grant };
};

test('a grant follows the identity of its binding', async ({ world }) => {
  const { jane } = await grantOfJane(world);
  await world.watched(async () => jane.edit({ identity: { groups: ['operators'], uid: '1a2b' } }));
  await world.watched(async () => jane.edit({ identity: null }));
});

test('a binding that is suspended contributes nothing, the rest of the grant stays', async ({ world }) => {
  const { jane, grant } = await grantOfJane(world);
  await world.watched(async () => {
    await jane.edit({ suspend: true }, 'Suspended');
    const { message } = await grant.until('UserBindingNotReady');
    expect(message).toContain(world.holds ? jane.name : 'ConstrainedImpersonation');
  });
  await world.watched(async () => {
    await jane.edit({ suspend: false });
    await grant.until('Granted');
  });
});

test('a binding that is deleted contributes nothing, and one of its name counts again, whoever it is about', async ({
  world,
}) => {
  const { jane, grant } = await grantOfJane(world, { groups: ['operators'] });
  await world.watched(async () => {
    await jane.delete();
    await grant.until('UserBindingNotReady');
  });
  await world.watched(async () => {
    await jane.apply({ subject: { kind: 'ServiceAccount', namespace: 'production', name: 'app' } });
    await grant.until('Granted');
  });
});

test('a binding that is deleted and made again for another user gives that one alone', async ({ world }) => {
  const { jane, grant } = await grantOfJane(world, { users: ['jane@example.com'] });
  await world.watched(async () => {
    await jane.delete();
    await jane.apply({ subject: { kind: 'User', name: 'john' }, identity: { groups: ['operators'] } });
    await grant.until('Granted');
  });
});

test('a binding that comes after its grant counts from then on', async ({ world }) => {
  const grant = await world.grant(
    'on-call',
    { subjects: [ALICE], impersonate: { userBindings: [world.name('jane')], groups: ['operators'] } },
    'UserBindingNotReady',
  );
  await world.settled();
  await world.binding('jane', JANE);
  await grant.until('Granted');
});

test('a binding that is rejected contributes nothing', async ({ world }) => {
  const { jane, grant } = await grantOfJane(world);
  await world.watched(async () => {
    await jane.edit({ credential: { namespace: 'production' } }, 'ForbiddenNamespace');
    await grant.until('UserBindingNotReady');
  });
});

test('a binding of kind Group makes its grant hold nothing, until it is taken out', async ({ world }) => {
  const { grant } = await grantOfJane(world);
  const auditors = await world.binding('auditors', { subject: { kind: 'Group', name: 'auditors' } });
  await world.watched(async () =>
    grant.edit({ impersonate: { userBindings: [world.name('jane'), auditors.name] } }, 'NotImpersonable'),
  );
  const stalled = (await grant.conditions()).find(({ type }) => type === 'Stalled');
  expect(stalled).toMatchObject({ status: 'True', reason: world.holds ? 'NotImpersonable' : 'Unsupported' });
  await world.watched(async () => grant.edit({ impersonate: { userBindings: [world.name('jane')] } }));
});

test('a binding is added, replaced and removed', async ({ world }) => {
  const { grant } = await grantOfJane(world);
  const app = await world.binding('app', {
    subject: { kind: 'ServiceAccount', namespace: 'production', name: 'app' },
  });
  await world.watched(async () => grant.edit({ impersonate: { userBindings: [world.name('jane'), app.name] } }));
  await world.watched(async () => grant.edit({ impersonate: { userBindings: [app.name] } }));
  await world.watched(async () => grant.edit({ impersonate: { userBindings: null } }));
});

test('two grants follow one binding', async ({ world }) => {
  const { jane } = await grantOfJane(world);
  await world.grant('support', { subjects: [BOB], impersonate: { userBindings: [jane.name] } });
  await world.watched(async () => jane.edit({ identity: { groups: ['operators'], extra: null } }));
});

test('what changed while the operator was down is followed when it is back', async ({ world }) => {
  const { jane, grant } = await grantOfJane(world);
  await world.operator.stop();
  await jane.edit({ identity: { groups: ['operators'], uid: '1a2b' } }, null);
  await world.operator.start();
  await grant.until('Granted');
  await world.settled();
  await world.operator.kill();
  await jane.delete();
  await world.operator.start();
  await grant.until('UserBindingNotReady');
});

test('the roles of a binding are not granted by it', async ({ world }) => {
  const { jane, grant } = await grantOfJane(world);
  await jane.edit({ roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' } }] });
  await grant.until('Granted');
  const pods = '/api/v1/namespaces/default/pods';
  expect(await world.statusAs('jane', pods)).toBe(200);
  expect(await world.statusAs('alice', pods)).toBe(403);
});
