import { expect, test } from 'vitest';
import { short, subjectText } from '../../src/controllers/summary.ts';

test.for<[string[], string]>([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd'], 'a, b, c and 1 more'],
])('%j is told as "%s"', ([names, expected]) => {
  expect(short(names)).toBe(expected);
});

test('a list fits its column, and ends in whole characters', () => {
  const exact = ['x'.repeat(1024)];
  expect(short(exact)).toBe(exact[0]);
  expect(short(['x'.repeat(1025)])).toBe(`${'x'.repeat(1023)}…`);
  const emoji = short([`${'x'.repeat(1022)}😀😀`]);
  expect(emoji.isWellFormed()).toBe(true);
  expect(emoji.length).toBeLessThanOrEqual(1024);
});

test('a subject is told with its namespace, if it has one', () => {
  expect(subjectText({ kind: 'User', name: 'alice' })).toBe('User alice');
  expect(subjectText({ kind: 'ServiceAccount', namespace: 'ops', name: 'bot' })).toBe('ServiceAccount ops/bot');
});
