import { celList } from '../../../src/crds/rule.ts';
import { API_GROUP } from '../../../src/crds/resource.ts';
import type { MatchCondition, Policy, PolicyValidation, ResourceRule, Variable } from './policy.ts';
import type { PolicySettings } from './settings.ts';

/** Only requests of the operator's own account are looked at. */
export const byOperator = ({ operatorNamespace, operatorAccount }: PolicySettings): MatchCondition => ({
  name: 'by-the-operator',
  expression: `request.userInfo.username == 'system:serviceaccount:${operatorNamespace}:${operatorAccount}'`,
});

export const refusing = (expression: string, why: string): PolicyValidation => ({
  expression,
  messageExpression: `'the operator may not touch ' + request.resource.resource + ' "' + variables.subject.metadata.name + '": ${why}'`,
});

/** The object that the request is about. */
export const subject: Variable = {
  name: 'subject',
  expression: "request.operation == 'DELETE' ? oldObject : object",
};

export const rulesFor = (
  group: string,
  resources: readonly string[],
  operations: ResourceRule['operations'] = ['CREATE', 'UPDATE', 'DELETE'],
): ResourceRule[] => [{ apiGroups: [group], apiVersions: ['*'], operations, resources }];

const refersToOurs = (object: string): string =>
  `(has(${object}.metadata.ownerReferences) && ${object}.metadata.ownerReferences.exists(owner, owner.apiVersion.startsWith('${API_GROUP}/')))`;

/**
 * A custom resource of ours controls it, and it has no other owner: where that one is gone, the garbage collector and the operator
 * take the object away. A second owner that lives would keep it.
 */
const belongsToOursAlone =
  `(has(object.metadata.ownerReferences) && size(object.metadata.ownerReferences) == 1 && object.metadata.ownerReferences.all(owner,` +
  ` owner.apiVersion.startsWith('${API_GROUP}/') && has(owner.controller) && owner.controller))`;

/** Somebody else's object under a name of ours stays somebody else's. */
const isOurs = (object: string): string =>
  `(${refersToOurs(object)} || (has(${object}.metadata.labels) && '${API_GROUP}/owner-uid' in ${object}.metadata.labels))`;

/** What is written refers to its owner, or allows nothing; what is changed or removed was ours. */
export const ownership = (harmless: string): PolicyValidation[] => [
  refusing(
    `request.operation == 'DELETE' || ${belongsToOursAlone} || (${harmless})`,
    'what it writes belongs to an ImpersonationGrant or a UserBinding, and to nobody else',
  ),
  refusing(`request.operation == 'CREATE' || ${isOurs('oldObject')}`, 'it belongs to somebody else'),
];

export const lists = (named: Readonly<Record<string, readonly string[]>>): Variable[] =>
  Object.entries(named).map(([name, values]) => ({ name, expression: celList(values) }));

export const guardPolicy = (
  settings: PolicySettings,
  slug: string,
  { rules, variables, validations }: Pick<Policy, 'rules' | 'variables' | 'validations'>,
): Policy => ({
  name: `impersonation-operator-${slug}`,
  rules,
  conditions: [byOperator(settings)],
  variables: [subject, ...variables],
  validations,
});
