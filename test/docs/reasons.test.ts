import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONDITIONS, REASONS } from '../../src/crds/index.ts';
import { root } from './pages.ts';

const page = readFileSync(join(root, 'docs', 'conditions.md'), 'utf8');

/** First cells of the tables with this heading. */
const rows = (heading: string): string[] =>
  page
    .split(/\n\n/u)
    .filter((block) => new RegExp(`^\\| ${heading} +\\|`, 'u').test(block))
    .flatMap((block) => block.split('\n').slice(2))
    .map((row) => /^\| `(?<word>\w+)` +\| \S/u.exec(row)?.groups?.['word'] ?? row);

test('the page says what to do about every reason, and about no other', () => {
  expect(rows('Reason').toSorted()).toEqual(Object.keys(REASONS).toSorted());
});

test('the page tells of every condition, and of no other', () => {
  expect(rows('Condition').toSorted()).toEqual(Object.keys(CONDITIONS).toSorted());
});
