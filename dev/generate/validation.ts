import { celString } from '../../src/crds/rule.ts';
import type { CelRule, TransitionRule } from '../../src/crds/rule.ts';
import type { Structural, Validation } from './node.ts';

/** A rule of a schema in the words of the API server. */
export const validation = (rule: CelRule<unknown> | TransitionRule, schema: Structural): Validation => {
  const at = 'at' in rule && rule.at !== undefined ? rule.at.split('.') : [];
  const there = at.reduce((holder: Structural | undefined, key) => holder?.properties?.[key], schema);
  if (there === undefined) throw new Error(`a rule is about ${at.join('.')}, which is no field: ${rule.message}`);
  return {
    rule: 'transition' in rule ? rule.transition : rule.cel,
    message: rule.message,
    ...(isText(there)
      ? { messageExpression: valueAndMessage(['self', ...at.map(escaped)].join('.'), rule.message) }
      : {}),
    ...(at.length > 0 ? { fieldPath: `.${at.join('.')}` } : {}),
  };
};

/** CEL sees a date as something else than a string. */
const isText = ({ type, format }: Structural): boolean => type === 'string' && format === undefined;

/** `namespace` is a reserved word of CEL; written as it is, it compiles, but loses its maxLength. */
const escaped = (field: string): string => (field === 'namespace' ? '__namespace__' : field);

/** Older API servers do not show the value. Where the field is absent the expression fails, and the plain message is shown. */
const valueAndMessage = (value: string, message: string): string => `'"' + ${value} + ${celString(`" ${message}`)}`;
