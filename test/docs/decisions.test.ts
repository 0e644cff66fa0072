import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from './pages.ts';

const records = pages.filter(({ path }) => /^docs\/decisions\/\d{4}-/u.test(path));

test('decisions are numbered without gaps, and their titles bear the number', () => {
  const numbers = records.map(({ path }) => Number(basename(path).slice(0, 4)));
  expect(numbers).toEqual(records.map((_, index) => index + 1));
  expect(records.map(({ text }) => Number(/^# (?<number>\d+)\. \S/u.exec(text)?.groups?.['number']))).toEqual(numbers);
});

test.for(records.map((page) => [page.path, page.text] as const))(
  '%s has context, decision and consequences',
  ([, text]) => {
    const headings = [...text.matchAll(/^## (?<heading>.+)$/gmu)].map(({ groups }) => groups?.['heading']);
    expect(headings).toEqual(['Context', 'Decision', 'Consequences']);
    expect(text).toMatch(/^Accepted on \d{4}-\d\d-\d\d\.$/mu);
  },
);
