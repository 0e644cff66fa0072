import type { Structural } from './node.ts';
import { z } from 'zod';
import { ownRules } from '../../src/crds/rule.ts';
import { refuseUnbounded, refuseUnrepresentable } from './refusals.ts';
import { validation } from './validation.ts';

/** The schema of a CRD. Throws, with the path, on what the API server would refuse, and on what would be lost. */
export const structural = (schema: z.ZodType): Structural => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', override });
  const result = json as unknown as Structural;
  refuseUnbounded(result, []);
  return result;
};

const override: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ zodSchema, jsonSchema, path }) => {
  refuseUnrepresentable(zodSchema, path);
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  const rules = ownRules(zodSchema);
  for (const rule of rules) if ('keywords' in rule) Object.assign(jsonSchema, rule.keywords);
  const validations = rules.flatMap((rule) =>
    'keywords' in rule ? [] : [validation(rule, jsonSchema as unknown as Structural)],
  );
  if (validations.length > 0) Object.assign(jsonSchema, { 'x-kubernetes-validations': validations });
};
