import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { duration, startProgress } from '../../dev/progress.mjs';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const recorded = (terminal: { readonly isTTY?: boolean; readonly columns?: number }) => {
  const writes: string[] = [];
  return { ...terminal, writes, write: (text: string) => writes.push(text) > 0 };
};

test('a log gets a line at the start, one every ten seconds, and one at the end', () => {
  const log = recorded({});
  const progress = startProgress('compiling', log);
  progress.update('3 of 9 packages');
  vi.advanceTimersByTime(21_000);
  progress.end('done');
  vi.advanceTimersByTime(60_000);
  expect(log.writes).toEqual([
    'compiling (0 s)\n',
    'compiling: 3 of 9 packages (10 s)\n',
    'compiling: 3 of 9 packages (20 s)\n',
    'compiling: done (21 s)\n',
  ]);
});

test('a terminal has one line that is rewritten and fits', () => {
  const terminal = recorded({ isTTY: true, columns: 20 });
  const progress = startProgress('compiling', terminal);
  progress.update('a long word on what is being done');
  vi.advanceTimersByTime(1000);
  progress.end('done');
  expect(terminal.writes).toEqual([
    '\r\u001B[Kcompiling (0 s)',
    '\r\u001B[Kcompiling: a long w',
    '\r\u001B[Kcompiling: a long w',
    '\r\u001B[Kcompiling: done (1 s)\n',
  ]);
});

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min 0 s'],
  [668_000, '11 min 8 s'],
])('%i ms reads %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
