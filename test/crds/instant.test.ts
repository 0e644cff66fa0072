import { assert, bigInt, constantFrom, date, integer, property, stringMatching, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { INSTANT, milliseconds, nanoseconds } from '../../src/crds/instant.ts';

const instants = date({ min: new Date(0), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true });

test('an instant is the same in every zone', () => {
  const anywhere = property(instants, integer({ min: -1439, max: 1439 }), (moment, minutes) => {
    const local = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, -1);
    const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
    const zone = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
    expect(nanoseconds(`${local}${zone}`)).toBe(BigInt(moment.getTime()) * 1_000_000n);
  });
  expect(() => assert(anywhere)).not.toThrow();
}, 60_000);

test('fractions count to the nanosecond, and round down to the millisecond', () => {
  const fractions = property(instants, bigInt({ min: 0n, max: 999_999_999n }), (moment, fraction) => {
    const seconds = BigInt(Math.floor(moment.getTime() / 1000));
    const text = `${moment.toISOString().slice(0, 19)}.${String(fraction).padStart(9, '0')}Z`;
    expect(nanoseconds(text)).toBe(seconds * 1_000_000_000n + fraction);
    expect(milliseconds(text)).toBe(Number(seconds * 1000n + fraction / 1_000_000n));
  });
  expect(() => assert(fractions)).not.toThrow();
}, 60_000);

test('a day that does not exist is no instant', () => {
  const days = tuple(integer({ min: 1970, max: 9999 }), integer({ min: 0, max: 13 }), integer({ min: 0, max: 32 }));
  const exists = property(days, ([year, month, day]) => {
    const inMonth = month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
    const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T00:00:00Z`;
    expect(nanoseconds(text) !== undefined).toBe(inMonth);
  });
  expect(() => assert(exists, { numRuns: 1000 })).not.toThrow();
}, 60_000);

test('what has not the form of an instant is none', () => {
  const texts = property(stringMatching(/^[\d:TZ+.-]{0,30}$/u), constantFrom('', 'Z', '+00:00'), (text, zone) => {
    expect(nanoseconds(text + zone) === undefined || INSTANT.test(text + zone)).toBe(true);
  });
  expect(() => assert(texts)).not.toThrow();
}, 60_000);
