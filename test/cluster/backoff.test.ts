import { expect, test } from 'vitest';
import { Backoff } from '../../src/cluster/backoff.ts';

const delays = (count: number): number[] => {
  const backoff = new Backoff({ baseMs: 100, capMs: 10_000 });
  return Array.from({ length: count }, () => backoff.next(undefined));
};

test('the first retry is fast and each step is about twice the one before', () => {
  for (const [step, delay] of delays(6).entries()) {
    expect(delay).toBeGreaterThanOrEqual(100 * 2 ** step * 0.5);
    expect(delay).toBeLessThanOrEqual(100 * 2 ** step * 1.5);
  }
});

test('no delay is above the cap, however many failures', () => {
  expect(Math.max(...delays(2000))).toBeLessThanOrEqual(10_000);
});

test('delays differ, so that clients do not come back together', () => {
  expect(new Set(Array.from({ length: 20 }, () => delays(1)[0])).size).toBeGreaterThan(10);
});

test('a delay is never shorter than what the server asked for', () => {
  expect(new Backoff({ baseMs: 100, capMs: 10_000 }).next(30)).toBeGreaterThanOrEqual(30_000);
});

test('a server cannot ask for more than a minute', () => {
  expect(new Backoff({ baseMs: 100, capMs: 10_000 }).next(86_400)).toBeLessThanOrEqual(60_100);
});

test('after a success it begins anew', () => {
  const backoff = new Backoff({ baseMs: 100, capMs: 10_000 });
  for (let i = 0; i < 8; i += 1) backoff.next(undefined);
  backoff.reset();
  expect(backoff.next(undefined)).toBeLessThanOrEqual(150);
});
