/** A Bound token is renewed before it ends. The clock of the server is moved for the operator alone; nothing waits for a token to age. */
import { expect } from 'vitest';
import { DEFAULT_NAMESPACE, becomes, parts, tokenIn, untilDead } from './credentials.ts';
import type { CredentialInput, CustomResource } from './custom-resource.ts';
import { integration } from './harness.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration({ proxy: true });

const LIFE_SECONDS = 600;
const OVERLAP_SECONDS = 300;

const place = (world: World): { namespace: string; name: string } => ({
  namespace: DEFAULT_NAMESPACE,
  name: world.name('support'),
});

const grantOf = async (world: World, credential: CredentialInput = {}): Promise<CustomResource<'ImpersonationGrant'>> =>
  world.grant('support', {
    impersonate: { users: ['john'] },
    credential: {
      secretName: world.name('support'),
      expirationSeconds: LIFE_SECONDS,
      overlapSeconds: OVERLAP_SECONDS,
      ...credential,
    },
  });

/** Moves the operator's clock: it learns the time from the answer to its next request, and looks again at the change after that. */
const move = async (world: World, grant: CustomResource<'ImpersonationGrant'>, seconds: number): Promise<void> => {
  world.proxy.clockShiftMs = seconds * 1000;
  for (const reason of ['the time is known', 'the time has come']) await grant.edit({ reason }, null);
};

/** Lets the present token come of age, until another is asked for; answers both. */
const renewed = async (
  world: World,
  grant: CustomResource<'ImpersonationGrant'>,
): Promise<{ old: string; next: string }> => {
  const old = await tokenIn(world, place(world));
  world.proxy.hooks.afterWrite = ({ path }) => {
    if (/\/token(\?|$)/.test(path)) world.proxy.clockShiftMs = 0;
  };
  await move(world, grant, LIFE_SECONDS * 0.85);
  const next = await tokenIn(world, place(world), old);
  world.proxy.hooks.afterWrite = undefined;
  return { old, next };
};

const becomesJohn = async (world: World, ...tokens: string[]): Promise<boolean[]> =>
  Promise.all(tokens.map(async (token) => becomes(world, token, 'john')));

test('a token is renewed before it ends: both work during the overlap, one after it', async ({ world }) => {
  const grant = await grantOf(world);
  const { old, next } = await renewed(world, grant);
  expect(await becomesJohn(world, old, next)).toEqual([true, true]);
  expect((await parts(world, grant)).anchors).toHaveLength(2);
  await move(world, grant, OVERLAP_SECONDS + 1);
  await untilDead(world, old);
  expect(await becomesJohn(world, next)).toEqual([true]);
  expect((await parts(world, grant)).anchors).toHaveLength(1);
});

test('the Secret stays the same object through renewals', async ({ world }) => {
  const grant = await grantOf(world, { kubeconfig: true });
  const before = (await parts(world, grant)).tokens[0]?.metadata.uid;
  const { next } = await renewed(world, grant);
  await move(world, grant, OVERLAP_SECONDS + 1);
  await untilTrue('end of the overlap', async () => (await parts(world, grant)).anchors.length === 1);
  const { old } = await renewed(world, grant);
  expect(old).toBe(next);
  expect((await parts(world, grant)).tokens.map(({ metadata }) => metadata.uid)).toEqual([before]);
  await move(world, grant, OVERLAP_SECONDS + 1);
});

test('without an overlap the old token ends with the renewal', async ({ world }) => {
  const grant = await grantOf(world, { overlapSeconds: 0 });
  const { old, next } = await renewed(world, grant);
  await untilDead(world, old);
  expect(await becomesJohn(world, next)).toEqual([true]);
});

test('a suspension during the overlap ends both tokens', async ({ world }) => {
  const grant = await grantOf(world);
  const { old, next } = await renewed(world, grant);
  await grant.edit({ suspend: true }, 'Suspended');
  await untilDead(world, old);
  await untilDead(world, next);
});

test('an edit during the overlap ends both tokens for the third', async ({ world }) => {
  const grant = await grantOf(world);
  const { old, next } = await renewed(world, grant);
  await grant.edit({ credential: { expirationSeconds: 7200 } });
  const third = await tokenIn(world, place(world), old, next);
  await untilDead(world, old);
  await untilDead(world, next);
  expect(await becomesJohn(world, third)).toEqual([true]);
});

test('an overlap goes on over a restart, and ends in time', async ({ world }) => {
  const grant = await grantOf(world);
  const { old, next } = await renewed(world, grant);
  await world.operator.kill();
  await world.operator.start();
  await move(world, grant, 1);
  expect(await becomesJohn(world, old, next)).toEqual([true, true]);
  await move(world, grant, OVERLAP_SECONDS + 1);
  await untilDead(world, old);
});

test('a token that ended while the operator was down is replaced when it is back', async ({ world }) => {
  await grantOf(world);
  const old = await tokenIn(world, place(world));
  await world.operator.kill();
  world.proxy.clockShiftMs = 2 * LIFE_SECONDS * 1000;
  world.proxy.hooks.afterWrite = ({ path }) => {
    if (/\/token(\?|$)/.test(path)) world.proxy.clockShiftMs = 0;
  };
  await world.operator.start();
  await tokenIn(world, place(world), old);
  await untilDead(world, old);
});

test('a token is left alone while it is young', async ({ world }) => {
  const grant = await grantOf(world);
  const token = await tokenIn(world, place(world));
  await move(world, grant, LIFE_SECONDS * 0.7);
  await grant.until('Granted');
  await grant.edit({ reason: 'looked at once more' });
  expect(await tokenIn(world, place(world))).toBe(token);
});
