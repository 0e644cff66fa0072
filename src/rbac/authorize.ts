import type { BindingObject, BindingSubject } from './access-object.ts';
import type { AccessIndex } from './access-index.ts';
import type { Attributes, UserInfo } from './attributes.ts';
import { ruleAllows } from './match.ts';
import type { PolicyRule } from './rule.ts';

/** What allows a request: a rule of the role that a binding refers to, held through one of its subjects; or the group that may do everything. */
export type Allowance =
  | {
      readonly kind: 'Rule';
      readonly binding: BindingObject;
      readonly subject: BindingSubject;
      readonly rule: PolicyRule;
    }
  | { readonly kind: 'PrivilegedGroup' };

export type Authorization = { readonly allowed: true; readonly by: Allowance } | { readonly allowed: false };

/** Whoever is in it may do everything, before any rule is asked. */
export const PRIVILEGED_GROUP = 'system:masters';

/** Everything that allows a request; at most one rule of each binding. */
export const allowances = function* (
  index: AccessIndex,
  user: Pick<UserInfo, 'name' | 'groups'>,
  attributes: Attributes,
): Generator<Allowance> {
  if (user.groups.includes(PRIVILEGED_GROUP)) yield { kind: 'PrivilegedGroup' };
  const seen = new Set<BindingObject>();
  for (const { binding, subject, rules } of index.candidates(user, attributes)) {
    const rule = seen.has(binding) ? undefined : rules.find((each) => ruleAllows(each, attributes));
    if (rule === undefined) continue;
    seen.add(binding);
    yield { kind: 'Rule', binding, subject, rule };
  }
};

/** The answer of the API server's authorizers, RBAC and the privileged group, to one request as it is: nobody is impersonated. */
export const authorize = (
  index: AccessIndex,
  user: Pick<UserInfo, 'name' | 'groups'>,
  attributes: Attributes,
): Authorization => {
  for (const by of allowances(index, user, attributes)) return { allowed: true, by };
  return { allowed: false };
};
