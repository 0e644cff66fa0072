import { expect, test } from 'vitest';
import { authorPolicies, operatorPolicies, policyObjects } from '../../dev/generate/policy/index.ts';
import { type PolicySettings, SHIPPED } from '../../dev/generate/policy/settings.ts';
import type { AnyObject } from '../integration/admin.ts';
import { byName, rendered } from './helm.ts';
import { CEILING, MATRIX } from './matrix.ts';

const isPolicy = ({ kind }: AnyObject): boolean => kind.startsWith('ValidatingAdmissionPolicy');

interface Variable {
  readonly name: string;
  readonly expression: string;
}

/** A list has one quote in CEL and another in JSON, and a duration may be computed. */
const comparable = (object: AnyObject): AnyObject => {
  const { metadata, spec, ...rest } = JSON.parse(JSON.stringify(object)) as AnyObject & {
    spec: { readonly variables?: readonly Variable[] };
  };
  const variables = spec.variables?.map(({ name, expression }) => ({
    name,
    expression: expression
      .replaceAll("'", '"')
      .replaceAll('", "', '","')
      .replace('duration("8h").getSeconds()', String(8 * 3600)),
  }));
  return { ...rest, metadata: { name: metadata.name }, spec: { ...spec, ...(variables && { variables }) } };
};

const DECIDED: PolicySettings = {
  operatorNamespace: 'impersonation-system',
  operatorAccount: 'impersonation-operator',
  credentialNamespaces: ['tokens-a', 'tokens-b'],
  requireExpiry: true,
  maxGrantSeconds: 8 * 3600,
  ceiling: CEILING,
};

test.for([
  ['default', SHIPPED],
  ['ceiling', DECIDED],
  ['names', { ...SHIPPED, operatorAccount: 'impersonation' }],
] as const)(
  'with the values %s the policies of the chart are those of the generator for these settings',
  async ([name, settings]) => {
    const objects = (await rendered(MATRIX[name])).filter(isPolicy);
    const generated = policyObjects([...authorPolicies(settings), ...operatorPolicies(settings)]) as AnyObject[];
    expect(byName(objects.map(comparable))).toEqual(byName(generated.map(comparable)));
  },
);

test('without policies there is none', async () => {
  expect((await rendered(MATRIX['no-policies'])).filter(isPolicy)).toEqual([]);
});

test('every policy is bound, and refuses', async () => {
  const objects = (await rendered()).filter(isPolicy);
  const bound = objects.flatMap(({ kind, spec }) =>
    kind === 'ValidatingAdmissionPolicyBinding' ? [spec as { policyName: string; validationActions: string[] }] : [],
  );
  const policies = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
  expect(bound.map(({ policyName }) => policyName).toSorted()).toEqual(
    policies.map(({ metadata }) => metadata.name).toSorted(),
  );
  expect(new Set(bound.flatMap(({ validationActions }) => validationActions))).toEqual(new Set(['Deny']));
});
