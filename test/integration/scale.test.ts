/** Many objects: all are carried out, none is written twice, and nothing is sent without need. */
import { expect } from 'vitest';
import { becomes, DEFAULT_NAMESPACE, tokenIn } from './credentials.ts';
import { crowd, holders, person, secretOf, untilAllGranted, untilNothingIsLeft } from './crowd.ts';
import { integration } from './harness.ts';
import type { Seen } from './proxy.ts';
import { Replica } from './replica.ts';
import { collection, isList, isOfLease, isWatch, listsOf, twoRelists, watchedBy } from './traffic.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration({ proxy: true, flags: ['--leader-elect=true', '--relist-interval=10s'] });

/** How many reconciles the process has finished. */
const reconciles = async ({ operator }: World): Promise<number> => {
  const metrics = await (await fetch(`http://127.0.0.1:${operator.port}/metrics`)).text();
  return [...metrics.matchAll(/^impersonation_reconciles_total\{.*\} (\d+)$/gm)]
    .map(([, count]) => Number(count))
    .reduce((sum, count) => sum + count, 0);
};

test('500 objects that come at once are all carried out, and leave nothing when they go at once', async ({ world }) => {
  const resources = await crowd(world, 500);
  await untilAllGranted(world);
  for (const index of holders(500)) {
    const token = await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: secretOf(world, index) });
    expect(await becomes(world, token, person(index))).toBe(true);
    expect(await becomes(world, token, person(index + 2))).toBe(false);
  }
  await world.settled();
  await Promise.all(resources.map(async (resource) => resource.delete()));
  await untilNothingIsLeft(world);
});

test('a restart among 1,000 settled objects writes nothing, and at rest nothing is sent but what was promised', async ({
  world,
}) => {
  const resources = await crowd(world, 1000);
  await untilAllGranted(world);
  await world.settled();
  const replica = new Replica(world);
  const [written, sent] = [replica.writes.length, world.proxy.seen.length];
  await world.operator.restart();
  await untilTrue('reconcile of everything', async () => (await reconciles(world)) >= 1000);
  expect(replica.writes.slice(written)).toEqual([]);

  const watched = watchedBy(world.proxy, sent);
  expect(watched.size).toBeGreaterThanOrEqual(8);
  const rest = await twoRelists(world.proxy, watched);
  const promised = (seen: Seen): boolean =>
    isOfLease(seen) || ((isWatch(seen) || isList(seen)) && watched.has(collection(seen)));
  expect(rest.filter((seen) => !promised(seen))).toEqual([]);
  expect(rest.filter((seen) => isOfLease(seen) && seen.method !== 'PUT')).toEqual([]);
  // one list for each interval, of as many pages as it takes
  for (const path of watched) expect(listsOf(path, rest)).toBeLessThanOrEqual(3);
  expect(replica.writes.slice(written)).toEqual([]);
  await Promise.all(resources.map(async (resource) => resource.delete()));
  await untilNothingIsLeft(world);
});
