import { expect, test } from 'vitest';
import { check } from '../../src/controllers/binding/validate.ts';
import type { Ceiling } from '../../src/controllers/installation.ts';
import { INSTALLATION, NOW, binding, ceiling } from './given.ts';

/** What a binding comes to under lists of the ceiling. */
const judged = (spec: Parameters<typeof binding>[0], lists: Partial<Ceiling>) => {
  const verdict = check(binding(spec), { ...INSTALLATION, ceiling: ceiling({}, lists) }, NOW);
  return verdict.is === 'rejected' ? `${verdict.reason}: ${verdict.message}` : verdict.is;
};

const beyond = (what: string, list: string, has: string): string =>
  `BeyondCeiling: ${what}, which the ceiling of this installation does not list: ceiling.${list} has ${has}; whoever installed the operator can add it`;

const view = { roleRef: { kind: 'ClusterRole' as const, name: 'view' } };
const deployer = { roleRef: { kind: 'Role' as const, name: 'deployer' }, namespaces: ['staging', 'production'] };
const configMaps = { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] };

test.for<[string, Parameters<typeof binding>[0], Partial<Ceiling>, string]>([
  [
    'a cluster role',
    { roles: [view] },
    { clusterRoles: new Set(['edit']) },
    beyond('spec.roles[0].roleRef names the ClusterRole "view"', 'clusterRoles', 'edit'),
  ],
  [
    'a role',
    { roles: [view, deployer] },
    { roles: new Set(['staging/deployer']) },
    beyond('spec.roles[1].roleRef names the Role "production/deployer"', 'roles', 'staging/deployer'),
  ],
  [
    'rules where none are listed',
    { roles: [{ rules: [configMaps] }] },
    { rules: [] },
    beyond(`spec.roles[0].rules[0] names ${JSON.stringify(configMaps)}`, 'rules', 'nothing'),
  ],
  [
    'a verb',
    { roles: [{ rules: [configMaps] }] },
    { rules: [{ ...configMaps, verbs: ['get'] }] },
    beyond(
      `spec.roles[0].rules[0] names ${JSON.stringify(configMaps)}`,
      'rules',
      JSON.stringify({ ...configMaps, verbs: ['get'] }),
    ),
  ],
  [
    'all names for one',
    { roles: [{ rules: [configMaps] }] },
    { rules: [{ ...configMaps, resourceNames: ['a'] }] },
    beyond(
      `spec.roles[0].rules[0] names ${JSON.stringify(configMaps)}`,
      'rules',
      JSON.stringify({ ...configMaps, resourceNames: ['a'] }),
    ),
  ],
  ['a user', { credential: {} }, { users: new Set(['jane']) }, beyond('spec.subject names "john"', 'users', 'jane')],
  [
    'a group',
    { credential: {}, identity: { groups: ['developers'] } },
    { groups: new Set() },
    beyond('spec.identity.groups names "developers"', 'groups', 'nothing'),
  ],
  [
    'a uid',
    { credential: {}, identity: { uid: '42' } },
    { uids: new Set(['7']) },
    beyond('spec.identity.uid names "42"', 'uids', '7'),
  ],
  [
    'a key',
    { credential: {}, identity: { extra: [{ key: 'acme.io/team', values: ['a'] }] } },
    { extra: new Map() },
    beyond('spec.identity.extra names "a" of the key "acme.io/team"', 'extra["acme.io/team"]', 'nothing'),
  ],
  [
    'a value',
    { credential: {}, identity: { extra: [{ key: 'acme.io/team', values: ['a', 'b'] }] } },
    { extra: new Map([['acme.io/team', new Set(['a'])]]) },
    beyond('spec.identity.extra names "b" of the key "acme.io/team"', 'extra["acme.io/team"]', 'a'),
  ],
  [
    'an account',
    { subject: { kind: 'ServiceAccount', namespace: 'credentials', name: 'app' }, credential: {} },
    { tokenAccounts: new Set() },
    beyond('spec.subject with spec.credential names "credentials/app"', 'tokenAccounts', 'nothing'),
  ],
])('a binding goes beyond a ceiling by %s, and not without it', ([, spec, lists, message]) => {
  expect(judged(spec, lists)).toBe(message);
  expect(judged(spec, {})).toBe('active');
});

test.for<[string, Parameters<typeof binding>[0], Partial<Ceiling>]>([
  [
    'roles',
    { roles: [view, deployer] },
    { clusterRoles: new Set(['view']), roles: new Set(['staging/deployer', 'production/deployer']) },
  ],
  ['rules', { roles: [{ rules: [configMaps] }] }, { rules: [{ ...configMaps, verbs: ['get', 'list', 'watch'] }] }],
  [
    'every value of a key',
    { credential: {}, identity: { extra: [{ key: 'acme.io/team', values: ['a'] }] } },
    { extra: new Map([['acme.io/team', 'all' as const]]) },
  ],
  ['whom, without a credential', { identity: { groups: ['developers'] } }, { users: new Set(), groups: new Set() }],
])('a binding stays within a ceiling with %s', ([, spec, lists]) => {
  expect(judged(spec, lists)).toBe('active');
});
