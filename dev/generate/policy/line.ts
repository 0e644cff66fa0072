/** In CEL of Kubernetes before 1.34 a list of lists stays one: several parts are one text, and several of those another. */

/** Stands between the parts of an element; no text that the schema takes holds it. */
export const BREAK = String.raw`'\n'`;
const TAB = String.raw`'\t'`;

/** Several CEL expressions of strings as one. */
export const line = (...parts: readonly string[]): string => parts.join(` + ${BREAK} + `);

/** The expression of a list: `inner`, itself text of lines or one line, for each `item` of each list; the last varies fastest. */
export const crossed = (lists: readonly (readonly [item: string, list: string])[], inner: string): string =>
  lists.reduceRight((text, [item, list]) => `${list}.map(${item}, ${text}).join(${TAB})`, inner);

/** Text of lines as a list. */
export const split = (lines: string): string => `${lines}.split(${TAB})`;

/** A literal of lines. */
export const literal = (all: readonly (readonly string[])[]): string =>
  `[${all.map((parts) => `'${parts.join(String.raw`\n`)}'`).join(', ')}]`;

export const part = (element: string, index: number): string => `${element}.split(${BREAK})[${index}]`;

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
