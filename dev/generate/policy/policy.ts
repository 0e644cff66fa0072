import { API_GROUP, type CustomResource } from '../../../src/crds/resource.ts';

/** An entry of `spec.variables`. */
export interface Variable {
  readonly name: string;
  readonly expression: string;
}

/** An entry of `spec.matchConditions`: the policy looks at a request only where all of them hold. */
export type MatchCondition = Variable;

/** An entry of `spec.validations`. The message is an expression without `authorizer`: the API server has none for it. */
export interface PolicyValidation {
  readonly expression: string;
  readonly messageExpression: string;
}

/** One ValidatingAdmissionPolicy; each has a cost budget of its own. */
export interface Policy {
  readonly name: string;
  readonly rules: readonly ResourceRule[];
  readonly conditions: readonly MatchCondition[];
  readonly variables: readonly Variable[];
  readonly validations: readonly PolicyValidation[];
}

export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly ('CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT')[];
  readonly resources: readonly string[];
  readonly scope?: 'Cluster' | 'Namespaced' | '*';
}

/** What authors write. Status is none of theirs: nothing of the spec passes through it. */
export const writesOf = ({ plural }: CustomResource): ResourceRule => ({
  apiGroups: [API_GROUP],
  apiVersions: ['*'],
  operations: ['CREATE', 'UPDATE'],
  resources: [plural],
  scope: 'Cluster',
});

const API_VERSION = 'admissionregistration.k8s.io/v1';
const labels = { 'app.kubernetes.io/name': 'impersonation-operator' };

/** The policy as it is applied; an error of it refuses. */
export const policyObject = ({ name, rules, conditions, variables, validations }: Policy): object => ({
  apiVersion: API_VERSION,
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name, labels },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: { matchPolicy: 'Equivalent', resourceRules: rules },
    matchConditions: conditions,
    variables,
    validations: validations.map((validation) => ({ ...validation, reason: 'Forbidden' })),
  },
});

/** Without it a policy does nothing. */
export const policyBindingObject = ({ name }: Pick<Policy, 'name'>): object => ({
  apiVersion: API_VERSION,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name, labels },
  spec: { policyName: name, validationActions: ['Deny'] },
});
