/** Blocks of commands with what they print: `$ ` begins a command, what follows is its output. */

export interface Exchange {
  /** Without the `$ `; more than one line for a here-document or after a backslash. */
  readonly command: string;
  readonly output: readonly string[];
}

export const exchanges = (block: string): Exchange[] => {
  const lines = block.trimEnd().split('\n');
  const found: Exchange[] = [];
  for (let at = 0; at < lines.length;) {
    const command = commandAt(lines, at);
    at += command.length;
    const end = lines.findIndex((line, index) => index >= at && line.startsWith('$ '));
    const output = lines.slice(at, end === -1 ? lines.length : end);
    at += output.length;
    found.push({ command: command.join('\n').slice(2), output });
  }
  return found;
};

/** The lines of the command that begins there. */
const commandAt = (lines: readonly string[], from: number): string[] => {
  const first = lines[from] ?? '';
  if (!first.startsWith('$ ')) throw new Error(`a console block begins with "$ ", not with "${first}"`);
  const mark = /<<'(?<mark>\w+)'$/u.exec(first)?.groups?.['mark'];
  let end = from;
  if (mark !== undefined) {
    end = lines.indexOf(mark, from);
    if (end === -1) throw new Error(`"${first}" has no end`);
  }
  while (lines[end]?.endsWith('\\')) end += 1;
  return lines.slice(from, end + 1);
};

export const blockOf = (all: readonly Exchange[]): string =>
  all.map(({ command, output }) => [`$ ${command}`, ...output].map((line) => `${line}\n`).join('')).join('');

/** What is the same in every run: instants, ages, uids and the width of columns are not. */
export const lasting = (output: readonly string[]): string[] =>
  output.map((line) =>
    line
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/gu, 'INSTANT')
      .replaceAll(/(?<= )(\d+[smhd])+(?= |$)/gu, 'AGE')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu, 'UID')
      .replaceAll(/\s+/gu, ' ')
      .trimEnd(),
  );
