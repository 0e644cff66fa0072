import { z } from 'zod';
import { policyRuleFields, policyRuleShape } from './policy-rule.ts';
import { ruled } from './rule.ts';
import { namespaceName, setOf } from './text.ts';

export const action = ruled(
  z.object({
    ...policyRuleFields,
    namespaces: setOf(namespaceName(), 64).describe('Only in these namespaces; absent for everywhere.').exactOptional(),
  }),
  ...policyRuleShape,
  {
    cel: '!has(self.nonResourceURLs) || !has(self.namespaces)',
    message: 'must not be set beside nonResourceURLs, which are in no namespace',
    at: 'namespaces',
    holds: (self) => self.nonResourceURLs === undefined || self.namespaces === undefined,
  },
);

/** What may be done while impersonating: a PolicyRule, and where. */
export type Action = z.output<typeof action>;
