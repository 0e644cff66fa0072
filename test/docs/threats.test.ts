import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cells } from '../markdown.ts';
import { root } from './pages.ts';

const rows = cells('docs/security.md', 'Attack').map(([attack = '', , proof = '']) => ({ attack, proof }));

test('each attack that docs/security.md lists is one, and names its tests', () => {
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect(new Set(rows.map(({ attack }) => attack)).size).toBe(rows.length);
});

test.for(rows)('$attack: the tests are there', ({ proof }) => {
  const [, path = ''] = /^`(.+?)`: /u.exec(proof) ?? [];
  const names = [...proof.matchAll(/“(.+?)”/gu)].map(([, name = '']) => name);
  const source = readFileSync(join(root, path), 'utf8');
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !source.includes(name))).toEqual([]);
});
