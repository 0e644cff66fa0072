/** A change after which nobody may do more than before takes no right but the one to write; any other is looked at in full. */
import * as may from './rules.ts';
import { type Row, guarded, table } from './table.ts';

const { admin } = guarded();
const soon = '2036-01-01T00:00:00Z';
const later = '2037-01-01T00:00:00Z';
const past = '2020-01-01T00:00:00Z';

/** Everything that a grant can have. */
const FULL = {
  subjects: [
    { kind: 'User', name: 'alice' },
    { kind: 'ServiceAccount', namespace: 'default', name: 'bot' },
  ],
  impersonate: {
    users: ['jane', 'john'],
    groups: ['dev', 'ops'],
    uids: ['1', '2'],
    extra: [
      { key: 'acme.io/team', values: ['a', 'b'] },
      { key: 'acme.io/tier', values: ['c'] },
    ],
    serviceAccounts: [
      { namespace: 'default', name: 'app' },
      { namespace: 'default', name: 'web' },
    ],
    userBindings: ['x', 'y'],
  },
  actions: [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'], namespaces: ['default', 'other'] },
  ],
  notBefore: past,
  expiresAt: later,
  credential: { secretName: 'token' },
  reason: 'one',
};
const { impersonate } = FULL;
const NODES = {
  subjects: FULL.subjects,
  impersonate: { users: ['jane'], nodes: ['worker-1', 'worker-2'] },
  allowPrivileged: true,
};

const long = (prefix: string, length: number): string[] =>
  Array.from({ length }, (_, index) => `${prefix}${'x'.repeat(200)}${index}`);

const large = (most: number): object => ({
  subjects: long('s', 32).map((name) => ({ kind: 'User', name })),
  impersonate: {
    users: long('u', most),
    groups: long('g', most),
    uids: long('i', most),
    extra: long('acme.io/', most).map((key) => ({ key, values: long('v', most / 4) })),
    serviceAccounts: long('a', most).map((name) => ({ namespace: 'default', name })),
    userBindings: long('b', most),
  },
});
/** As large as a grant can be, about. */
const LARGE = large(64);
const FEWER = large(60);

const omit = <T extends object>(object: T, ...fields: readonly (keyof T)[]): Partial<T> =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field as keyof T))) as Partial<T>;

/** The author holds nothing but the right to write. */
const change = (before: object, spec: object, refused?: string, metadata?: object): Row => ({
  kind: 'ImpersonationGrant',
  rights: {},
  before,
  spec,
  ...(refused === undefined ? {} : { refused }),
  ...(metadata === undefined ? {} : { metadata }),
});
const narrows = (spec: object): Row => change(FULL, spec);
const target = (sorts: object): object => ({ ...FULL, impersonate: { ...impersonate, ...sorts } });
const REFUSED = 'may pass on only what that user holds';
const widens = (spec: object): Row => change(FULL, spec, REFUSED);

table(
  {
    'nothing but labels': change(FULL, FULL, undefined, { labels: { team: 'a' } }),
    'owner references': change(FULL, FULL, undefined, {
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'f0e5a7f2-0000-0000-0000-000000000000' },
      ],
    }),
    'a suspension': narrows({ ...FULL, suspend: true }),
    'an earlier end': narrows({ ...FULL, expiresAt: soon }),
    'the same end in another zone': narrows({ ...FULL, expiresAt: '2037-01-01T02:00:00+02:00' }),
    'an end that there was not': change(omit(FULL, 'expiresAt'), FULL),
    'a later beginning': narrows({ ...FULL, notBefore: soon }),
    'a beginning that there was not': change(omit(FULL, 'notBefore'), FULL),
    'another reason': narrows({ ...FULL, reason: 'two' }),
    'a removed reason': narrows(omit(FULL, 'reason')),
    'a removed credential': narrows(omit(FULL, 'credential')),
    'a removed subject': narrows({ ...FULL, subjects: FULL.subjects.slice(1) }),
    'all subjects removed': narrows(omit(FULL, 'subjects')),
    'the apiGroup of a subject': narrows({
      ...FULL,
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'alice' }],
    }),
    'subjects in another order': narrows({ ...FULL, subjects: FULL.subjects.toReversed() }),
    'a removed user': narrows(target({ users: ['john'] })),
    'a removed group': narrows(target({ groups: ['ops'] })),
    'removed uids': narrows({ ...FULL, impersonate: omit(impersonate, 'uids') }),
    'a removed extra value': narrows(target({ extra: [{ key: 'acme.io/team', values: ['b'] }] })),
    'a removed account': narrows(target({ serviceAccounts: [{ namespace: 'default', name: 'web' }] })),
    'a removed binding': narrows(target({ userBindings: ['y'] })),
    'a removed action': narrows({ ...FULL, actions: FULL.actions.slice(1) }),
    'a removed node': change(NODES, { ...NODES, impersonate: { users: ['jane'], nodes: ['worker-2'] } }),
    'everything at once': narrows({
      subjects: FULL.subjects.slice(0, 1),
      impersonate: { users: ['jane'] },
      actions: FULL.actions.slice(0, 1),
      notBefore: soon,
      expiresAt: '2036-06-01T00:00:00Z',
      suspend: true,
    }),
    'the largest grant that there can be, suspended': change(LARGE, { ...FEWER, suspend: true }),

    'an end to a suspension': change({ ...FULL, suspend: true }, FULL, REFUSED),
    'a later end': widens({ ...FULL, expiresAt: '2038-01-01T00:00:00Z' }),
    'a removed end': widens(omit(FULL, 'expiresAt')),
    'an end to an expiry': change(
      { ...FULL, notBefore: '2019-01-01T00:00:00Z', expiresAt: past },
      { ...FULL, notBefore: '2019-01-01T00:00:00Z' },
      REFUSED,
    ),
    'an earlier beginning': widens({ ...FULL, notBefore: '2019-01-01T00:00:00Z' }),
    'a removed beginning': widens(omit(FULL, 'notBefore')),
    'another subject': widens({ ...FULL, subjects: [...FULL.subjects, { kind: 'User', name: 'mallory' }] }),
    'a subject of another kind': widens({ ...FULL, subjects: [{ kind: 'Group', name: 'alice' }] }),
    'a subject in another namespace': widens({
      ...FULL,
      subjects: [{ kind: 'ServiceAccount', namespace: 'other', name: 'bot' }],
    }),
    'subjects where there was a credential only': change(omit(FULL, 'subjects'), FULL, REFUSED),
    'another user': widens(target({ users: ['jane', 'root'] })),
    'users where there were none': change({ ...FULL, impersonate: omit(impersonate, 'users') }, FULL, REFUSED),
    'another group': widens(target({ groups: ['dev', 'admins'] })),
    'another uid': widens(target({ uids: ['3'] })),
    'another extra key': widens(target({ extra: [{ key: 'acme.io/role', values: ['a'] }] })),
    'another extra value': widens(target({ extra: [{ key: 'acme.io/tier', values: ['a'] }] })),
    'another account': widens(target({ serviceAccounts: [{ namespace: 'kube-public', name: 'app' }] })),
    'another binding': widens(target({ userBindings: ['x', 'z'] })),
    'another action': widens({
      ...FULL,
      actions: [...FULL.actions, { apiGroups: [''], resources: ['nodes'], verbs: ['get'] }],
    }),
    'a verb more': widens({
      ...FULL,
      actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    }),
    'an action in all namespaces': widens({
      ...FULL,
      actions: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
    }),
    'removed actions': widens(omit(FULL, 'actions')),
    'added actions': change(omit(FULL, 'actions'), FULL, REFUSED),
    'removed nodes, by which the mode would be another': change(
      NODES,
      { ...NODES, impersonate: { users: ['jane'] } },
      REFUSED,
    ),
    'the mode by another name': widens({ ...FULL, mode: 'Constrained' }),
    'another mode': change(omit(FULL, 'actions'), { ...omit(FULL, 'actions'), mode: 'Constrained' }, REFUSED),
    'privileged targets': widens({ ...FULL, allowPrivileged: true }),
    'another credential': widens({ ...FULL, credential: { secretName: 'other' } }),
    'a credential where there was none': change(omit(FULL, 'credential'), FULL, REFUSED),
    'one thing more beside a suspension': widens({ ...target({ users: ['root'] }), suspend: true }),

    'an end to a suspension by somebody who holds it all': {
      ...change({ ...FULL, suspend: true }, FULL),
      rights: {
        everywhere: [
          may.users('jane', 'john'),
          may.groups('dev', 'ops'),
          may.uids('1', '2'),
          may.extra('acme.io/team', 'a', 'b'),
          may.extra('acme.io/tier', 'c'),
          may.bindings('x', 'y'),
          ...['user-info', 'serviceaccount'].map((mode) => may.on(mode, ['get', 'list'], '', 'pods', 'secrets')),
          { verbs: ['create'], apiGroups: [''], resources: ['secrets'] },
        ],
        within: { default: [may.accounts('app', 'web')] },
      },
    },
    'an end to a suspension by trusted automation': {
      ...change({ ...FULL, suspend: true }, FULL),
      rights: may.everywhere(may.override('impersonationgrants')),
    },
  },
  admin,
);
