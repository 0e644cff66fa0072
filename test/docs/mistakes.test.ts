import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MISTAKES } from '../integration/mistakes/catalogue/index.ts';
import { answerOf } from '../integration/mistakes/mistake.ts';
import { root } from './pages.ts';

const page = readFileSync(join(root, 'docs', 'legacy-and-constrained.md'), 'utf8');

interface Row {
  readonly title: string;
  readonly effect: string;
  readonly answer: string;
}

const EFFECT = /^(?<word>Inert and too wide|Inert|Too wide): \S/u;
const ANSWER = /^(?<word>Refused|Written right|No field)(?:$|: \S)/u;

const word = (cell: string, pattern: RegExp): string => pattern.exec(cell)?.groups?.['word'] ?? `not said: ${cell}`;

/** Of all tables that list mistakes. */
const rows: readonly Row[] = page
  .split(/\n\n/u)
  .filter((block) => /^\| Mistake +\|/u.test(block))
  .flatMap((block) => block.split('\n').slice(2))
  .map((line) => {
    const [title = '', effect = '', answer = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { title, effect: word(effect, EFFECT), answer: word(answer, ANSWER) };
  });

test('the page lists every mistake that is tried on the server, with what it does and what the operator does, and no other', () => {
  expect(rows).toEqual(
    MISTAKES.map((mistake) => ({ title: mistake.title, effect: mistake.effect, answer: answerOf(mistake) })),
  );
});

test('no mistake is listed twice', () => {
  expect(new Set(MISTAKES.map(({ title }) => title)).size).toBe(MISTAKES.length);
});
