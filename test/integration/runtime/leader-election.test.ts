import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaseStore } from '../../../src/cluster/leases.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { LEASE, leaseRecord } from '../../../src/runtime/lease.ts';
import { Elector } from '../../../src/runtime/leader-election.ts';
import { adminWorld, patient, realWorld, kubeConfigOf, type RealWorld } from '../cluster/world.ts';
import { planeOfWorker } from '../connection.ts';

const connection = planeOfWorker();
const timing = { leaseDurationMs: 3000, renewDeadlineMs: 2000, retryPeriodMs: 400 };

let world: Awaited<ReturnType<typeof adminWorld>>;
const replicas: { readonly identity: string; readonly elector: Elector; readonly connected: RealWorld }[] = [];

beforeAll(async () => {
  world = await adminWorld(connection);
});

afterAll(async () => {
  for (const { connected } of replicas) await connected[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** A replica with connections of its own. */
const stand = async (identity: string) => {
  const connected = await realWorld(() => kubeConfigOf(connection, connection.url, connection.adminToken));
  const elector = new Elector({
    ...timing,
    leases: leaseStore(connected.client, timing.renewDeadlineMs / 4),
    lease: { namespace: world.namespace, name: 'election' },
    identity,
    clock: systemClock,
    random: Math.random,
    onStarted: () => {},
    onStopped: () => {},
    logger: { info: () => {}, warn: () => {} },
  });
  const replica = { identity, elector, connected };
  replicas.push(replica);
  elector.start();
  return replica;
};

const writers = (): string[] => replicas.filter(({ elector }) => elector.mayWrite()).map(({ identity }) => identity);

const holder = async (): Promise<string | undefined> => {
  const stored = await world.cluster.get({ type: LEASE, namespace: world.namespace, name: 'election' });
  return stored && leaseRecord(stored).holder;
};

test('a lease on a real API server has one holder: it passes on when released, and when its holder is cut off', async () => {
  const overlaps: string[][] = [];
  const watching = new AbortController();
  const watched = (async () => {
    while (!watching.signal.aborted) {
      if (writers().length > 1) overlaps.push(writers());
      await delay(2);
    }
  })();

  const first = await stand('first');
  await expect.poll(writers, patient).toEqual(['first']);
  const second = await stand('second');
  const third = await stand('third');
  expect(await holder()).toBe('first');

  await first.elector.stop();
  expect(first.elector.mayWrite()).toBe(false);
  await expect.poll(writers, patient).toHaveLength(1);

  // As by SIGKILL: it renews no more, and releases nothing.
  const leader = second.elector.mayWrite() ? second : third;
  const standby = leader === second ? third : second;
  await leader.connected[Symbol.asyncDispose]();
  await expect.poll(writers, patient).toEqual([standby.identity]);
  expect(await holder()).toBe(standby.identity);

  await standby.elector.stop();
  expect(await holder()).toBe('');
  await leader.elector.stop();
  watching.abort();
  await watched;
  expect(overlaps).toEqual([]);
});
