import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PolicyRule, commonRules } from '../../src/rbac/index.ts';

const list = (...values: string[]): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 });

/** Rules as somebody may have written them, in a world of two verbs, groups, resources and names. */
const resourceRule: fc.Arbitrary<PolicyRule> = fc.record(
  {
    verbs: list('get', 'impersonate', '*'),
    apiGroups: list('', 'apps', '*'),
    resources: list('users', 'groups', '*'),
    resourceNames: fc.uniqueArray(fc.constantFrom('jane', 'joe', '*')),
  },
  { requiredKeys: ['verbs', 'apiGroups', 'resources'] },
);
const urlRule: fc.Arbitrary<PolicyRule> = fc.record({
  verbs: list('get', '*'),
  nonResourceURLs: list('/metrics', '/healthz/*', '*'),
});
const ruleLists = fc.array(fc.oneof({ weight: 4, arbitrary: resourceRule }, urlRule), { maxLength: 4 });

type Question = (rule: PolicyRule) => boolean;

const has = (all: readonly string[] | undefined, one: string): boolean =>
  all?.includes('*') === true || all?.includes(one) === true;

/** Every question that can be asked in this world, a name that no rule has included. */
const QUESTIONS: Question[] = [
  ...['get', 'impersonate', 'list'].flatMap((verb) =>
    ['', 'apps'].flatMap((group) =>
      ['users', 'groups', 'pods'].flatMap((resource) =>
        ['jane', 'joe', 'nobody', '*', undefined].map(
          (name): Question =>
            ({ verbs, apiGroups, resources, resourceNames = [] }) =>
              has(verbs, verb) &&
              has(apiGroups, group) &&
              has(resources, resource) &&
              (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name))),
        ),
      ),
    ),
  ),
  ...['get', 'post'].flatMap((verb) =>
    ['/metrics', '/healthz/ready', '/other'].map(
      (path): Question =>
        ({ verbs, nonResourceURLs = [] }) =>
          has(verbs, verb) &&
          nonResourceURLs.some((url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)))),
    ),
  ),
];

const answers = (rules: readonly PolicyRule[]): boolean[] => QUESTIONS.map((question) => rules.some(question));

test('what two lists of rules have in common allows nothing that either does not', () => {
  fc.assert(
    fc.property(ruleLists, ruleLists, (one, other) => {
      const [first, second, common] = [answers(one), answers(other), answers(commonRules(one, other))];
      expect(common.filter((yes, index) => yes && !(first[index] === true && second[index] === true))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a list of rules has all of itself in common with itself', () => {
  fc.assert(
    fc.property(ruleLists, (rules) => {
      expect(answers(commonRules(rules, rules))).toEqual(answers(rules));
    }),
  );
});

const named = (...resourceNames: string[]): PolicyRule => ({
  verbs: ['impersonate'],
  apiGroups: [''],
  resources: ['users'],
  resourceNames,
});
const unnamed: PolicyRule = { verbs: ['impersonate'], apiGroups: [''], resources: ['users'] };

test.for<[string, PolicyRule[], PolicyRule[], PolicyRule[]]>([
  ['names that both have stay', [named('jane', 'joe')], [named('joe', 'ann')], [named('joe')]],
  ['names come sorted, each once', [named('joe', 'jane', 'joe')], [named('joe', 'jane')], [named('jane', 'joe')]],
  ['no common name gives no rule, for one without names means everybody', [named('jane')], [named('joe')], []],
  ['every name and some names give these', [unnamed], [named('jane')], [named('jane')]],
  ['some names and every name likewise', [named('jane')], [unnamed], [named('jane')]],
  ['every name in both stays', [unnamed], [unnamed], [unnamed]],
  ['an empty list of names means every name', [{ ...named(), resourceNames: [] }], [named('jane')], [named('jane')]],
  [
    'an empty list in the other means every name too',
    [named('jane')],
    [{ ...named(), resourceNames: [] }],
    [named('jane')],
  ],
  [
    'names of several rules of one shape count together',
    [named('jane'), named('joe')],
    [named('jane', 'joe')],
    [named('jane', 'joe')],
  ],
  ['one rule for every name counts for all of its shape', [named('jane'), unnamed], [named('joe')], [named('joe')]],
  ['and whichever comes first', [unnamed, named('jane')], [named('joe')], [named('joe')]],
  ['another verb is another shape', [{ ...named('jane'), verbs: ['get'] }], [named('jane')], []],
  ['another group is another shape', [{ ...named('jane'), apiGroups: ['apps'] }], [named('jane')], []],
  ['another resource is another shape', [{ ...named('jane'), resources: ['groups'] }], [named('jane')], []],
  ['a wildcard is another shape, though it allows more', [{ ...named('jane'), verbs: ['*'] }], [named('jane')], []],
  ['nothing in common with nothing', [], [named('jane')], []],
])('%s', ([, one, other, expected]) => {
  expect(commonRules(one, other)).toEqual(expected);
});
