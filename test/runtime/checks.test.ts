import { describe, expect, test } from 'vitest';
import { cacheCheck, ReachabilityCheck, WorkerCheck } from '../../src/runtime/checks.ts';

const clock = () => {
  let now = 1_000_000;
  return { now: () => now, pass: (ms: number) => (now += ms) };
};

describe('the workers', () => {
  test('are fine while nothing waits, however long that is', () => {
    const { now, pass } = clock();
    const workers = new WorkerCheck(now);
    workers.took();
    pass(86_400_000);
    expect(workers.check(0).ok).toBe(true);
  });

  test('are fine while they take what waits', () => {
    const { now, pass } = clock();
    const workers = new WorkerCheck(now);
    for (let taken = 0; taken < 10; taken += 1) {
      workers.took();
      pass(200_000);
      expect(workers.check(100).ok).toBe(true);
    }
  });

  test('are stuck when something waits and nobody takes it', () => {
    const { now, pass } = clock();
    const workers = new WorkerCheck(now);
    workers.took();
    pass(300_000);
    expect(workers.check(3)).toEqual({
      name: 'workers',
      ok: false,
      message: '3 objects wait and none was taken for 300 s',
    });
  });

  test('that have not started yet are not stuck', () => {
    const { now, pass } = clock();
    const workers = new WorkerCheck(now);
    pass(86_400_000);
    expect(workers.check(3).ok).toBe(true);
  });
});

describe('the API server', () => {
  test('is not reached before its first answer', () => {
    const { now } = clock();
    const server = new ReachabilityCheck(now);
    expect(server.check().ok).toBe(false);
    server.requested(0);
    expect(server.check()).toMatchObject({ ok: false, message: 'it has not answered yet' });
    server.requested(403);
    expect(server.check().ok).toBe(true);
  });

  test('is reached while nobody asks it', () => {
    const { now, pass } = clock();
    const server = new ReachabilityCheck(now);
    server.requested(200);
    pass(3_600_000);
    expect(server.check().ok).toBe(true);
  });

  test('may be away for half a minute, and is back with its first answer', () => {
    const { now, pass } = clock();
    const server = new ReachabilityCheck(now);
    server.requested(200);
    pass(29_000);
    server.requested(0);
    expect(server.check().ok).toBe(true);
    pass(1000);
    expect(server.check()).toEqual({
      name: 'api-server',
      ok: false,
      message: 'it answers no request; the last answer came 30 s ago',
    });
    server.requested(503);
    expect(server.check().ok).toBe(true);
  });
});

test('caches that are not complete are named', () => {
  const informers = [
    { resource: 'roles', synced: true },
    { resource: 'clusterroles', synced: false },
    { resource: 'secrets (a)', synced: false },
  ];
  expect(cacheCheck(informers)).toMatchObject({ ok: false, message: 'not complete yet: clusterroles, secrets (a)' });
  expect(cacheCheck(informers.slice(0, 1)).ok).toBe(true);
});
