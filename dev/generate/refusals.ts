import { z } from 'zod';
import type { Structural } from './node.ts';

type Path = readonly PropertyKey[];

/** What has one plain form: a union gives `oneOf` with types inside, a transform gives nothing, readonly what is refused. */
const TYPES: ReadonlySet<string> = new Set([
  'string',
  'number',
  'boolean',
  'enum',
  'array',
  'object',
  'record',
  'default',
  'optional',
]);

/** Checks that come out as a keyword; the limits of a string are rules, for these count code points. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  array: ['min_length', 'max_length'],
  number: ['greater_than', 'less_than', 'number_format'],
};

/** Throws on a zod schema that the API server would refuse, or of which it would not get everything. */
export const refuseUnrepresentable = (schema: z.core.$ZodType, path: Path): void => {
  const refuse = (why: string): never => {
    throw new Error(`unable to write ${['', ...path].join('/')}: ${why}`);
  };
  const { _zod: internals } = schema;
  const { type, checks = [] } = internals.def;
  if (!TYPES.has(type)) refuse(`"${type}" has no structural form`);
  if (schema instanceof z.ZodStringFormat)
    refuse("a string format of zod's brings a pattern of its own; make it a rule");
  if (schema instanceof z.ZodObject && schema.def.catchall !== undefined) {
    refuse('strict and loose objects are refused beside properties');
  }
  if (z.globalRegistry.get(schema)?.id !== undefined) refuse('an id gives a $ref, which is refused');
  for (const { _zod } of checks) {
    const { check } = _zod.def;
    if (!(CHECKS[type] ?? []).includes(check)) refuse(`the check "${check}" would be lost; make it a rule`);
  }
};

/** Throws on a list, a string or a map without a limit, since no CEL rule could be costed, and on a field without a description. */
export const refuseUnbounded = (schema: Structural, path: readonly string[]): void => {
  const need = (present: boolean, what: string): void => {
    if (!present) throw new Error(`unable to write ${['', ...path].join('/')}: it has no ${what}`);
  };
  const { type, items, properties = {}, additionalProperties } = schema;
  if (type === 'array') {
    need(schema.maxItems !== undefined, 'maxItems');
    need(schema['x-kubernetes-list-type'] !== undefined, 'list type');
  }
  if (type === 'string') need((schema.maxLength ?? schema.enum ?? schema.pattern) !== undefined, 'maxLength');
  if (additionalProperties !== undefined) {
    need(schema.maxProperties !== undefined, 'maxProperties');
    refuseUnbounded(additionalProperties, [...path, '*']);
  }
  if (items !== undefined) refuseUnbounded(items, [...path, '[]']);
  for (const [key, property] of Object.entries(properties)) {
    refuseUnbounded(property, [...path, key]);
    if (property.description === undefined)
      throw new Error(`unable to write ${['', ...path, key].join('/')}: it has no description`);
  }
};
