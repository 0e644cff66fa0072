/** Text that markdown shows as it is. */
export const escaped = (text: string): string => text.replaceAll(/[\\`*_<>[\]|{}]/gu, String.raw`\$&`);

export const code = (text: string): string => `\`${text}\``;

/** A table; its cells are markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A page of blocks, with the sign that it is generated. */
export const page = (...blocks: readonly string[]): string =>
  `${['<!-- Generated from src/crds by "npm run generate"; do not edit. -->', ...blocks].join('\n\n')}\n`;
