import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { generatedFiles } from '../../dev/generate/files.ts';
import { structural } from '../../dev/generate/structural.ts';
import { atomic, maxLength } from '../../src/crds/keywords.ts';
import { ruled } from '../../src/crds/rule.ts';

const ROOT = new URL('../../', import.meta.url);

describe('the generated file', () => {
  test.for([...generatedFiles()])('%s is up to date; if not, run: npm run generate', ([path, text]) => {
    expect(readFileSync(new URL(path, ROOT), 'utf8')).toBe(text);
  });

  test.for([...generatedFiles()])('%s says at its top that it is generated', ([, text]) => {
    const top = text.split('\n', 3).join('\n');
    expect(top).toMatch(
      /^\W*(\$schema.*\n\W*\$comment\W*)?Generated from [\w/]+ by \\?"npm run generate\\?"; do not edit\./u,
    );
  });
});

const holds = (): boolean => true;

const bounded = () => ruled(z.string(), maxLength(10)).describe('A text.');
const field = (schema: z.ZodType) => z.object({ field: schema });

/** What the API server would refuse, or would not get. */
const LOST: readonly (readonly [what: string, schema: z.ZodType, message: string])[] = [
  ['a union', field(z.union([bounded(), z.int()])), '/properties/field: "union" has no structural form'],
  [
    'a discriminated union',
    field(z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })])),
    'has no structural form',
  ],
  ['an intersection', field(z.intersection(z.object({}), z.object({}))), '"intersection" has no structural form'],
  ['a tuple', field(z.tuple([bounded()])), '"tuple" has no structural form'],
  ['a literal', field(z.literal('a')), '"literal" has no structural form'],
  ['a nullable', field(bounded().nullable()), '"nullable" has no structural form'],
  ['what is unknown', field(z.unknown()), '"unknown" has no structural form'],
  ['a readonly', field(z.array(bounded()).max(1).readonly()), '"readonly" has no structural form'],
  ['a transform', field(bounded().transform((text) => text.length)), '"pipe" has no structural form'],
  ['a refinement', field(bounded().refine((text) => text !== 'x')), 'the check "custom" would be lost'],
  ['a refinement of an object', field(z.object({}).refine(() => true)), 'the check "custom" would be lost'],
  ['a maximum of UTF-16 units', field(z.string().max(10)), 'the check "max_length" would be lost'],
  ['a multiple', field(z.int().multipleOf(2)), 'the check "multiple_of" would be lost'],
  ['a pattern', field(bounded().regex(/x/u)), 'the check "string_format" would be lost'],
  ['a date of zod', field(z.iso.datetime()), 'a string format of zod'],
  ['a strict object', field(z.strictObject({})), 'strict and loose objects are refused'],
  ['a loose object', field(z.looseObject({})), '"unknown" has no structural form'],
  ['an id', field(bounded().meta({ id: 'text' })), 'an id gives a $ref'],
  ['a text without a limit', field(z.string().describe('A text.')), '/field: it has no maxLength'],
  [
    'a list without a limit',
    field(ruled(z.array(bounded()), atomic).describe('A list.')),
    '/field: it has no maxItems',
  ],
  ['a list without a type', field(z.array(bounded()).max(3).describe('A list.')), '/field: it has no list type'],
  [
    'a list of texts without a limit',
    field(ruled(z.array(z.string()).max(3), atomic).describe('A list.')),
    '/field/[]: it has no maxLength',
  ],
  [
    'a map without a limit',
    field(z.record(z.string(), bounded()).describe('A map.')),
    '/field: it has no maxProperties',
  ],
  ['a field without a description', field(ruled(z.string(), maxLength(1))), '/field: it has no description'],
  [
    'a rule about a field that is not there',
    field(ruled(z.object({}), { cel: 'true', message: 'must be', at: 'nowhere', holds }).describe('An object.')),
    'a rule is about nowhere, which is no field',
  ],
];

describe('the generator throws on', () => {
  test.for(LOST)('%s', ([, schema, message]) => {
    expect(() => structural(schema)).toThrow(message);
  });
});

test('a rule is written with its field and, for a text, its value', () => {
  const schema = ruled(
    z.object({ namespace: bounded().exactOptional(), count: z.int().min(1).max(2).describe('A count.') }),
    { cel: 'has(self.count)', message: "must be 'set'", at: 'namespace', holds },
    { cel: 'self.count > 0', message: 'must be positive', at: 'count', holds },
    { transition: 'self == oldSelf', message: 'must not change' },
  );
  expect(structural(schema)['x-kubernetes-validations']).toEqual([
    {
      rule: 'has(self.count)',
      message: "must be 'set'",
      messageExpression: String.raw`'"' + self.__namespace__ + '" must be \'set\''`,
      fieldPath: '.namespace',
    },
    { rule: 'self.count > 0', message: 'must be positive', fieldPath: '.count' },
    { rule: 'self == oldSelf', message: 'must not change' },
  ]);
});

test('rules of a schema do not leak into the one it was made from', () => {
  const plain = bounded();
  ruled(plain, { cel: "self != 'x'", message: 'must not be x', holds: (text) => text !== 'x' });
  expect(structural(plain)).toEqual({ type: 'string', maxLength: 10, description: 'A text.' });
});
