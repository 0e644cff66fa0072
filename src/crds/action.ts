import { z } from 'zod';
import { type PolicyRule, policyRuleFields, policyRuleShape } from './policy-rule.ts';
import { type CelRule, celList, ruled } from './rule.ts';
import { namespaceName, setOf } from './text.ts';

/** Verbs of requests for resources (`RequestInfo` in k8s.io/apiserver); roles know more, as use and approve, which no request has. */
export const RESOURCE_VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
] as const;
/** Verbs of requests for other paths: their methods. */
export const METHODS = ['get', 'head', 'options', 'post', 'put', 'patch', 'delete'] as const;

type Verb = (typeof RESOURCE_VERBS | typeof METHODS)[number];

/** A verb of the other sort would allow nothing. */
const verbsOf = (field: 'resources' | 'nonResourceURLs', verbs: readonly string[]): CelRule<PolicyRule> => ({
  cel: `!has(self.${field}) || self.verbs.all(verb, verb in ${celList(verbs)})`,
  message: `must be verbs of requests beside ${field}: ${verbs.join(', ')}`,
  at: 'verbs',
  holds: (self) => self[field] === undefined || self.verbs.every((verb) => verbs.includes(verb)),
});

export const action = ruled(
  z.object({
    ...policyRuleFields,
    verbs: setOf(z.enum<Verb[]>([...new Set([...RESOURCE_VERBS, ...METHODS])]), RESOURCE_VERBS.length).describe(
      `Verbs of requests: ${RESOURCE_VERBS.join(', ')}; for paths their methods, ${METHODS.join(', ')}.`,
    ),
    namespaces: setOf(namespaceName(), 64).describe('Only in these namespaces; absent for everywhere.').exactOptional(),
  }),
  ...policyRuleShape,
  verbsOf('resources', RESOURCE_VERBS),
  verbsOf('nonResourceURLs', METHODS),
  {
    cel: '!has(self.nonResourceURLs) || !has(self.namespaces)',
    message: 'must not be set beside nonResourceURLs, which are in no namespace',
    at: 'namespaces',
    holds: (self) => self.nonResourceURLs === undefined || self.namespaces === undefined,
  },
);

/** What may be done while impersonating: a PolicyRule, and where. */
export type Action = z.output<typeof action>;

/** What is compared with what others hand out is counted out. */
const MOST_PERMISSIONS = 10_000;

const LISTS = ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs', 'namespaces'] as const;

const permissions = (one: Action): number =>
  LISTS.reduce((product, field) => product * (one[field]?.length ?? 1), one.verbs.length);

const PERMISSIONS = LISTS.map((field) => ` * (has(action.${field}) ? size(action.${field}) : 1)`).join('');

/** The lists of an action multiply. */
export const countable: CelRule<readonly Action[]> = {
  cel: `self.map(action, size(action.verbs)${PERMISSIONS}).sum() <= ${MOST_PERMISSIONS}`,
  message: `must come to no more than ${MOST_PERMISSIONS} permissions in all, verbs times groups times resources times names times namespaces`,
  holds: (self) => self.reduce((sum, one) => sum + permissions(one), 0) <= MOST_PERMISSIONS,
};
