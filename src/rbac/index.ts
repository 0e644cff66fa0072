export { legacyRules, legacyServiceAccountRules, type Identities } from './impersonation.ts';
export { commonRules } from './narrow.ts';
export { type PolicyRule, sorted, sortedRules } from './rule.ts';
