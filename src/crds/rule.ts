import { z } from 'zod';

/** A check in the words of both sides, so that neither can be forgotten: the API server's and the parser's. */
export interface CelRule<T> {
  /** True for a good value; `self` is the value. */
  readonly cel: string;
  /** What is allowed. `{self}` and `{self.field}` stand for strings that the value surely has. */
  readonly message: string;
  /** The field of an object that the message is about. */
  readonly at?: string;
  /** A method, for its parameter to be bivariant: rules of every type live in one registry. */
  holds(value: T): boolean;
}

/** A check that the API server makes by a keyword of the schema. */
export interface KeywordRule<T> {
  readonly keywords: Readonly<Record<string, unknown>>;
  readonly message: string;
  holds(value: T): boolean;
}

/** A check of an update against the stored value, which only the API server can make. */
export interface TransitionRule {
  readonly transition: string;
  readonly message: string;
}

export type Rule<T> = CelRule<T> | KeywordRule<T> | TransitionRule;

const registry = z.registry<{ readonly rules: readonly Rule<unknown>[] }>();

/** The schema with rules added to those it has; the generator writes them into the CRD, the parser checks them. */
export const ruled = <S extends z.ZodType>(schema: S, ...rules: readonly Rule<z.output<S>>[]): S => {
  const copy = schema.clone();
  registry.add(copy, { rules: [...ownRules(schema), ...rules] });
  return copy;
};

/** The rules of this very schema, not of what it holds. */
export const ownRules = (schema: z.core.$ZodType): readonly Rule<unknown>[] => registry.get(schema)?.rules ?? [];

/** A CEL string literal. */
export const celString = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;

/** A CEL list of strings. */
export const celList = (texts: readonly string[]): string => `[${texts.map(celString).join(', ')}]`;

/** The same expression in RE2's spelling. */
export const re2 = (pattern: RegExp): string => pattern.source.replaceAll(/\\u\{(?<hex>[\dA-Fa-f]+)\}/gu, String.raw`\x{$<hex>}`);

/** The CEL expression `subject.matches(pattern)`. */
export const celMatches = (subject: string, pattern: RegExp): string => `${subject}.matches(${celString(re2(pattern))})`;

/** A string that fits a pattern. */
export const matches = (pattern: RegExp, message: string): CelRule<string> => ({
  cel: celMatches('self', pattern),
  message,
  holds: (value) => pattern.test(value),
});

/** A string that does not. */
export const matchesNot = (pattern: RegExp, message: string): CelRule<string> => ({
  cel: `!${celMatches('self', pattern)}`,
  message,
  holds: (value) => !pattern.test(value),
});
