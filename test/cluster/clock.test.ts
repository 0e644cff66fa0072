import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DateClock } from '../../src/cluster/clock.ts';

const second = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toUTCString();

/** A clock whose local time sources the test moves. */
const localClock = (wall: number) => {
  const local = { monotonic: 5000, wall };
  const clock = new DateClock(
    () => local.monotonic,
    () => local.wall,
  );
  return { local, clock };
};

const serverStart = Date.UTC(2026, 10, 24, 8, 0, 0, 400);

test('the clock is the local one before the first answer', () => {
  expect(localClock(serverStart).clock.now()).toBe(serverStart);
});

test('a local clock that is hours off is within a second of the server after one answer', () => {
  const { local, clock } = localClock(serverStart - 7_200_000);
  clock.observe(second(serverStart), local.monotonic, local.monotonic);
  expect(Math.abs(clock.now() - serverStart)).toBeLessThan(1000);
});

test('an answer that agrees moves nothing', () => {
  const { local, clock } = localClock(serverStart + 300);
  clock.observe(second(serverStart), local.monotonic, local.monotonic);
  expect(clock.now()).toBe(serverStart + 300);
});

test('a step of the local wall clock moves nothing', () => {
  const { local, clock } = localClock(serverStart);
  local.wall += 3_600_000;
  local.monotonic += 10;
  expect(clock.now()).toBe(serverStart + 10);
});

test('a slow answer is not taken for a slow server: its Date is of some moment between sending and receiving', () => {
  const { local, clock } = localClock(serverStart + 20_000);
  local.monotonic += 20_000;
  clock.observe(second(serverStart), local.monotonic - 20_000, local.monotonic);
  expect(clock.now()).toBe(serverStart + 20_000 + 20_000 - (20_000 - 600));
});

test.each(['', 'yesterday', '2026-13-45'])('a Date that is none (%j) is ignored', (date) => {
  const { clock } = localClock(serverStart);
  clock.observe(date, 0, 1);
  expect(clock.now()).toBe(serverStart);
});

const exchanges = fc.array(fc.record({ pause: fc.nat(5000), there: fc.nat(300), back: fc.nat(300) }), { minLength: 1 });

/** Plays exchanges with a server whose clock is `skew` behind the local one, and hands out the error after each. */
const errorsOf = (skew: number, steps: { pause: number; there: number; back: number }[]): number[] => {
  const { local, clock } = localClock(serverStart + skew);
  const serverNow = (): number => serverStart + (local.monotonic - 5000);
  return steps.map(({ pause, there, back }) => {
    local.monotonic += pause;
    const sentAt = local.monotonic;
    local.monotonic += there;
    const date = second(serverNow());
    local.monotonic += back;
    clock.observe(date, sentAt, local.monotonic);
    return clock.now() - serverNow();
  });
};

test('a clock that is right is never moved', () => {
  fc.assert(
    fc.property(exchanges, (steps) => {
      expect(new Set(errorsOf(0, steps))).toEqual(new Set([0]));
    }),
  );
});

test('whatever the local clock says, the error is below a second and the shortest round trip', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), exchanges, (skew, steps) => {
      let bound = Infinity;
      for (const [index, error] of errorsOf(skew, steps).entries()) {
        const { there, back } = steps[index] ?? { there: 0, back: 0 };
        bound = Math.min(bound, 1000 + there + back);
        expect(Math.abs(error)).toBeLessThanOrEqual(bound);
      }
    }),
  );
});
