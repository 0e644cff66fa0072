import { celString } from '../../src/crds/rule.ts';
import type { CelRule, TransitionRule } from '../../src/crds/rule.ts';

/** An entry of x-kubernetes-validations. */
export interface Validation {
  rule: string;
  message: string;
  messageExpression?: string;
  fieldPath?: string;
}

/** A rule in the words of the API server. */
export const validation = (rule: CelRule<unknown> | TransitionRule): Validation => ({
  rule: 'transition' in rule ? rule.transition : rule.cel,
  message: plain(rule.message),
  ...(PLACE.test(rule.message) ? { messageExpression: expression(rule.message) } : {}),
  ...('at' in rule && rule.at !== undefined ? { fieldPath: `.${rule.at}` } : {}),
});

const PLACE = /\{(self[.\w]*)\}/u;

/** Shown where the expression cannot be: it costs too much, or the value holds a line break. */
const plain = (message: string): string =>
  message.replace(/^"\{self[.\w]*\}" /u, '').replaceAll(/\{self[.\w]*\}/gu, 'the value');

const expression = (message: string): string =>
  message
    .split(PLACE)
    .map((part, index) => (index % 2 === 0 ? celString(part) : part))
    .filter((part) => part !== "''")
    .join(' + ');
