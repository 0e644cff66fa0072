/** Rules as the operator writes them, and as others do. */
import * as fc from 'fast-check';
import type { PolicyRule } from '../../src/rbac/index.ts';
import { AUTHENTICATION, type Bound, GROUPS, NAMES } from './every-request.ts';

const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
const named = (verb: string, apiGroup: string, resource: string, names: readonly string[]): fc.Arbitrary<PolicyRule> =>
  some(names).map((resourceNames) => ({ verbs: [verb], apiGroups: [apiGroup], resources: [resource], resourceNames }));

/** Rules of the whole cluster that say who, with what. */
const whom = (verb: string, core: string): fc.Arbitrary<PolicyRule>[] => [
  named(verb, core, 'users', ['jane', 'bob', ...(core === '' ? ['system:node:n1'] : [])]),
  named(verb, core, 'groups', GROUPS),
  named(verb, AUTHENTICATION, 'uids', ['06f6']),
  named(verb, AUTHENTICATION, 'userextras/acme.io/team', ['payments']),
];

const action = (mode: string): fc.Arbitrary<PolicyRule> =>
  fc.oneof(
    fc
      .tuple(some(['list', 'get']), some(['pods', 'pods/log', '*/log']), fc.boolean())
      .map(([verbs, resources, only]): PolicyRule => ({
        verbs: verbs.map((verb) => `impersonate-on:${mode}:${verb}`),
        apiGroups: [''],
        resources,
        resourceNames: only ? ['web'] : [],
      })),
    fc.constantFrom('/metrics', '/metrics*').map((url) => ({
      verbs: [`impersonate-on:${mode}:get`],
      nonResourceURLs: [url],
    })),
  );

const bound = (rule: fc.Arbitrary<PolicyRule>, ...namespaces: readonly string[]): fc.Arbitrary<Bound> =>
  fc
    .tuple(fc.uniqueArray(rule, { minLength: 1, maxLength: 3 }), fc.constantFrom(...namespaces))
    .map(([rules, namespace]) => ({
      rules,
      namespace,
    }));

/** As the operator writes it: one dialect, every rule with names, actions for each mode that has targets. */
export const LEGACY: fc.Arbitrary<Bound[]> = fc.array(
  fc.oneof(
    bound(fc.oneof(...whom('impersonate', '')), ''),
    bound(named('impersonate', '', 'serviceaccounts', ['app', 'bot']), 'a', 'b'),
  ),
  { minLength: 1, maxLength: 3 },
);
const MODES = ['user-info', 'serviceaccount', 'arbitrary-node'] as const;
export const CONSTRAINED: fc.Arbitrary<Bound[]> = fc
  .tuple(
    fc.array(
      fc.oneof(
        bound(fc.oneof(...whom('impersonate:user-info', AUTHENTICATION)), ''),
        bound(named('impersonate:serviceaccount', AUTHENTICATION, 'serviceaccounts', ['app', 'bot']), 'a', 'b'),
        bound(named('impersonate:arbitrary-node', AUTHENTICATION, 'nodes', ['n1']), ''),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    ...MODES.map((mode) => bound(action(mode), '')),
    ...MODES.map((mode) => bound(action(mode), 'a')),
  )
  .map(([identity, ...actions]) => identity.concat(actions));

/** What others write, mistakes included. */
const WILD: fc.Arbitrary<PolicyRule> = fc.record(
  {
    verbs: some([
      '*',
      'impersonate',
      'impersonate:user-info',
      'impersonate:serviceaccount',
      'impersonate-on:user-info:list',
    ]),
    apiGroups: some(['', '*', AUTHENTICATION]),
    resources: some([
      '*',
      'users',
      'groups',
      'uids',
      'serviceaccounts',
      'nodes',
      'pods',
      '*/log',
      'userextras',
      'userextras/*',
      'userextras/acme.io/team',
      '*/acme.io/team',
      '*/*',
    ]),
    resourceNames: some(NAMES),
  },
  { requiredKeys: ['verbs', 'apiGroups', 'resources'] },
);
export const FOREIGN: fc.Arbitrary<Bound[]> = fc.array(bound(WILD, '', 'a'), { minLength: 1, maxLength: 2 });
