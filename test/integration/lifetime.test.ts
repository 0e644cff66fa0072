/** Rights begin and end on the server's clock, whether the operator runs at that moment or not. */
import { expect } from 'vitest';
import { holder, tokenOfGrant, untilDead } from './credentials.ts';
import type { GrantInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE } from './people.ts';
import { untilTrue } from './waiting.ts';

const test = integration({ proxy: true });

const GRANT = {
  subjects: [ALICE],
  impersonate: {
    users: ['john'],
    groups: ['developers'],
    serviceAccounts: [{ namespace: 'production', name: 'app' }],
  },
} as const satisfies GrantInput;

/** RFC 3339, so many seconds from now. */
const inSeconds = (seconds: number): string => `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;

/** Time enough to be granted first, on a slow machine too. */
const SOON = 15;
const HOUR = 3600;

test('a grant ends at expiresAt', async ({ world }) => {
  const grant = await world.grant('support', { ...GRANT, expiresAt: inSeconds(SOON) });
  await world.settled();
  await grant.until('Expired');
  const conditions = await grant.conditions();
  const told = (wanted: string) => conditions.find(({ type }) => type === wanted);
  expect(told('Ready')).toMatchObject(
    world.holds ? { status: 'True', reason: 'Expired' } : { status: 'False', reason: 'Unsupported' },
  );
  expect(told('Active')).toMatchObject({ status: 'False', reason: world.holds ? 'Expired' : 'Rejected' });
  await world.settled();
  await untilTrue('end of all children', async () => (await world.children()).length === 0);
});

test('a grant begins at notBefore', async ({ world }) => {
  const grant = await world.grant('support', { ...GRANT, notBefore: inSeconds(SOON) }, 'NotYetValid');
  await world.settled();
  await grant.until('Granted');
});

test('a binding ends at expiresAt, for its roles and for the grants that name it', async ({ world }) => {
  const binding = await world.binding('jane', {
    subject: { kind: 'User', name: 'jane' },
    identity: { groups: ['developers'] },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' }, namespaces: ['default'] }],
    expiresAt: inSeconds(SOON),
  });
  const grant = await world.grant('on-call', {
    subjects: [ALICE],
    impersonate: { users: ['john'], userBindings: [binding.name] },
  });
  expect(await world.statusAs('jane', '/api/v1/namespaces/default/pods')).toBe(200);
  await binding.until('Expired');
  await grant.until('UserBindingNotReady');
  expect(await world.statusAs('jane', '/api/v1/namespaces/default/pods')).toBe(403);
});

test('a binding that begins later counts from then on in the grants that name it', async ({ world }) => {
  const binding = await world.binding(
    'jane',
    { subject: { kind: 'User', name: 'jane' }, notBefore: inSeconds(SOON) },
    'NotYetValid',
  );
  const grant = await world.grant(
    'on-call',
    { subjects: [ALICE], impersonate: { userBindings: [binding.name] } },
    'UserBindingNotReady',
  );
  await world.settled();
  await grant.until('Granted');
});

test('what expires while the operator is down ends when it is back', async ({ world }) => {
  const grant = await world.grant('support', {
    ...GRANT,
    credential: { secretName: world.name('support') },
    expiresAt: inSeconds(HOUR),
  });
  await world.settled();
  await world.operator.kill();
  world.proxy.clockShiftMs = 2 * HOUR * 1000;
  await world.operator.start();
  await grant.until('Expired');
});

test('what begins while the operator is down begins when it is back', async ({ world }) => {
  const grant = await world.grant('support', { ...GRANT, notBefore: inSeconds(HOUR) }, 'NotYetValid');
  await world.operator.stop();
  world.proxy.clockShiftMs = 2 * HOUR * 1000;
  await world.operator.start();
  await grant.until('Granted');
});

test('the end comes on the clock of the server, not on that of the operator', async ({ world }) => {
  await world.operator.stop();
  world.proxy.clockShiftMs = -2 * HOUR * 1000;
  await world.operator.start();
  const late = await world.grant('late', { ...GRANT, expiresAt: inSeconds(-HOUR) });
  await world.settled();
  await late.edit({ expiresAt: inSeconds(-3 * HOUR) }, 'Expired');
});

test('an expired grant that gets a later end is granted again', async ({ world }) => {
  const grant = await world.grant('support', { ...GRANT, expiresAt: inSeconds(-1) }, 'Expired');
  await world.settled();
  await world.watched(async () => grant.edit({ expiresAt: inSeconds(HOUR) }));
  await world.watched(async () => grant.edit({ expiresAt: inSeconds(-1) }, 'Expired'));
});

test('suspending takes everything away and keeps the object, and it comes back', async ({ world }) => {
  const grant = await world.grant('support', { ...GRANT, credential: { secretName: world.name('support') } });
  const place = { namespace: 'impersonation-credentials', name: world.name('support') };
  const token = await tokenOfGrant(world, place);
  await world.settled();
  await world.watched(async () => grant.edit({ suspend: true }, 'Suspended'));
  await untilDead(world, token);
  expect(await world.admin.get('Secret', place.name, place.namespace)).toBeUndefined();
  await world.watched(async () => grant.edit({ suspend: false }));
  const next = await tokenOfGrant(world, place, token);
  expect(await holder(world, next)).toBeTypeOf(world.holds ? 'object' : 'string');
  expect(await holder(world, token)).toBe('unauthenticated');
});

test('a grant that was suspended while the operator was down holds nothing when it is back', async ({ world }) => {
  const grant = await world.grant('support', GRANT);
  await world.operator.stop();
  await grant.edit({ suspend: true }, null);
  await world.operator.start();
  await grant.until('Suspended');
});

test('a token is ended with its grant, though no token can be asked for so short a life', async ({ world }) => {
  const place = { namespace: 'impersonation-credentials', name: world.name('support') };
  const grant = await world.grant('support', {
    ...GRANT,
    credential: { secretName: place.name },
    expiresAt: inSeconds(SOON + 5),
  });
  const token = await tokenOfGrant(world, place);
  expect(await holder(world, token)).toBeTypeOf(world.holds ? 'object' : 'string');
  await grant.until('Expired');
  await untilDead(world, token);
});

test('a suspended grant that expires says so', async ({ world }) => {
  const grant = await world.grant('support', { ...GRANT, suspend: true, expiresAt: inSeconds(SOON) }, 'Suspended');
  await grant.until('Expired');
});
