/** The documentation as it stands in the checkout. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** A page and its text; paths are relative to the checkout. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

export const pages: readonly Page[] = ['*.md', 'docs/**/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .toSorted()
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

export interface Fence {
  /** Word after the backticks. */
  readonly language: string;
  /** Named in a comment before the fence; empty for a fence that is no file. */
  readonly file: string;
  readonly text: string;
}

/** Fenced blocks of a page, in order. */
export const fences = (page: string): Fence[] =>
  [...page.matchAll(/(?:<!-- (?<file>[\w.-]+) -->\n+)?^```(?<language>\w*)\n(?<text>[^]*?)^```$/gmu)].map(
    ({ groups }) => ({
      language: groups?.['language'] ?? '',
      file: groups?.['file'] ?? '',
      text: groups?.['text'] ?? '',
    }),
  );
