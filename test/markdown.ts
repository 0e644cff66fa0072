import { readFileSync } from 'node:fs';

/** Cells of the table in `page` whose first column is headed `heading`, row by row, without the head. */
export const cells = (page: string, heading: string): string[][] => {
  const lines = readFileSync(new URL(`../${page}`, import.meta.url), 'utf8').split('\n');
  const head = lines.findIndex((line) => new RegExp(`^\\| ${heading} +\\|`).test(line));
  if (head === -1) throw new Error(`${page} has no table headed "${heading}"`);
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
  return lines.slice(head + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};
