import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeRules, serviceAccountRules, sorted, sortedRules, userRules } from '../../src/rbac/index.ts';

const NOBODY = { users: [], groups: [], uids: [], extra: [] };

test('each sort of identity is asked for in its own group and resource', () => {
  const identities = {
    users: ['jane'],
    groups: ['developers', 'a'],
    uids: ['06f6'],
    extra: [
      { key: 'acme.io/team', values: ['payments', 'audit'] },
      { key: 'region', values: ['eu'] },
    ],
  };
  expect(userRules('Legacy', identities)).toEqual([
    { verbs: ['impersonate'], apiGroups: [''], resources: ['groups'], resourceNames: ['a', 'developers'] },
    { verbs: ['impersonate'], apiGroups: [''], resources: ['users'], resourceNames: ['jane'] },
    { verbs: ['impersonate'], apiGroups: ['authentication.k8s.io'], resources: ['uids'], resourceNames: ['06f6'] },
    {
      verbs: ['impersonate'],
      apiGroups: ['authentication.k8s.io'],
      resources: ['userextras/acme.io/team'],
      resourceNames: ['audit', 'payments'],
    },
    {
      verbs: ['impersonate'],
      apiGroups: ['authentication.k8s.io'],
      resources: ['userextras/region'],
      resourceNames: ['eu'],
    },
  ]);
  expect(serviceAccountRules('Legacy', ['b', 'a'])).toEqual([
    { verbs: ['impersonate'], apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['a', 'b'] },
  ]);
});

const asked = (verb: string, resource: string, name: string) => ({
  verbs: [verb],
  apiGroups: ['authentication.k8s.io'],
  resources: [resource],
  resourceNames: [name],
});

test('constrained impersonation asks in one group, with a verb for each sort of target', () => {
  const verbs = { 'user-info': 'impersonate:user-info', serviceaccount: 'impersonate:serviceaccount' };
  const extra = [{ key: 'acme.io/team', values: ['payments'] }];
  expect(userRules('Constrained', { users: ['jane'], groups: ['a'], uids: ['06f6'], extra })).toEqual([
    asked(verbs['user-info'], 'groups', 'a'),
    asked(verbs['user-info'], 'uids', '06f6'),
    asked(verbs['user-info'], 'userextras/acme.io/team', 'payments'),
    asked(verbs['user-info'], 'users', 'jane'),
  ]);
  expect(serviceAccountRules('Constrained', ['app'])).toEqual([asked(verbs.serviceaccount, 'serviceaccounts', 'app')]);
  expect(nodeRules(['worker-1'])).toEqual([asked('impersonate:arbitrary-node', 'nodes', 'worker-1')]);
  expect(nodeRules([])).toEqual([]);
});

test('nobody gives no rule, for a rule without names means everybody', () => {
  expect(userRules('Legacy', NOBODY)).toEqual([]);
  expect(userRules('Legacy', { ...NOBODY, extra: [{ key: 'region', values: [] }] })).toEqual([]);
  expect(serviceAccountRules('Legacy', [])).toEqual([]);
});

const names = fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 4 });
const identities = fc.record({
  users: names,
  groups: names,
  uids: names,
  extra: fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), values: names }), { maxLength: 3 }),
});

test('every rule names one resource and at least one name', () => {
  fc.assert(
    fc.property(identities, (whom) => {
      for (const rule of [...userRules('Legacy', whom), ...serviceAccountRules('Legacy', whom.users)]) {
        expect(rule.resources).toHaveLength(1);
        expect(rule.apiGroups).toHaveLength(1);
        expect(rule.resourceNames?.length).toBeGreaterThan(0);
        expect(rule.verbs).toEqual(['impersonate']);
      }
    }),
  );
});

test('equal sets give equal rules, in whatever order and however often they are named', () => {
  fc.assert(
    fc.property(identities, ({ users, groups, uids, extra }) => {
      const turned = {
        users: [...users.toReversed(), ...users],
        groups: groups.toReversed(),
        uids: uids.toReversed(),
        extra: extra.toReversed().map(({ key, values }) => ({ key, values: values.toReversed() })),
      };
      expect(JSON.stringify(userRules('Legacy', turned))).toBe(
        JSON.stringify(userRules('Legacy', { users, groups, uids, extra })),
      );
    }),
  );
});

test('names are in the order of their code units, each once', () => {
  expect(sorted(['b', 'B', 'a', 'ä', 'a', '_', '10', '9'])).toEqual(['10', '9', 'B', '_', 'a', 'b', 'ä']);
});

test('rules are in one order, each once, their fields as the API server answers them', () => {
  const scrambled = { resourceNames: ['x'], resources: ['users'], apiGroups: [''], verbs: ['get'] };
  const url = { nonResourceURLs: ['/metrics'], verbs: ['get'] };
  const rules = sortedRules([url, scrambled, { ...scrambled }]);
  expect(JSON.stringify(rules)).toBe(
    '[{"verbs":["get"],"apiGroups":[""],"resources":["users"],"resourceNames":["x"]},{"verbs":["get"],"nonResourceURLs":["/metrics"]}]',
  );
});
