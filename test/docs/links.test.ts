import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages, root } from './pages.ts';
import type { Page } from './pages.ts';

/** Without what is in fences, where brackets are no links. */
const prose = (text: string): string => text.replaceAll(/^```[^]*?^```$/gmu, '');

const linksOf = ({ text }: Page): string[] =>
  [...prose(text).matchAll(/\]\((?<target>[^)\s]+)\)/gu)].map(({ groups }) => groups?.['target'] ?? '');

/** As GitHub makes them of headings. */
const anchors = (text: string): Set<string> =>
  new Set(
    [...prose(text).matchAll(/^#+ (?<heading>.+)$/gmu)].map(({ groups }) =>
      (groups?.['heading'] ?? '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

const isBroken = (page: Page, link: string): boolean => {
  if (link.startsWith('https:')) return false;
  const [file = '', anchor = ''] = link.split('#');
  const path = file === '' ? page.path : join(dirname(page.path), file);
  if (!existsSync(join(root, path))) return true;
  return anchor !== '' && !anchors(readFileSync(join(root, path), 'utf8')).has(anchor);
};

/** Paths of the checkout in backticks; a word in capitals or a star stands for any name. */
const pathsOf = ({ text }: Page): string[] =>
  [
    ...prose(text).matchAll(
      /`(?<path>(?:src|dev|test|docs|config|crds|bench)\/[\w./-]*|\.?[\w-]+\.(?:ts|json|yaml|md))`/gu,
    ),
  ]
    .map(({ groups }) => groups?.['path'] ?? '')
    .filter((path) => !/[A-Z]{4}\//u.test(path));

describe.for(pages.map((page) => [page.path, page] as const))('%s', ([, page]) => {
  test('links to what is there', () => {
    expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
  });

  test('names paths that are there', () => {
    expect(pathsOf(page).filter((path) => path.includes('/') && !existsSync(join(root, path)))).toEqual([]);
  });
});

test('every page can be reached from the README', () => {
  const reached = new Set(['README.md']);
  const byPath = new Map(pages.map((page) => [page.path, page]));
  for (const path of reached) {
    const page = byPath.get(path);
    for (const link of page === undefined ? [] : linksOf(page)) {
      const target = join(dirname(path), link.split('#')[0] ?? '');
      if (byPath.has(target)) reached.add(target);
    }
  }
  expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});
