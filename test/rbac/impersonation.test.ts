import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { legacyRules, legacyServiceAccountRules, sorted, sortedRules } from '../../src/rbac/index.ts';

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
  expect(legacyRules(identities)).toEqual([
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
  expect(legacyServiceAccountRules(['b', 'a'])).toEqual([
    { verbs: ['impersonate'], apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['a', 'b'] },
  ]);
});

test('nobody gives no rule, for a rule without names means everybody', () => {
  expect(legacyRules(NOBODY)).toEqual([]);
  expect(legacyRules({ ...NOBODY, extra: [{ key: 'region', values: [] }] })).toEqual([]);
  expect(legacyServiceAccountRules([])).toEqual([]);
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
      for (const rule of [...legacyRules(whom), ...legacyServiceAccountRules(whom.users)]) {
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
      expect(JSON.stringify(legacyRules(turned))).toBe(JSON.stringify(legacyRules({ users, groups, uids, extra })));
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
