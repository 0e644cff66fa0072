/** Several replicas with one lease: whoever does not hold it writes nothing, and whoever gets it finishes what the other began. */
import { expect, onTestFinished } from 'vitest';
import type { GrantInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB, SUPPORT } from './people.ts';
import type { Seen } from './proxy.ts';
import { anotherReplica, Replica } from './replica.ts';
import { isGuarded, isOfLease, isWrite } from './traffic.ts';
import { until, untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const ELECTION = ['--leader-elect=true', '--lease-duration=4s', '--renew-deadline=3s', '--retry-period=500ms'];

const test = integration({ proxy: true, flags: ELECTION });

/** Where the server has grants in the dialect of the test hold nothing, writes are those for others, beside one of these. */
const dialectOf = ({ holds }: World): Pick<GrantInput, 'mode'> => (holds ? {} : { mode: 'Legacy' });

/** A replica that leads, and one that stands by. */
const pair = async (world: World): Promise<{ readonly leader: Replica; readonly standby: Replica }> => {
  const leader = new Replica(world);
  onTestFinished(() => world.operator.resume());
  await leader.untilItLeads();
  if (!world.holds) await world.grant('beside', { subjects: [ALICE], impersonate: { users: ['john'] } }, 'Unsupported');
  return { leader, standby: await anotherReplica(world, ELECTION) };
};

const grantSpec = (world: World): GrantInput => ({
  ...dialectOf(world),
  subjects: [ALICE],
  impersonate: {
    users: ['john'],
    groups: ['developers'],
    serviceAccounts: [
      { namespace: 'production', name: 'app' },
      { namespace: 'staging', name: 'app' },
    ],
  },
  credential: { secretName: world.name('support') },
});

/** Kills it when the API server has carried out its next write number `index`, before it hears so. */
const killedAfterWrite = async ({ operator, proxy }: Replica, index: number): Promise<void> => {
  const died = Promise.withResolvers<void>();
  let writes = 0;
  proxy.hooks.afterWrite = async (seen) => {
    writes += isOfLease(seen) ? 0 : 1;
    if (writes < index) return;
    await operator.kill();
    died.resolve();
    throw new Error('the operator is gone');
  };
  await died.promise;
  proxy.hooks.afterWrite = undefined;
};

/** Holds the answer to its next write, and stops it while it waits; `resume` lets both go on, and answers what was sent until then. */
const pausedInTheMiddle = async ({ operator, proxy }: Replica): Promise<{ readonly resume: () => number }> => {
  const reached = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  proxy.hooks.afterWrite = async (seen) => {
    if (isOfLease(seen)) return;
    reached.resolve();
    await answered.promise;
  };
  await reached.promise;
  operator.pause();
  return {
    resume: () => {
      const sent = proxy.seen.length;
      proxy.hooks.afterWrite = undefined;
      answered.resolve();
      operator.resume();
      return sent;
    },
  };
};

/** What a replica sent before the lease was its own again: `since` is the number of requests that do not count. */
const beforeItLed = async ({ proxy }: Replica, since: number): Promise<readonly Seen[]> =>
  until(
    'renewal of the lease',
    async () => {
      const seen = proxy.seen.slice(since);
      const leads = seen.findIndex((one) => isOfLease(one) && isWrite(one) && one.status === 200);
      return leads === -1 ? undefined : seen.slice(0, leads);
    },
    () => proxy.seen.slice(since),
  );

test('of two replicas one writes', async ({ world }) => {
  const { leader, standby } = await pair(world);
  const before = leader.writes.length;
  const grant = await world.grant('support', grantSpec(world));
  const jane = await world.binding('jane', {
    subject: { kind: 'User', name: 'jane' },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' } }],
  });
  await grant.edit({ impersonate: { userBindings: [jane.name] } });
  await jane.edit({ suspend: true }, 'Suspended');
  await grant.until('UserBindingNotReady');
  await grant.edit({ subjects: [BOB] }, 'UserBindingNotReady');
  await world.settled();
  await grant.delete();
  await untilTrue('end of the children', async () => (await world.children()).length === 0);
  expect(await standby.leads()).toBe(false);
  expect(standby.proxy.seen.filter(isWrite)).toEqual([]);
  expect(leader.writes.length).toBeGreaterThan(before);
});

test('what a killed leader left half done is finished by the other, be it a grant or its end', async ({ world }) => {
  const { leader, standby } = await pair(world);
  const killed = killedAfterWrite(leader, 4);
  const grant = await world.grant('support', grantSpec(world), null);
  await killed;
  const made = await world.children();
  expect(made.length).toBeGreaterThan(0);
  await grant.until('Granted');
  expect((await world.children()).length).toBeGreaterThan(made.length);
  await world.settled();

  await leader.operator.start();
  const killedToo = killedAfterWrite(standby, 2);
  const before = leader.writes.length;
  await grant.edit({ suspend: true }, null);
  await killedToo;
  expect(await world.children()).not.toEqual([]);
  await grant.until('Suspended');
  expect(await world.children()).toEqual([]);
  expect(leader.writes.length).toBeGreaterThan(before);
});

test('a leader that stood still past its lease goes on with nothing that it had begun', async ({ world }) => {
  const { leader, standby } = await pair(world);
  const revoked = await world.grant('revoked', {
    ...dialectOf(world),
    subjects: [SUPPORT],
    impersonate: { users: ['jane'] },
  });
  const pausing = pausedInTheMiddle(leader);
  const grant = await world.grant('support', grantSpec(world), null);
  const { resume } = await pausing;
  await standby.untilItLeads();
  await grant.until('Granted');
  await revoked.edit({ suspend: true }, 'Suspended');
  await world.settled();

  const since = resume();
  // it has seen all that it missed, and knows that it does not lead
  await untilTrue('reads of the lease', async () => {
    const reads = leader.proxy.seen.slice(since).filter((one) => isOfLease(one) && !isWrite(one));
    return reads.length >= 3 && !(await leader.leads());
  });
  await revoked.edit({ suspend: false });
  await grant.edit({ impersonate: { users: ['jane'] } });
  await standby.operator.stop();
  await grant.edit({ subjects: [BOB] });
  expect((await beforeItLed(leader, since)).filter(isGuarded)).toEqual([]);
});

test('a leader that stood still past its lease takes nothing away before it leads again', async ({ world }) => {
  const { leader, standby } = await pair(world);
  const grant = await world.grant('support', grantSpec(world));
  const pausing = pausedInTheMiddle(leader);
  await world.grant('another', { ...dialectOf(world), subjects: [SUPPORT], impersonate: { users: ['jane'] } }, null);
  const { resume } = await pausing;
  await standby.untilItLeads();
  await standby.operator.kill();
  await grant.edit({ suspend: true }, null);

  const since = resume();
  await grant.until('Suspended');
  expect((await beforeItLed(leader, since)).filter(isGuarded)).toEqual([]);
  expect(leader.proxy.seen.slice(since).filter(isGuarded)).not.toEqual([]);
});

test('a write that reaches the server long after another took over allows nothing', async ({ world }) => {
  const { leader, standby } = await pair(world);
  const [left, arrives] = [Promise.withResolvers<Seen>(), Promise.withResolvers<void>()];
  leader.proxy.hooks.before = async (seen) => {
    if (seen.method !== 'POST' || !/\/clusterrolebindings\b/.test(seen.path)) return;
    left.resolve(seen);
    await arrives.promise;
  };
  const grant = await world.grant('support', grantSpec(world), null);
  const late = await left.promise;
  leader.operator.pause();
  await grant.until('Granted');
  await grant.edit({ suspend: true }, 'Suspended');
  await world.settled();
  arrives.resolve();
  await untilTrue('late write', async () => late.status === 201);
  await untilTrue('end of the binding', async () => (await world.children()).length === 0);
  leader.operator.resume();
  expect(await standby.leads()).toBe(true);
});

const holderOf = async ({ admin, settings }: World): Promise<string | undefined> => {
  const lease = await admin.get('Lease', 'impersonation-operator', settings.operatorNamespace);
  return (lease?.['spec'] as { readonly holderIdentity?: string } | undefined)?.holderIdentity;
};

/** Asks it to end when its next write is under way, and keeps that until the end was begun; answers who held the lease then. */
const stoppedDuringWrite = async (world: World, { operator, proxy }: Replica): Promise<string | undefined> => {
  const held = Promise.withResolvers<string | undefined>();
  const renewals = (): number => proxy.seen.filter((seen) => isOfLease(seen) && isWrite(seen)).length;
  proxy.hooks.before = async (seen) => {
    if (!isGuarded(seen)) return;
    proxy.hooks.before = () => undefined;
    const ended = operator.stop();
    await untilTrue('begin of the end', async () => operator.takeLog().includes('stopping'));
    const before = renewals();
    await untilTrue('writes of the lease', async () => renewals() >= before + 2 || !operator.running);
    const holder = await holderOf(world);
    held.resolve(ended.then(() => holder));
  };
  return held.promise;
};

test('a leader that is asked to end finishes what it writes, then gives the lease away', async ({ world }) => {
  // nobody could wait for such a lease to run out
  const long = ['--leader-elect=true', '--lease-duration=10m', '--renew-deadline=9m', '--retry-period=500ms'];
  await world.operator.stop();
  const leader = await anotherReplica(world, long);
  await leader.untilItLeads();
  const standby = await anotherReplica(world, long);
  const itself = await holderOf(world);
  const stopped = stoppedDuringWrite(world, leader);
  const grants = await Promise.all(
    Array.from({ length: 12 }, async (_, index) =>
      world.grant(`g${index}`, { ...dialectOf(world), subjects: [ALICE], impersonate: { users: ['john'] } }, null),
    ),
  );
  expect(await stopped).toBe(itself);
  for (const grant of grants) await grant.until('Granted');
  expect(standby.writes).not.toEqual([]);
});
