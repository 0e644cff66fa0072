import { IMPERSONATION_GRANT } from '../../../src/crds/resource.ts';
import { EVERY_ACTION, type Mode } from '../../../src/rbac/index.ts';
import { authorConditions } from './conditions.ts';
import { CONSTRAINED } from './grant-targets.ts';
import { crossed, line, literal, range, split } from './line.ts';
import { type Policy, type PolicyValidation, type Variable, writesOf } from './policy.ts';
import { SORTS, type Sort } from './targets.ts';
import { lacking, wordsFor } from './words.ts';

/** Actions that one policy pays for, beside the legacy rights that it asks for too. */
const CHUNK = 15;
const CHUNKS = 2;
/** One action is a verb on one resource, by one name, in one namespace. */
export const MOST_ACTIONS = CHUNK * CHUNKS;
/** Targets of one mode that are looked up by name, to find that their author needs no right to the actions. */
export const MOST_LEGACY = 12;

const ACTIONS = 'object.spec.actions';
const HOLDER = 'object.spec.impersonate';
const SUBJECTS = 'object.spec.subjects';

const actionCount = [
  `has(${ACTIONS}) ? ${ACTIONS}.map(action, size(action.verbs) * (has(action.nonResourceURLs) ? size(action.nonResourceURLs)`,
  ' : size(action.apiGroups) * size(action.resources) * (has(action.resourceNames) ? size(action.resourceNames) : 1)',
  ' * (has(action.namespaces) ? size(action.namespaces) : 1))).sum() : 0',
].join('');

/** Verb and path. */
const urlLines = crossed(
  [
    ['url', 'action.nonResourceURLs'],
    ['verb', 'action.verbs'],
  ],
  line('string(verb)', 'string(url)'),
);

/** Verb, group, resource, subresource, namespace and name. */
const resourceLines = crossed(
  [
    ['group', 'action.apiGroups'],
    ['resource', 'action.resources'],
    ['name', "(has(action.resourceNames) ? action.resourceNames : [''])"],
    ['place', "(has(action.namespaces) ? action.namespaces : [''])"],
    ['verb', 'action.verbs'],
  ],
  line(
    'string(verb)',
    'string(group)',
    "string(resource).split('/')[0]",
    "(string(resource).contains('/') ? string(resource).split('/')[1] : '')",
    'string(place)',
    'string(name)',
  ),
);

const everything = EVERY_ACTION.flatMap(({ verbs, nonResourceURLs = [], apiGroups = [], resources = [] }) =>
  verbs.flatMap((verb) => [
    ...nonResourceURLs.map((url) => [verb, url]),
    ...apiGroups.flatMap((group) => resources.map((resource) => [verb, group, resource, '', '', ''])),
  ]),
);

const asked = [
  `!has(${ACTIONS}) ? ${literal(everything)} :`,
  `variables.count > ${MOST_ACTIONS} ? [] :`,
  split(crossed([['action', ACTIONS]], `(has(action.nonResourceURLs) ? ${urlLines} : ${resourceLines})`)),
].join(' ');

const isLegacySort = (sort: Sort): sort is Sort & { legacy: NonNullable<Sort['legacy']> } => sort.legacy !== undefined;

/** Group, resource, subresource, namespace and name of each target of a mode. */
const targetLines = (sorts: readonly Sort[]): string =>
  sorts
    .filter(isLegacySort)
    .map((sort) => {
      const { group, resource, subresource = "''", namespace = "''", name = "''" } = sort.legacy('string(target)');
      return `(${sort.list(HOLDER)}).map(target, ${line(`'${group}'`, `'${resource}'`, subresource, namespace, name)})`;
    })
    .join(' + ');

const total = (sorts: readonly Sort[]): string => sorts.map((sort) => `(${sort.count(HOLDER)})`).join(' + ');

/**
 * Whether the actions are nothing new: the author holds the verb `impersonate` on every target of the mode, and no subjects
 * hold them, for whom they would count with everybody whom other grants let these become. An account of its own has no other.
 */
const legacyVariables = (sorts: readonly Sort[]): Variable[] => {
  if (!sorts.some(isLegacySort)) return [{ name: 'legacy', expression: 'false' }];
  return [
    { name: 'targetCount', expression: total(sorts) },
    { name: 'targets', expression: `variables.targetCount > ${MOST_LEGACY} ? [] : ${targetLines(sorts)}` },
    { name: 'legacy0', expression: `!has(${SUBJECTS}) && variables.targetCount <= ${MOST_LEGACY}` },
    ...range(0, MOST_LEGACY).map((index) => ({
      name: `legacy${index + 1}`,
      expression:
        `variables.legacy${index} && (size(variables.targets) <= ${index} || [variables.targets[${index}].split('\\n')].all(target,` +
        ' authorizer.group(target[0]).resource(target[1]).subresource(target[2]).namespace(target[3]).name(target[4])' +
        ".check('impersonate').allowed()))",
    })),
    { name: 'legacy', expression: `variables.legacy${MOST_LEGACY}` },
  ];
};

const otherwise =
  `(has(${SUBJECTS}) ? ', which counts for everybody whom any grant lets the subjects become'` +
  ` : ', or the verb "impersonate" on every target')`;

const held = (mode: Mode, index: number): PolicyValidation => {
  const action = `variables.action${index}`;
  const verb = `'impersonate-on:${mode}:' + ${action}[0]`;
  const check =
    `(size(${action}) == 2 ? authorizer.path(${action}[1]).check(${verb}).allowed() :` +
    ` authorizer.group(${action}[1]).resource(${action}[2]).subresource(${action}[3]).namespace(${action}[4]).name(${action}[5]).check(${verb}).allowed())`;
  const where = `(${action}[4] == '' ? ' in all namespaces' : ' in namespace "' + ${action}[4] + '"')`;
  const what =
    `(size(${action}) == 2 ? 'path "' + ${action}[1] + '"' :` +
    ` ${action}[2] + (${action}[3] == '' ? '' : '/' + ${action}[3]) + (${action}[5] == '' ? '' : ' "' + ${action}[5] + '"')` +
    ` + ${where} + ' (API group ' + (${action}[1] == '' ? '""' : ${action}[1]) + ')')`;
  return lacking(
    `size(variables.asked) <= ${index} || variables.legacy || ${check}`,
    'spec.actions',
    `'the verb "' + ${verb} + '" on ' + ${what}${mode === 'arbitrary-node' ? '' : ` + ${otherwise}`}`,
  );
};

const tooMany: PolicyValidation = {
  expression: `variables.count <= ${MOST_ACTIONS}`,
  messageExpression: `'spec.actions comes to ' + string(variables.count) + ' permissions: verbs times resources times names times namespaces; an author who may not become everybody may ask for ${MOST_ACTIONS} in one object: split it'`,
};

/** A user binding may come to be a user or an account, by being made anew. */
const fieldsOf = (mode: Mode, sorts: readonly Sort[]): string[] => [
  ...sorts.map(({ field }) => field),
  ...(mode === 'arbitrary-node' ? [] : ['userBindings']),
];

const actionPolicies = (mode: Mode): Policy[] => {
  const sorts = SORTS.filter((sort) => sort.mode === mode);
  return range(0, CHUNKS).map((chunk) => {
    const indexes = range(chunk * CHUNK, (chunk + 1) * CHUNK);
    return {
      name: `impersonation-grant-actions-${mode}-${chunk + 1}`,
      rules: [writesOf(IMPERSONATION_GRANT)],
      conditions: [
        {
          name: 'names-some',
          expression: fieldsOf(mode, sorts)
            .map((field) => `has(${HOLDER}.${field})`)
            .join(' || '),
        },
        { name: 'is-constrained', expression: CONSTRAINED },
        ...authorConditions(IMPERSONATION_GRANT),
      ],
      variables: [
        { name: 'count', expression: actionCount },
        { name: 'asked', expression: asked },
        ...indexes.map((index) => ({
          name: `action${index}`,
          expression: `size(variables.asked) > ${index} ? variables.asked[${index}].split('\\n') : []`,
        })),
        ...legacyVariables(sorts),
        ...wordsFor(IMPERSONATION_GRANT),
      ],
      validations: [...(chunk === 0 ? [tooMany] : []), ...indexes.map((index) => held(mode, index))],
    };
  });
};

/** What may be done by a grant in Constrained mode. */
export const grantActionPolicies: readonly Policy[] = (
  ['user-info', 'serviceaccount', 'arbitrary-node'] as const
).flatMap(actionPolicies);
