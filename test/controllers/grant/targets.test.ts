import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BoundIdentity } from '../../../src/controllers/binding/identity.ts';
import { targets } from '../../../src/controllers/grant/targets.ts';

const john: BoundIdentity = {
  kind: 'User',
  name: 'john',
  groups: ['ops', 'developers'],
  uids: ['06f6'],
  extra: [
    { key: 'acme.io/team', values: ['payments'] },
    { key: 'region', values: ['eu'] },
  ],
};
const app: BoundIdentity = { kind: 'ServiceAccount', namespace: 'production', name: 'app' };

test('nothing but what is named', () => {
  expect(targets({ users: ['jane'] }, [])).toEqual({
    users: ['jane'],
    groups: [],
    uids: [],
    extra: [],
    nodes: [],
    serviceAccounts: [],
  });
});

test('a binding adds its subject with its identity, or its account', () => {
  expect(targets({ userBindings: ['john', 'app'] }, [john, app])).toEqual({
    users: ['john'],
    groups: ['developers', 'ops'],
    uids: ['06f6'],
    extra: [
      { key: 'acme.io/team', values: ['payments'] },
      { key: 'region', values: ['eu'] },
    ],
    nodes: [],
    serviceAccounts: [{ namespace: 'production', name: 'app' }],
  });
});

test('what grant and bindings name both is there once, values of one key together, all in order', () => {
  const spec = {
    users: ['zoe', 'john'],
    groups: ['developers', 'a'],
    uids: ['06f6', '0'],
    extra: [{ key: 'acme.io/team', values: ['payments', 'audit'] }],
    nodes: [],
    serviceAccounts: [
      { namespace: 'staging', name: 'app' },
      { namespace: 'production', name: 'web' },
      { namespace: 'production', name: 'app' },
    ],
  };
  expect(targets(spec, [john, app, { ...john, name: 'ann', extra: [{ key: 'a', values: ['x'] }] }])).toEqual({
    users: ['ann', 'john', 'zoe'],
    groups: ['a', 'developers', 'ops'],
    uids: ['0', '06f6'],
    extra: [
      { key: 'a', values: ['x'] },
      { key: 'acme.io/team', values: ['audit', 'payments'] },
      { key: 'region', values: ['eu'] },
    ],
    nodes: [],
    serviceAccounts: [
      { namespace: 'production', name: 'app' },
      { namespace: 'production', name: 'web' },
      { namespace: 'staging', name: 'app' },
    ],
  });
});

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));

test("every name is somebody's, and nobody is left out", () => {
  fc.assert(
    fc.property(names, names, names, (users, groups, bound) => {
      const people = bound.map((name): BoundIdentity => ({ ...john, name, groups: [name], uids: [], extra: [] }));
      const found = targets({ users, groups }, people);
      expect(new Set(found.users)).toEqual(new Set([...users, ...bound]));
      expect(new Set(found.groups)).toEqual(new Set([...groups, ...bound]));
      expect(found.users).toHaveLength(new Set(found.users).size);
      expect(targets({ users: users.toReversed(), groups: groups.toReversed() }, people.toReversed())).toEqual(found);
    }),
  );
});
