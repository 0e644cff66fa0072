import { z } from 'zod';
import { ownRules } from './rule.ts';
import type { Rule } from './rule.ts';
import { UNSEEN } from './text.ts';

type Path = readonly PropertyKey[];

/** A rule that a value breaks, and where. */
export interface Fault {
  readonly rule: Rule<unknown>;
  readonly value: unknown;
  readonly path: Path;
}

/** What breaks the rules of a schema and of all it holds; outer rules first. */
export function* faults(schema: z.core.$ZodType, value: unknown, path: Path = []): Iterable<Fault> {
  for (const rule of ownRules(schema)) if (!holds(rule, value)) yield { rule, value, path };
  for (const [inner, part, innerSchema] of parts(schema, value)) yield* faults(innerSchema, inner, [...path, ...part]);
}

/** Field, value and what is allowed. */
export const faultText = ({ rule, value, path }: Fault): string => {
  const at = 'at' in rule && rule.at !== undefined ? rule.at.split('.') : [];
  return `${pathText([...path, ...at])}: ${filled(rule.message, value)}`;
};

/** A structural fault, as zod found it. */
export const issueText = (issue: z.core.$ZodIssue): string => {
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return `${pathText(issue.path)}: ${issue.input === undefined ? 'is required' : `${quoted(issue.input)}: ${message}`}`;
};

type Part = readonly [value: unknown, path: Path, schema: z.core.$ZodType];

/** What a value holds, each with its schema; nothing for an absent field. */
const parts = (schema: z.core.$ZodType, value: unknown): Part[] => {
  if (value === undefined) return [];
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodExactOptional) {
    return [[value, [], schema.unwrap()]];
  }
  if (schema instanceof z.ZodObject) {
    const fields = new Map(entries(value));
    return Object.entries<z.core.$ZodType>(schema.shape).flatMap(([key, field]): Part[] =>
      fields.has(key) ? [[fields.get(key), [key], field]] : [],
    );
  }
  if (schema instanceof z.ZodArray) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    return items.map((item, index) => [item, [index], schema.element]);
  }
  if (schema instanceof z.ZodRecord) return entries(value).map(([key, item]) => [item, [key], schema.valueType]);
  return [];
};

const entries = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

const holds = (rule: Rule<unknown>, value: unknown): boolean => 'transition' in rule || rule.holds(value);

const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

/** The message with `{self}` and `{self.field}` replaced by what the value has there. */
const filled = (message: string, value: unknown): string =>
  message.replaceAll(/"?\{self(?<steps>[.\w]*)\}"?/gu, (_, steps: string) =>
    quoted(steps.split('.').slice(1).reduce<unknown>((inner, step) => new Map(entries(inner)).get(step), value)),
  );

const SHOWN = 80;

/** A value to show: short, and with nothing that hides or turns what stands around it. */
const quoted = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  const signs = Array.from(text.replaceAll(UNSEEN, escaped));
  return signs.length <= SHOWN ? signs.join('') : `${signs.slice(0, SHOWN).join('')}…`;
};

const escaped = (sign: string): string => String.raw`\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;
