import { z } from 'zod';

/** A check in the words of both sides, so that neither can be forgotten: the API server's and the parser's. */
export interface CelRule<T> {
  /** True for a good value; `self` is the value. A field called `namespace`, a reserved word, is `__namespace__`. */
  readonly cel: string;
  /** What is allowed; both sides put the value before it. */
  readonly message: string;
  /** The field of an object that the message is about. */
  readonly at?: string;
  /** A method, for its parameter to be bivariant: rules of every type live in one registry. */
  holds(value: T): boolean;
}

/** A check that the API server makes by a keyword of the schema. */
export interface KeywordRule<T> {
  readonly keywords: Keywords;
  readonly message: string;
  holds(value: T): boolean;
}

/** Likewise for a list; the message is about one of its items. */
export interface ListRule<T> {
  readonly keywords: Keywords;
  readonly message: string;
  /** Index of the first item that should not be there; -1 for a good list. */
  culprit(values: readonly T[]): number;
}

/** Keywords that refuse nothing. */
export interface PlainKeywords {
  readonly keywords: Keywords;
}

/** A check of an update against the stored value, which only the API server can make. */
export interface TransitionRule {
  readonly transition: string;
  readonly message: string;
}

type Keywords = Readonly<Record<string, unknown>>;

/** What can be hung on a schema whose values are of type T. */
export type Rule<T> =
  | CelRule<T>
  | KeywordRule<T>
  | (T extends readonly (infer Item)[] ? ListRule<Item> : never)
  | PlainKeywords
  | TransitionRule;

/** The same for a value of whatever type: methods are bivariant, so every rule is one. */
export type AnyRule = CelRule<unknown> | KeywordRule<unknown> | ListRule<unknown> | PlainKeywords | TransitionRule;

const registry = z.registry<{ readonly rules: readonly AnyRule[] }>();

/** The schema with rules added to those it has; the generator writes them into the CRD, the parser checks them. */
export const ruled = <S extends z.ZodType>(schema: S, ...rules: readonly Rule<z.output<S>>[]): S => {
  const copy = schema.clone();
  registry.add(copy, { rules: [...ownRules(schema), ...rules] });
  return copy;
};

/** The rules of this very schema, not of what it holds. */
export const ownRules = (schema: z.core.$ZodType): readonly AnyRule[] => registry.get(schema)?.rules ?? [];

/** A CEL string literal. */
export const celString = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;

/** A CEL list of strings. */
export const celList = (texts: readonly string[]): string => `[${texts.map(celString).join(', ')}]`;

/** The same expression in RE2's spelling. */
export const re2 = (pattern: RegExp): string =>
  pattern.source.replaceAll(/\\u\{(?<hex>[\dA-Fa-f]+)\}/gu, String.raw`\x{$<hex>}`);

/** The CEL expression `subject.matches(pattern)`. */
export const celMatches = (subject: string, pattern: RegExp): string =>
  `${subject}.matches(${celString(re2(pattern))})`;

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
