import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../src/cluster/lines.ts';

const split = (chunks: readonly Buffer[]): string[] => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  return lines;
};

test('lines do not depend on where the chunks are cut, inside a character included', () => {
  const line = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !text.includes('\n') && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      expect(split(chunks)).toEqual(lines);
    }),
  );
});

test('what follows the last newline is no line yet', () => {
  expect(split([Buffer.from('{"a":1}\n{"b"')])).toEqual(['{"a":1}']);
});

test('empty lines are passed over', () => {
  expect(split([Buffer.from('\n\na\n\n')])).toEqual(['a']);
});

test('a line of several megabytes in small pieces comes whole', () => {
  const pieces = Array.from({ length: 3000 }, () => Buffer.alloc(1000, 'x'));
  expect(split([...pieces, Buffer.from('\n')]).map((line) => line.length)).toEqual([3_000_000]);
});

test('a stream that never ends its line is given up', () => {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  expect(() => split(Array.from({ length: 65 }, () => piece))).toThrow('more than');
});
