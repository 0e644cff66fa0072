import { type CustomResource, IMPERSONATION_GRANT, USER_BINDING } from '../../../src/crds/resource.ts';
import { widens } from './conditions.ts';
import { type Policy, writesOf } from './policy.ts';
import type { PolicySettings } from './settings.ts';

const EXPIRES = 'object.spec.expiresAt';

/** As the operator counts it: from creation, or from notBefore where that comes later. */
const begins = [
  'has(object.spec.notBefore) && timestamp(object.spec.notBefore) > timestamp(object.metadata.creationTimestamp)',
  ' ? timestamp(object.spec.notBefore) : timestamp(object.metadata.creationTimestamp)',
].join('');

const lifetimePolicy = (resource: CustomResource, slug: string, settings: PolicySettings): Policy => ({
  name: `impersonation-${slug}-lifetime`,
  rules: [writesOf(resource)],
  conditions: [widens(resource)],
  variables: [
    { name: 'requireExpiry', expression: String(settings.requireExpiry) },
    { name: 'maxGrantSeconds', expression: String(settings.maxGrantSeconds) },
    { name: 'begins', expression: begins },
  ],
  validations: [
    {
      expression: `has(${EXPIRES}) || (!variables.requireExpiry && variables.maxGrantSeconds == 0)`,
      messageExpression: `'spec.expiresAt is not set; this installation takes nothing without an end'`,
    },
    {
      expression: `!has(${EXPIRES}) || variables.maxGrantSeconds == 0 || timestamp(${EXPIRES}) - variables.begins <= duration(string(variables.maxGrantSeconds) + 's')`,
      messageExpression: `'spec.expiresAt is ' + string(${EXPIRES}) + '; this installation allows ' + string(variables.begins + duration(string(variables.maxGrantSeconds) + 's')) + ' at the latest, ' + string(variables.maxGrantSeconds) + ' s after the creation, or after spec.notBefore if that is later'`,
    },
  ],
});

/** The installer's limits, which nobody is above. */
export const lifetimePolicies = (settings: PolicySettings): Policy[] => [
  lifetimePolicy(IMPERSONATION_GRANT, 'grant', settings),
  lifetimePolicy(USER_BINDING, 'binding', settings),
];
