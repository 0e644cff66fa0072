/** The identities that every credential is tried with: some that tests grant, and their dangerous neighbours. */
import { type Extra, ITSELF, type Identity, accountName, identity, textOf } from './identity.ts';

const one = (header: string, ...values: string[]): Extra => ({ header, values });

const PEOPLE = ['john', 'jane', 'jane@example.com', 'oidc:jane'];

/** Another case, two names in one, wildcards; then names that are privileged or look so. */
const NEIGHBOURS = ['John', 'john, jane', '*', 'j*', 'mallory'];
const SYSTEM = [
  'system:masters',
  'system:admin',
  'system:anonymous',
  'system:kube-controller-manager',
  'system:node:worker-1',
  'system:node:worker-2',
  'system:node:',
  'system:serviceaccount:production',
  'kubeadm:cluster-admin',
  'kubernetes-admin',
  'admin',
];

const GROUPS: readonly (readonly string[])[] = [
  ['developers'],
  ['operators'],
  ['auditors'],
  ['developers', 'operators'],
  // four and more names in one request: the server first asks for the name "*"
  ['developers', 'operators', 'auditors', 'testers'],
  ['developers', 'developers, operators', 'strangers', 'testers', 'everybody'],
  ['developers, operators'],
  ['Developers'],
  ['*'],
  ['system:masters'],
  ['developers', 'system:masters'],
  ['system:nodes'],
  ['system:authenticated'],
  ['system:serviceaccounts'],
  ['kubeadm:cluster-admins'],
];

const UIDS = ['06f6', '1a2b', '06F6', '*'];

const TEAM = 'acme.io%2Fteam';

const EXTRAS: readonly (readonly Extra[])[] = [
  [one(TEAM, 'payments')],
  [one(TEAM, 'orders')],
  [one(TEAM, 'payments', 'orders')],
  [one(TEAM, 'payments', 'orders', 'stock', 'returns')],
  [one(TEAM, '*')],
  [one(TEAM, 'Payments')],
  // the server lower-cases the header, then decodes it: the first is the key of above, the second is another
  [one('Acme.IO%2FTeam', 'payments')],
  [one('acme.io%2F%54eam', 'payments')],
  [one('acme.io%2Fregion', 'payments')],
  [one('acme.io%2Fregion', 'eu')],
  [one('scopes', 'view')],
  [one('team', 'payments')],
  [one(TEAM, 'payments'), one('acme.io%2Fregion', 'eu')],
  [one('authentication.kubernetes.io%2Fpod-name', 'app')],
];

type More = Partial<Omit<Identity, 'user'>>;

const groupWithMore = (group: string): More[] => {
  const groups = [group];
  return [
    { groups, uid: '06f6' },
    { groups, uid: '1a2b' },
    { groups, extra: [one(TEAM, 'payments')] },
    { groups, extra: [one(TEAM, 'orders')] },
    { groups, uid: '06f6', extra: [one(TEAM, 'payments')] },
    { groups, uid: '1a2b', extra: [one(TEAM, 'orders')] },
  ];
};

/** What may come with a user, each sort alone, then together. */
const COMBINATIONS: readonly More[] = [
  ...GROUPS.map((groups) => ({ groups })),
  ...UIDS.map((uid) => ({ uid })),
  ...EXTRAS.map((extra) => ({ extra })),
  ...groupWithMore('developers'),
  ...groupWithMore('operators'),
  { uid: '06f6', extra: [one(TEAM, 'payments')] },
];

const FEW = COMBINATIONS.filter((_, index) => index % 7 === 0);

const SYSTEM_NAMESPACES = ['kube-system', 'impersonation-system', 'impersonation-credentials', 'default'];

/** The same names in every namespace; `namespaces` are those of one test. */
const accounts = (namespaces: readonly string[]): Identity[] => [
  ...[...namespaces, ...SYSTEM_NAMESPACES].flatMap((namespace) =>
    ['app', 'bot', 'default', '*'].map((name) => identity(accountName(namespace, name))),
  ),
  ...['*', ...namespaces].map((namespace) => identity(accountName(namespace, 'x'))),
];

const accountWithMore = (namespace: string): Identity[] =>
  [
    { groups: ['developers'] },
    { groups: ['system:masters'] },
    { uid: '06f6' },
    { extra: [one(TEAM, 'payments')] },
    { groups: ['developers'], uid: '06f6', extra: [one(TEAM, 'payments')] },
  ].map((more) => identity(accountName(namespace, 'app'), more));

const CORE: readonly More[] = [
  {},
  { groups: ['developers'] },
  { groups: ['operators'] },
  { groups: ['developers', 'operators'] },
  { groups: ['system:masters'] },
  { uid: '06f6' },
  { uid: '1a2b' },
  ...EXTRAS.slice(0, 3).map((extra) => ({ extra })),
  { extra: [one('acme.io%2Fregion', 'eu')] },
  { groups: ['developers'], uid: '1a2b' },
  { groups: ['operators'], uid: '06f6' },
  { groups: ['developers'], extra: [one(TEAM, 'orders')] },
  { uid: '06f6', extra: [one(TEAM, 'orders')] },
];

/** The part of the universe that edits move in. */
export const core = (namespaces: readonly string[]): Identity[] => [
  ...['john', 'jane'].flatMap((user) => CORE.map((more) => identity(user, more))),
  ...namespaces.flatMap((namespace) => ['app', 'bot'].map((name) => identity(accountName(namespace, name)))),
  identity('system:admin'),
  identity('*'),
];

/** Whom nobody may become unless somebody says so by name. */
export const dangerous: readonly Identity[] = [...NEIGHBOURS, ...SYSTEM].map((user) => identity(user));

/** About 190 identities. */
export const universe = (namespaces: readonly string[]): Identity[] =>
  unique([
    ITSELF,
    ...core(namespaces),
    ...PEOPLE.map((user) => identity(user)),
    ...dangerous,
    ...['john', 'jane'].flatMap((user) => COMBINATIONS.map((more) => identity(user, more))),
    ...['jane@example.com', 'mallory', '*', 'system:admin'].flatMap((user) => FEW.map((more) => identity(user, more))),
    ...accounts(namespaces),
    ...namespaces.slice(0, 1).flatMap(accountWithMore),
    ...NODE_WITH_MORE,
  ]);

/** With a machine nothing else may be sent in constrained impersonation. */
const NODE_WITH_MORE = [{ groups: ['system:nodes'] }, { uid: '06f6' }, { extra: [one(TEAM, 'payments')] }].map((more) =>
  identity('system:node:worker-1', more),
);

const unique = (identities: readonly Identity[]): Identity[] => [
  ...new Map(identities.map((each) => [textOf(each), each])).values(),
];
