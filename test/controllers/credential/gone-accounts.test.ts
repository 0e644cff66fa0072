import { beforeEach, expect, test } from 'vitest';
import type { Cached, Change } from '../../../src/cluster/port.ts';
import { GoneAccounts } from '../../../src/controllers/credential/gone-accounts.ts';

/** Milliseconds since the epoch when the monotonic clock is 0: neither is the other. */
const EPOCH = 1_000_000;

const account = (name: string, uid: string, namespace = 'credentials'): Cached => ({
  namespace,
  name,
  uid,
  resourceVersion: '1',
});

let monotonic: number;
let gone: GoneAccounts;
let tell: (change: Change<Cached>) => void;
beforeEach(() => {
  monotonic = 50;
  gone = new GoneAccounts(() => monotonic);
  gone.follow({ onChange: (handler) => void (tell = handler) });
});

const freeAt = (name: string, namespace = 'credentials'): number | undefined =>
  gone.freeAt({ namespace, name }, EPOCH + monotonic);

test('a name is free eleven seconds after its account ended, and no later', () => {
  tell({ before: account('bot', 'first'), after: undefined });
  expect(freeAt('bot')).toBe(EPOCH + 11_050);
  monotonic += 10_999;
  expect(freeAt('bot')).toBe(EPOCH + 11_050);
  monotonic += 1;
  expect(freeAt('bot')).toBeUndefined();
});

test('one that took the place of another between two looks ended the other', () => {
  tell({ before: account('bot', 'first'), after: account('bot', 'second') });
  expect(freeAt('bot')).toBe(EPOCH + 11_050);
});

test('an account that came or changed ended nothing, nor did one of that name elsewhere', () => {
  tell({ before: undefined, after: account('bot', 'first') });
  tell({ before: account('bot', 'first'), after: account('bot', 'first') });
  tell({ before: account('bot', 'other', 'elsewhere'), after: undefined });
  expect(freeAt('bot')).toBeUndefined();
  expect(freeAt('bot', 'elsewhere')).toBe(EPOCH + 11_050);
});

test('the time runs anew for each that ends', () => {
  tell({ before: account('bot', 'first'), after: undefined });
  tell({ before: account('other', 'one'), after: undefined });
  monotonic += 6000;
  tell({ before: account('bot', 'second'), after: undefined });
  monotonic += 6000;
  tell({ before: account('third', 'one'), after: undefined });
  expect(['bot', 'other', 'third'].map((name) => freeAt(name))).toEqual([EPOCH + 17_050, undefined, EPOCH + 23_050]);
});
