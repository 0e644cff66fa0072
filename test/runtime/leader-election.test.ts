import { describe, expect, test } from 'vitest';
import { leaseRecord } from '../../src/runtime/lease.ts';
import { soleReplica } from '../../src/runtime/leader-election.ts';
import { LeaseServer, noFault, type Fault } from './election/lease-server.ts';
import { Replica, timing, type ReplicaOptions } from './election/replica.ts';
import { World } from './election/world.ts';

const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = timing;
/** Two jittered pauses and the requests between them. */
const fewAttemptsMs = 3 * retryPeriodMs;

const setUp = () => {
  const world = new World();
  const server = new LeaseServer();
  const faults = new Map<string, Fault>();
  const stand = (identity: string, options: Partial<ReplicaOptions> = {}): Replica =>
    new Replica({ world, server, identity, fault: () => faults.get(identity) ?? noFault, ...options });
  return { world, server, stand, faults };
};

/** `a` leads, `b` stands by. */
const pair = async (options: Partial<ReplicaOptions> = {}) => {
  const scene = setUp();
  const a = scene.stand('a', options);
  await scene.world.run(100);
  const b = scene.stand('b');
  await scene.world.run(10_000);
  expect([a.mayWrite, b.mayWrite]).toEqual([true, false]);
  return { ...scene, a, b };
};

const lost = (what: Fault['lost']): Fault => ({ ...noFault, lost: what });

describe('the lease', () => {
  test('is created by the first, who leads at once', async () => {
    const { world, server, stand } = setUp();
    const a = stand('a');
    await world.run(100);
    expect(a.mayWrite).toBe(true);
    expect(a.told).toEqual(['started']);
    expect(server.stored).toMatchObject({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'impersonation-system', name: 'impersonation-operator' },
      spec: { holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 },
    });
    const micro: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(server.stored?.['spec']).toMatchObject({ acquireTime: micro, renewTime: micro });
  });

  test('is kept by renewing it, for as long as nobody interferes', async () => {
    const { world, server, a, b } = await pair();
    const acquired = server.stored && leaseRecord(server.stored).acquireTime;
    await world.run(300_000, () => expect([a.mayWrite, b.mayWrite]).toEqual([true, false]));
    expect(server.stored?.['spec']).toMatchObject({ holderIdentity: 'a', leaseTransitions: 0 });
    expect(server.stored && leaseRecord(server.stored).acquireTime).toBe(acquired);
    expect(a.told).toEqual(['started']);
    expect(b.told).toEqual([]);
  });

  test('is not released by a replica that does not hold it', async () => {
    const { world, server, a, b } = await pair();
    b.stop();
    await world.run(world.now + 10_000);
    expect(server.holder).toBe('a');
    expect(a.mayWrite).toBe(true);
  });

  test('keeps its labels', async () => {
    const { world, server, stand } = setUp();
    const metadata = { namespace: 'impersonation-system', name: 'impersonation-operator', labels: { team: 'a' } };
    server.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata });
    const a = stand('a');
    await world.run(10_000);
    expect(a.mayWrite).toBe(true);
    expect(server.stored?.metadata.labels).toEqual({ team: 'a' });
  });

  test('that was deleted is made anew by its holder, not by another', async () => {
    const { world, server, a, b } = await pair();
    server.stored = undefined;
    await world.run(world.now + 2 * fewAttemptsMs, () => expect(b.mayWrite).toBe(false));
    expect(server.holder).toBe('a');
    expect(a.mayWrite).toBe(true);
  });
});

describe('the lease passes on', () => {
  test('when its holder is killed, and not before it ran out', async () => {
    const { world, server, a, b } = await pair();
    const killedAt = world.now;
    a.machine.crash();
    await world.run(killedAt + leaseDurationMs - retryPeriodMs - 100, () => expect(b.mayWrite).toBe(false));
    await world.run(killedAt + leaseDurationMs + fewAttemptsMs);
    expect(b.mayWrite).toBe(true);
    expect(server.stored?.['spec']).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  test('when its holder shuts down, without waiting for it to run out', async () => {
    const { world, server, a, b } = await pair();
    a.stop();
    expect(fewAttemptsMs).toBeLessThan(leaseDurationMs);
    await world.run(world.now + 10);
    expect(server.holder).toBe('');
    expect(a.told).toEqual(['started', 'stopped']);
    await world.run(world.now + fewAttemptsMs);
    expect(b.mayWrite).toBe(true);
    expect(a.mayWrite).toBe(false);
  });

  test('after the longer of two durations', async () => {
    const { world, a, b } = await pair({ leaseDurationMs: 60_000 });
    const killedAt = world.now;
    a.machine.crash();
    await world.run(killedAt + 60_000 - retryPeriodMs - 100, () => expect(b.mayWrite).toBe(false));
    await world.run(killedAt + 60_000 + fewAttemptsMs);
    expect(b.mayWrite).toBe(true);
  });
});

describe('the leader', () => {
  test('that reaches nobody stops writing before the lease runs out, and is told at that moment', async () => {
    const { world, a, faults } = await pair();
    faults.set('a', lost('request'));
    const cutOffAt = world.now;
    await world.run(cutOffAt + renewDeadlineMs - retryPeriodMs - 100);
    expect(a.mayWrite).toBe(true);
    // The last attempt before still waits for its answer then.
    await world.run(cutOffAt + renewDeadlineMs + 2);
    expect(a.told).toEqual(['started', 'stopped']);
    expect(a.mayWrite).toBe(false);
  });

  test('counts its time from when it asked, not from when it was answered', async () => {
    const { world, stand, faults } = setUp();
    faults.set('a', { requestMs: 0, answerMs: 9500, lost: 'nothing' });
    const a = stand('a', { timeoutMs: 12_000 });
    const createSentAt = 9500;
    await world.run(createSentAt + 9500);
    expect(a.mayWrite).toBe(true);
    await world.run(createSentAt + renewDeadlineMs);
    expect(a.mayWrite).toBe(false);
  });

  test('that reaches the server again before another took over leads again', async () => {
    const { world, a, faults } = await pair();
    faults.set('a', lost('request'));
    await world.run(world.now + renewDeadlineMs + 100);
    faults.delete('a');
    await world.run(world.now + 3000);
    expect(a.told).toEqual(['started', 'stopped', 'started']);
    expect(a.mayWrite).toBe(true);
  });

  test('goes on leading when the answer to a renewal that took effect is lost', async () => {
    const { world, a, faults } = await pair();
    faults.set('a', lost('answer'));
    await world.run(world.now + 3000);
    faults.delete('a');
    await world.run(world.now + 60_000, () => expect(a.mayWrite).toBe(true));
    expect(a.told).toEqual(['started']);
  });

  test('stops at once when somebody else wrote another holder', async () => {
    const { world, server, a } = await pair();
    server.edit((stored) => ({ ...stored, spec: { holderIdentity: 'c', leaseDurationSeconds: 15 } }));
    await world.run(world.now + 2 * retryPeriodMs + 100);
    expect(a.mayWrite).toBe(false);
    expect(a.told).toEqual(['started', 'stopped']);
  });

  test('that was stopped for longer than the lease may not write when it goes on', async () => {
    const { world, a, b } = await pair();
    a.machine.pause(60_000);
    await world.run(world.now + 60_000);
    expect([a.mayWrite, b.mayWrite]).toEqual([false, true]);
  });

  test('that slept with its whole machine may not write when it wakes, though its monotonic clock stood still', async () => {
    const { world, a, b } = await pair();
    a.machine.suspend(60_000);
    await world.run(world.now + 60_000);
    expect([a.mayWrite, b.mayWrite]).toEqual([false, true]);
  });

  test('leads on when its wall clock is set back or forth', async () => {
    const { world, a, b } = await pair();
    for (const step of [3_600_000, -7_200_000]) {
      a.machine.stepWall(step);
      await world.run(world.now + fewAttemptsMs);
      expect(a.mayWrite).toBe(true);
    }
    expect(b.told).toEqual([]);
  });
});

test('clocks that are hours apart make no difference', async () => {
  for (const wallOffset of [-86_400_000, 86_400_000]) {
    const { world, a, b } = await pair({ wallOffset });
    await world.run(120_000, () => expect([a.mayWrite, b.mayWrite]).toEqual([true, false]));
  }
});

test('a failed attempt is logged', async () => {
  const { world, a, faults } = await pair();
  faults.set('a', lost('request'));
  await world.run(world.now + 6000);
  expect(a.warnings).toContain('unable to take or renew the lease');
});

test('a sole replica leads from start to stop without a lease', async () => {
  const told: string[] = [];
  const leadership = soleReplica({ onStarted: () => told.push('started'), onStopped: () => told.push('stopped') });
  leadership.start();
  expect(leadership.mayWrite()).toBe(true);
  await leadership.stop();
  expect(told).toEqual(['started', 'stopped']);
});
