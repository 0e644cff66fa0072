/** Many objects: all are carried out, none is written twice, and nothing is sent without need. */
import { expect, inject } from 'vitest';
import { becomes, DEFAULT_NAMESPACE, tokenIn } from './credentials.ts';
import { crowd, holders, isBinding, person, secretOf, untilAllGranted, untilNothingIsLeft } from './crowd.ts';
import { integration } from './harness.ts';
import { metricsOf } from './metrics-of.ts';
import type { Seen } from './proxy.ts';
import { Replica } from './replica.ts';
import { collection, isList, isOfLease, isWatch, listsOf, relists, watchedBy } from './traffic.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration({ proxy: true, flags: ['--leader-elect=true', '--relist-interval=10s'] });

/** The feature gates of the API server, read as often as the lists. */
const isOfGates = ({ method, path }: Seen): boolean => method === 'GET' && path === '/metrics';

/** What an operator may send while nothing changes: it renews its lease, follows, and looks again at what it follows and at the gates. */
const isPromised = (seen: Seen, watched: ReadonlySet<string>): boolean =>
  isOfLease(seen)
    ? seen.method === 'PUT'
    : isOfGates(seen) || ((isWatch(seen) || isList(seen)) && watched.has(collection(seen)));

/** How many reconciles the process has finished; 0 while it is too busy to answer. */
const reconciles = async ({ operator }: World): Promise<number> => {
  const metrics = await metricsOf(operator.port).catch(() => '');
  return [...metrics.matchAll(/^impersonation_reconciles_total\{.*\} (\d+)$/gm)]
    .map(([, count]) => Number(count))
    .reduce((sum, count) => sum + count, 0);
};

/** So many of the tokens that must be there are tried, each as its own person and as another. */
const SAMPLE = 8;

/** The most in one project; enough in the others. */
const COUNT = inject('dialect') === 'legacy' && inject('gate') ? 1000 : 500;

/** A grant that this server cannot carry out has none. */
const hasToken =
  ({ holds }: World) =>
  (index: number): boolean =>
    holds || isBinding(index);

/** On a busy machine, in milliseconds. */
const TIMEOUT = { timeout: 900_000 };

test(
  `${COUNT} objects at once are carried out, a restart writes nothing, and rest sends nothing but what was promised`,
  TIMEOUT,
  async ({ world }) => {
    const resources = await crowd(world, COUNT);
    await untilAllGranted(world);
    for (const index of holders(COUNT).filter(hasToken(world)).slice(-SAMPLE)) {
      const token = await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: secretOf(world, index) });
      expect(await becomes(world, token, person(index))).toBe(true);
      expect(await becomes(world, token, person(index + 2))).toBe(false);
    }
    await world.settled();

    const replica = new Replica(world);
    const [written, sent] = [replica.writes.length, world.proxy.seen.length];
    await world.operator.restart();
    await untilTrue('reconcile of everything', async () => (await reconciles(world)) >= COUNT);
    expect(replica.writes.slice(written)).toEqual([]);

    const watched = watchedBy(world.proxy, sent);
    expect(watched.size).toBeGreaterThanOrEqual(8);
    const rest = await relists(world.proxy, watched, 2);
    expect(rest.filter((seen) => !isPromised(seen, watched))).toEqual([]);
    // one list for each interval, of as many pages as it takes
    for (const path of watched) expect(listsOf(path, rest)).toBeLessThanOrEqual(3);
    expect(rest.filter(isOfGates).length).toBeLessThanOrEqual(4);

    await Promise.all(resources.map(async (resource) => resource.delete()));
    await untilNothingIsLeft(world);
  },
);
