import { z } from 'zod';
import { ownRules } from './rule.ts';
import type { AnyRule } from './rule.ts';
import { UNSEEN } from './text.ts';

type Path = readonly PropertyKey[];

/** A schema made ready to check values: its rules, and what it holds. */
export interface Checks {
  readonly rules: readonly AnyRule[];
  readonly fields: readonly (readonly [key: string, checks: Checks])[];
  /** Of every item of a list. */
  readonly item: Checks | undefined;
  /** Of every value of a map. */
  readonly entry: Checks | undefined;
}

/** A broken rule, and where. */
export interface Fault {
  readonly path: Path;
  /** What stands there; undefined for what is absent, or too large to be shown. */
  readonly value: unknown;
  readonly message: string;
}

export const checksOf = (schema: z.core.$ZodType): Checks => {
  const rules = ownRules(schema);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodExactOptional) {
    const inner = checksOf(schema.unwrap());
    return { ...inner, rules: [...rules, ...inner.rules] };
  }
  const fields = schema instanceof z.ZodObject ? Object.entries<z.core.$ZodType>(schema.shape) : [];
  return {
    rules,
    fields: fields.map(([key, field]) => [key, checksOf(field)]),
    item: schema instanceof z.ZodArray ? checksOf(schema.element) : undefined,
    entry: schema instanceof z.ZodRecord ? checksOf(schema.valueType) : undefined,
  };
};

/** What breaks the rules of a value that has the right structure, and of all it holds; outer rules first. */
export const faults = ({ rules, fields, item, entry }: Checks, value: unknown, path: Path = []): Fault[] => {
  const found: Fault[] = [];
  for (const rule of rules) found.push(...faultsOf(rule, value, path));
  if (item !== undefined && Array.isArray(value)) {
    for (const [index, held] of value.entries()) found.push(...faults(item, held, [...path, index]));
  } else if (isHolder(value)) {
    for (const [key, checks] of fields)
      if (Object.hasOwn(value, key)) found.push(...faults(checks, value[key], [...path, key]));
    if (entry !== undefined)
      for (const [key, one] of Object.entries(value)) found.push(...faults(entry, one, [...path, key]));
  }
  return found;
};

const faultsOf = (rule: AnyRule, value: unknown, path: Path): Fault[] => {
  if ('holds' in rule) {
    if (rule.holds(value)) return [];
    const at = 'at' in rule ? (rule.at?.split('.') ?? []) : [];
    const there = at.reduce(fieldOf, value);
    return [{ path: [...path, ...at], value: typeof there === 'object' ? undefined : there, message: rule.message }];
  }
  if ('culprit' in rule && Array.isArray(value)) {
    const index = rule.culprit(value);
    return index === -1 ? [] : [{ path: [...path, index], value: value[index] as unknown, message: rule.message }];
  }
  return [];
};

const isHolder = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const fieldOf = (holder: unknown, key: string): unknown =>
  isHolder(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;

/** Field, value and what is allowed. */
export const faultText = ({ path, value, message }: Fault): string =>
  `${pathText(path)}: ${value === undefined ? '' : `${quoted(value)} `}${message}`;

/** A structural fault, as zod found it. */
export const issueText = (issue: z.core.$ZodIssue): string => {
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return `${pathText(issue.path)}: ${issue.input === undefined ? 'is required' : `${quoted(issue.input)}: ${message}`}`;
};

const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

const SHOWN = 80;

/** A value to show: short, and with nothing that hides or turns what stands around it. */
const quoted = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  const signs = Array.from(text.replaceAll(UNSEEN, escaped));
  return signs.length <= SHOWN ? signs.join('') : `${signs.slice(0, SHOWN).join('')}…`;
};

const escaped = (sign: string): string => String.raw`\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;
