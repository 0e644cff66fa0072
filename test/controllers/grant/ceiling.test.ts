import { expect, test } from 'vitest';
import type { Ceiling } from '../../../src/controllers/installation.ts';
import { EVERY_ACTION } from '../../../src/rbac/index.ts';
import { binding, ceiling, grant, planOfGrant } from '../given.ts';

type Fields = Readonly<Record<string, unknown>>;

const john = binding({ identity: { groups: ['developers'] } });

const planned = async (spec: Fields, lists: Partial<Ceiling>) => {
  const found = { namespaces: ['staging'], bindings: [john], installation: { ceiling: ceiling({}, lists) } };
  const { outcome, children } = await planOfGrant(grant(spec), found);
  return outcome.is === 'rejected'
    ? [outcome.reason, outcome.message, children.length]
    : [outcome.is, children.length > 0];
};

const beyond = (what: string, list: string, has: string) => [
  'BeyondCeiling',
  `${what}, which the ceiling of this installation does not list: ceiling.${list} has ${has}; whoever installed the operator can add it`,
  0,
];

const pods = (...verbs: readonly string[]) => ({ apiGroups: [''], resources: ['pods'], verbs });
const field = 'spec.impersonate';
const withUser = (more: Fields) => ({ impersonate: { users: ['jane'], ...more } });

test.for<[string, Fields, Partial<Ceiling>, unknown[]]>([
  ['a user', {}, { users: new Set(['john']) }, beyond(`${field} names "jane"`, 'users', 'john')],
  [
    'a group of a binding',
    { impersonate: { userBindings: ['john'] } },
    { groups: new Set(['admins']) },
    beyond(`${field} names "developers"`, 'groups', 'admins'),
  ],
  ['a uid', withUser({ uids: ['42'] }), { uids: new Set() }, beyond(`${field}.uids names "42"`, 'uids', 'nothing')],
  [
    'a value',
    withUser({ extra: [{ key: 'acme.io/team', values: ['a', 'b'] }] }),
    { extra: new Map([['acme.io/team', new Set(['b'])]]) },
    beyond(`${field}.extra names "a" of the key "acme.io/team"`, 'extra["acme.io/team"]', 'b'),
  ],
  [
    'an account',
    { impersonate: { serviceAccounts: [{ namespace: 'staging', name: 'app' }] } },
    { serviceAccountNamespaces: new Set(['production']) },
    beyond(`${field} names "staging/app"`, 'serviceAccountNamespaces', 'production'),
  ],
  [
    'an action',
    { actions: [pods('get', 'delete')] },
    { actions: [pods('get')] },
    beyond('spec.actions names "delete pods"', 'actions', JSON.stringify(pods('get'))),
  ],
  [
    'any action where none is listed, what every client does included',
    { actions: [{ nonResourceURLs: ['/version'], verbs: ['get'] }] },
    { actions: [] },
    beyond('spec.actions names "get /version"', 'actions', 'nothing'),
  ],
  [
    'every action',
    { mode: 'Constrained' },
    { actions: [pods('create')] },
    beyond('spec.actions is absent, which names "create *.*"', 'actions', JSON.stringify(pods('create'))),
  ],
])('a grant goes beyond a ceiling by %s, and not without it', async ([, spec, lists, refusal]) => {
  expect(await planned(spec, lists)).toEqual(refusal);
  expect(await planned(spec, {})).toEqual(['ready', true]);
});

test.for<[string, Fields, Partial<Ceiling>]>([
  ['actions', { actions: [pods('get')] }, { actions: [pods('get', 'list')] }],
  [
    'what every client does',
    { actions: [{ nonResourceURLs: ['/version'], verbs: ['get'] }] },
    { actions: [pods('get')] },
  ],
  ['every action', { mode: 'Constrained' }, { actions: EVERY_ACTION }],
  ['no list of actions, being legacy', { mode: 'Legacy' }, { actions: [] }],
])('a grant stays within a ceiling with %s', async ([, spec, lists]) => {
  expect(await planned(spec, lists)).toEqual(['ready', true]);
});
