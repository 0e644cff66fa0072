import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Key } from '../../src/reconcile/children.ts';
import { PRIORITY, Queue } from '../../src/reconcile/queue.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const key = (name: string): Key => ({ kind: 'UserBinding', name });
const queue = (random = 0): Queue => new Queue({ now: () => Date.now(), random: () => random });

/** Everything that can be taken now, in order; each is given back when all were taken. */
const drained = async (from: Queue): Promise<string[]> => {
  const names: string[] = [];
  while (from.depth > 0) names.push((await from.take())?.key.name ?? '');
  for (const name of names) from.done(key(name));
  return names;
};

test('the more urgent goes first, and the earlier among equals', async () => {
  const one = queue();
  one.add(key('sweep'), PRIORITY.sweep);
  one.add(key('change'), PRIORITY.change);
  one.add(key('revoke'), PRIORITY.revoke);
  one.add(key('revoke-2'), PRIORITY.revoke);
  expect(one.depth).toBe(4);
  expect(await drained(one)).toEqual(['revoke', 'revoke-2', 'change', 'sweep']);
});

test('a key that waits moves up when it becomes more urgent, never down, and is there once', async () => {
  const one = queue();
  one.add(key('a'), PRIORITY.change);
  one.add(key('b'), PRIORITY.sweep);
  one.add(key('b'), PRIORITY.revoke);
  one.add(key('a'), PRIORITY.sweep);
  one.add(key('a'), PRIORITY.change);
  expect(one.depth).toBe(2);
  expect(await drained(one)).toEqual(['b', 'a']);
});

test('two kinds of one name are two keys', async () => {
  const one = queue();
  one.add(key('a'), PRIORITY.change);
  one.add({ kind: 'ImpersonationGrant', name: 'a' }, PRIORITY.change);
  expect(one.depth).toBe(2);
});

test('a key that runs is not taken again before it is given back, and then once, at its most urgent', async () => {
  const one = queue();
  one.add(key('a'), PRIORITY.change);
  expect((await one.take())?.key).toEqual(key('a'));
  one.add(key('a'), PRIORITY.sweep);
  one.add(key('a'), PRIORITY.revoke);
  one.add(key('a'), PRIORITY.change);
  one.add(key('b'), PRIORITY.change);
  expect(one.depth).toBe(1);
  one.done(key('a'));
  expect(await drained(one)).toEqual(['a', 'b']);
  expect(one.depth).toBe(0);
});

test('who waits for a key gets the next one, and how long it waited is told', async () => {
  const one = queue();
  const taken = one.take();
  await vi.advanceTimersByTimeAsync(500);
  one.add(key('a'), PRIORITY.change);
  expect(await taken).toEqual({ key: key('a'), waitedMs: 0 });
  one.add(key('a'), PRIORITY.change);
  expect(one.depth).toBe(0);
  one.done(key('a'));
  await vi.advanceTimersByTimeAsync(70);
  expect(await one.take()).toEqual({ key: key('a'), waitedMs: 70 });
});

test('a delay ends when it should, and the shortest of several counts', async () => {
  const one = queue();
  one.addAfter(key('a'), 1000, PRIORITY.change);
  one.addAfter(key('a'), 100, PRIORITY.revoke);
  one.addAfter(key('a'), 5000, PRIORITY.change);
  await vi.advanceTimersByTimeAsync(99);
  expect(one.depth).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(await drained(one)).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(one.depth).toBe(0);
});

test('a delay that is over already is none', async () => {
  const one = queue();
  one.addAfter(key('a'), -5, PRIORITY.change);
  await vi.advanceTimersByTimeAsync(0);
  expect(one.depth).toBe(1);
});

test('a delay longer than any timer does not end early', async () => {
  const one = queue();
  const fortyDays = 40 * 86_400_000;
  one.addAfter(key('a'), fortyDays, PRIORITY.revoke);
  await vi.advanceTimersByTimeAsync(fortyDays - 1);
  expect(one.depth).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(one.depth).toBe(1);
});

const delays = async (one: Queue, times: number, atLeastMs = 0): Promise<number[]> => {
  const found: number[] = [];
  for (let count = 0; count < times; count++) {
    const started = Date.now();
    one.retry(key('a'), atLeastMs, PRIORITY.revoke);
    while (one.depth === 0) await vi.advanceTimersToNextTimerAsync();
    await drained(one);
    found.push(Date.now() - started);
  }
  return found;
};

test('the back-off doubles from failure to failure, up to 30 s', async () => {
  expect(await delays(queue(1), 10)).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
});

test('jitter takes up to half of it', async () => {
  expect(await delays(queue(0), 3)).toEqual([100, 200, 400]);
  expect(await delays(queue(0.5), 3)).toEqual([150, 300, 600]);
});

test('a success ends the back-off, of this key alone', async () => {
  const one = queue(1);
  await delays(one, 4);
  one.succeeded(key('b'));
  expect(await delays(one, 1)).toEqual([3200]);
  one.succeeded(key('a'));
  expect(await delays(one, 1)).toEqual([200]);
});

test('a server that asks to wait longer is obeyed', async () => {
  expect(await delays(queue(1), 2, 7000)).toEqual([7000, 7000]);
});

test('a change does not wait for a back-off', async () => {
  const one = queue(1);
  one.retry(key('a'), 60_000, PRIORITY.revoke);
  one.add(key('a'), PRIORITY.change);
  expect(await drained(one)).toEqual(['a']);
});

test('a closed queue gives nothing any more, not even to those who wait', async () => {
  const one = queue();
  const [first, second] = [one.take(), one.take()];
  one.addAfter(key('late'), 100, PRIORITY.change);
  one.close();
  expect(await first).toBeUndefined();
  expect(await second).toBeUndefined();
  one.add(key('a'), PRIORITY.revoke);
  one.addAfter(key('b'), 10, PRIORITY.revoke);
  one.retry(key('c'), 10, PRIORITY.revoke);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(one.depth).toBe(0);
  expect(await one.take()).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

test('what runs when the queue is closed can be given back, and what waits is dropped', async () => {
  const one = queue();
  one.add(key('a'), PRIORITY.change);
  one.add(key('b'), PRIORITY.change);
  await one.take();
  one.add(key('a'), PRIORITY.change);
  one.close();
  one.done(key('a'));
  expect(one.depth).toBe(0);
  expect(await one.take()).toBeUndefined();
});
