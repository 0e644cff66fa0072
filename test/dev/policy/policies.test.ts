import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { authorPolicies, operatorPolicies } from '../../../dev/generate/policy/index.ts';
import { policyBindingObject, policyObject } from '../../../dev/generate/policy/policy.ts';
import { SHIPPED } from '../../../dev/generate/policy/settings.ts';
import { AUTHOR_POLICIES, OPERATOR_POLICIES } from '../../../src/controllers/guard-policies.ts';

const all = [...authorPolicies(SHIPPED), ...operatorPolicies(SHIPPED)];

const names = (policies: readonly { readonly name: string }[]): string[] => policies.map(({ name }) => name).toSorted();

test('the operator asks for exactly the policies that are shipped', () => {
  expect(names(authorPolicies(SHIPPED))).toEqual([...AUTHOR_POLICIES].toSorted());
  expect(names(operatorPolicies(SHIPPED))).toEqual([...OPERATOR_POLICIES].toSorted());
});

test.for(all.map((policy) => [policy.name, policy] as const))(
  '%s refuses errors, and is bound to everything',
  ([name, policy]) => {
    expect(policyObject(policy)).toMatchObject({ spec: { failurePolicy: 'Fail' } });
    expect(policyBindingObject(policy)).toMatchObject({ spec: { policyName: name, validationActions: ['Deny'] } });
    expect(policyBindingObject(policy)).not.toHaveProperty('spec.matchResources');
  },
);

/** etcd takes 1.5 MiB, and kubectl's annotation 256 KiB. */
test.for(all.map((policy) => [policy.name, policy] as const))(
  '%s is small enough to be applied by any client',
  ([, policy]) => {
    expect(stringify(policyObject(policy)).length).toBeLessThan(100_000);
  },
);

test.for(all.map((policy) => [policy.name, policy] as const))(
  'no message of %s touches the authorizer, or it would be lost',
  ([, policy]) => {
    const reach = new Map(policy.variables.map(({ name, expression }) => [name, expression]));
    const touches = (expression: string): boolean =>
      expression.includes('authorizer') ||
      [...expression.matchAll(/variables\.(?<name>\w+)/gu)].some(({ groups }) =>
        touches(reach.get(groups?.['name'] ?? '') ?? ''),
      );
    expect(policy.validations.filter(({ messageExpression }) => touches(messageExpression))).toEqual([]);
  },
);
