import { API_GROUP, IMPERSONATION_GRANT, USER_BINDING } from '../../../src/crds/resource.ts';
import { authorConditions, holds } from './conditions.ts';
import { range } from './line.ts';
import type { MatchCondition, Policy, PolicyValidation } from './policy.ts';
import { writesOf } from './policy.ts';
import { MOST_TARGETS, SORTS, type Sort } from './targets.ts';
import { groupText, lacking, wordsFor } from './words.ts';

const HOLDER = 'object.spec.impersonate';

/** The mode that the spec alone decides; as `resolvedMode` does. */
export const CONSTRAINED =
  "(object.spec.mode == 'Constrained' || (object.spec.mode == 'Auto' && (has(object.spec.actions) || has(object.spec.impersonate.nodes))))";

/** Two checks for each target and some for the conditions: half of the targets exhausts what a policy may cost. */
export const CHUNK = MOST_TARGETS / 2;

const constrainedVerb = ({ mode }: Sort): string => `'impersonate:${mode}'`;

const names = ({ field }: Sort): MatchCondition => ({ name: 'names-some', expression: `has(${HOLDER}.${field})` });

/** Whoever holds all of a sort may name any number of it. */
const notAll = (sort: Sort): MatchCondition => {
  const { legacy, constrained } = sort.every;
  const ways = [
    ...(legacy === undefined ? [] : [holds(legacy, "'impersonate'")]),
    `(${CONSTRAINED} && ${holds(constrained, constrainedVerb(sort))})`,
  ];
  return { name: `without-all-${sort.slug}`, expression: `!(${ways.join(' || ')})` };
};

const tooMany = (sort: Sort): PolicyValidation => ({
  expression: `variables.count <= ${MOST_TARGETS}`,
  messageExpression: `'spec.impersonate.${sort.field} names ' + string(variables.count) + '; an author who does not hold all ${sort.slug} may name ${MOST_TARGETS} in one object: split it, or ask for all of them'`,
});

const held = (sort: Sort, index: number): PolicyValidation => {
  const element = `variables.targets[${index}]`;
  const legacy = sort.legacy?.(element);
  const constrained = sort.constrained(element);
  const ways = [
    `size(variables.targets) <= ${index}`,
    ...(legacy === undefined ? [] : [holds(legacy, "'impersonate'")]),
    `(variables.constrained && ${holds(constrained, constrainedVerb(sort))})`,
  ];
  const byLegacy =
    legacy === undefined ? '' : `'"impersonate" on ' + ${sort.asked(element)} + ${groupText(legacy.group)}`;
  const byConstrained = `'"impersonate:${sort.mode}" on ' + ${sort.asked(element)} + ${groupText(constrained.group)}`;
  const lacked =
    legacy === undefined ? byConstrained : `${byLegacy} + (variables.constrained ? ', or ' + ${byConstrained} : '')`;
  return lacking(ways.join(' || '), `spec.impersonate.${sort.field}`, `'the verb ' + ${lacked}`);
};

const targetPolicies = (sort: Sort): Policy[] =>
  range(0, MOST_TARGETS / CHUNK).map((chunk) => ({
    name: `impersonation-grant-${sort.slug}-${chunk + 1}`,
    rules: [writesOf(IMPERSONATION_GRANT)],
    conditions: [names(sort), ...authorConditions(IMPERSONATION_GRANT), notAll(sort)],
    variables: [
      { name: 'count', expression: sort.count(HOLDER) },
      { name: 'targets', expression: sort.list(HOLDER) },
      { name: 'constrained', expression: CONSTRAINED },
      ...wordsFor(IMPERSONATION_GRANT),
    ],
    validations: [
      ...(chunk === 0 ? [tooMany(sort)] : []),
      ...range(chunk * CHUNK, (chunk + 1) * CHUNK).map((index) => held(sort, index)),
    ],
  }));

/** A user binding is a target of its own: its subject and identity, whatever they come to be. */
const userBindings: Policy = {
  name: 'impersonation-grant-userbindings',
  rules: [writesOf(IMPERSONATION_GRANT)],
  conditions: [
    { name: 'names-some', expression: `has(${HOLDER}.userBindings)` },
    ...authorConditions(IMPERSONATION_GRANT),
    {
      name: 'without-all-userbindings',
      expression: `!${holds({ group: API_GROUP, resource: USER_BINDING.plural }, "'impersonate'")}`,
    },
  ],
  variables: [{ name: 'targets', expression: `${HOLDER}.userBindings` }, ...wordsFor(IMPERSONATION_GRANT)],
  validations: [
    {
      expression: `size(variables.targets) <= ${MOST_TARGETS}`,
      messageExpression: `'spec.impersonate.userBindings names ' + string(size(variables.targets)) + '; an author who does not hold all userbindings may name ${MOST_TARGETS} in one object: split it, or ask for all of them'`,
    },
    ...range(0, MOST_TARGETS).map((index) => {
      const element = `variables.targets[${index}]`;
      return lacking(
        `size(variables.targets) <= ${index} || ${holds({ group: API_GROUP, resource: USER_BINDING.plural, name: element }, "'impersonate'")}`,
        'spec.impersonate.userBindings',
        `'the verb "impersonate" on userbindings "' + ${element} + '"' + ${groupText(API_GROUP)}`,
      );
    }),
  ],
};

/** Whom a grant may name. */
export const grantTargetPolicies: readonly Policy[] = [...SORTS.flatMap(targetPolicies), userBindings];
