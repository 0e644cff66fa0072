import type { Attributes, Caller, Request } from './rights.ts';

/** Every subset of a list. */
const subsets = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: 2 ** all.length }, (_, bits) => all.filter((_one, index) => ((bits >> index) & 1) === 1));

const ask = (apiGroup: string, resource: string, name: string, namespace = ''): Attributes => ({
  verb: 'impersonate',
  apiGroup,
  resource,
  name,
  namespace,
});

const USERS = ['jane', 'root', 'nobody-named'].map((name) => ask('', 'users', name));
const GROUPS = ['developers', 'operators', 'never-named'].map((name) => ask('', 'groups', name));
const UIDS = ['06f6', '17'].map((name) => ask('authentication.k8s.io', 'uids', name));
const EXTRA = ['payments', 'audit'].map((name) => ask('authentication.k8s.io', 'userextras/acme.io/team', name));
const ACCOUNTS = [
  ['production', 'app'],
  ['production', 'web'],
  ['staging', 'app'],
].map(([namespace, name]) => ask('', 'serviceaccounts', name ?? '', namespace));

const text = ({ verb, resource, name, namespace, path }: Attributes): string =>
  [verb, resource, name, namespace, path].filter((word) => word !== undefined && word !== '').join(' ');

const request = (asks: readonly Attributes[]): Request => ({ text: asks.map(text).join(' + '), asks });

/** Every user with every set of groups, with or without a uid, with every set of extra values; and every account. */
const identities: Request[] = [
  ...USERS.flatMap((user) =>
    subsets(GROUPS).flatMap((groups) =>
      [[], ...UIDS.map((uid) => [uid])].flatMap((uid) =>
        subsets(EXTRA).map((extra) => request([user, ...groups, ...uid, ...extra])),
      ),
    ),
  ),
  ...ACCOUNTS.map((account) => request([account])),
];

const ordinary: Request[] = ['', 'ci', 'dev'].flatMap((namespace) =>
  ['pods', 'secrets'].flatMap((resource) =>
    ['get', 'delete'].flatMap((verb) =>
      ['web', 'other'].map((name) => request([{ verb, apiGroup: '', resource, name, namespace }])),
    ),
  ),
);

export const REQUESTS: readonly Request[] = [
  ...identities,
  ...ordinary,
  request([{ verb: 'get', path: '/metrics' }]),
  request([{ verb: 'get', path: '/healthz' }]),
];

const account = (namespace: string, name: string): Caller => ({
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
});

export const CALLERS: readonly Caller[] = [
  { user: 'alice', groups: ['support'] },
  { user: 'bob', groups: [] },
  { user: 'carol', groups: ['support', 'on-call'] },
  { user: 'mallory', groups: [] },
  { user: 'root-of-admins', groups: ['admins'] },
  account('ops', 'bot'),
  account('dev', 'bot'),
];
