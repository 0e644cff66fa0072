import type { Attributes, Caller, Request } from './rights.ts';

/** Every subset of a list. */
const subsets = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: 2 ** all.length }, (_, bits) => all.filter((_one, index) => ((bits >> index) & 1) === 1));

/** A name of whoever is impersonated, and how each dialect asks for it. */
interface Part {
  readonly legacy: Attributes;
  readonly constrained: Attributes;
}

type Mode = 'user-info' | 'serviceaccount' | 'arbitrary-node';

const AUTHENTICATION = 'authentication.k8s.io';

/** `group` is that of the legacy question; the constrained ones are all in one group. */
const part = (mode: Mode, group: string, resource: string, name: string, namespace = ''): Part => ({
  legacy: { verb: 'impersonate', apiGroup: group, resource, name, namespace },
  constrained: { verb: `impersonate:${mode}`, apiGroup: AUTHENTICATION, resource, name, namespace },
});

const info = (group: string, resource: string, ...names: readonly string[]): Part[] =>
  names.map((name) => part('user-info', group, resource, name));

const USERS = info('', 'users', 'jane', 'root', 'nobody-named');
const GROUPS = info('', 'groups', 'developers', 'operators', 'never-named');
const UIDS = info(AUTHENTICATION, 'uids', '06f6', '17');
const EXTRA = info(AUTHENTICATION, 'userextras/acme.io/team', 'payments', 'audit');
const ACCOUNTS = [
  part('serviceaccount', '', 'serviceaccounts', 'app', 'production'),
  part('serviceaccount', '', 'serviceaccounts', 'web', 'production'),
  part('serviceaccount', '', 'serviceaccounts', 'app', 'staging'),
];
/** Legacy knows nodes as users. */
const NODES = ['worker-1', 'worker-2'].map((name): Part => ({
  legacy: part('arbitrary-node', '', 'users', `system:node:${name}`).legacy,
  constrained: part('arbitrary-node', '', 'nodes', name).constrained,
}));

/** What is done as somebody else. */
const ACTIONS: readonly Attributes[] = [
  { verb: 'create', apiGroup: AUTHENTICATION, resource: 'selfsubjectreviews', namespace: '' },
  { verb: 'list', apiGroup: '', resource: 'pods', namespace: 'ci' },
  { verb: 'list', apiGroup: '', resource: 'pods', namespace: 'dev' },
  { verb: 'get', apiGroup: '', resource: 'pods', namespace: 'ci', name: 'web' },
  { verb: 'get', apiGroup: '', resource: 'secrets', namespace: 'dev', name: 'web' },
  { verb: 'get', path: '/metrics' },
];

const text = ({ verb, resource, name, namespace, path }: Attributes): string =>
  [verb, resource, name, namespace, path].filter((word) => word !== undefined && word !== '').join(' ');

/** An action and its question in a mode: one object for all requests, so that it is answered once. */
const onlyIn = (mode: Mode): (readonly [action: Attributes, question: Attributes])[] =>
  ACTIONS.map((action) => [action, Object.assign({}, action, { verb: `impersonate-on:${mode}:${action.verb}` })]);

const QUESTIONS: Readonly<Record<Mode, ReturnType<typeof onlyIn>>> = {
  'user-info': onlyIn('user-info'),
  serviceaccount: onlyIn('serviceaccount'),
  'arbitrary-node': onlyIn('arbitrary-node'),
};

/** Legacy asks whom; constrained impersonation asks it in its own words, and what for. */
const impersonated = ([mode, parts]: readonly [Mode, readonly Part[]]): Request[] =>
  QUESTIONS[mode].map(([action, question]) => ({
    text: `${text(action)} as ${parts.map(({ legacy }) => text(legacy)).join(' + ')}`,
    ways: [parts.map(({ legacy }) => legacy), [question, ...parts.map(({ constrained }) => constrained)]],
  }));

/** Every user with every set of groups, with or without a uid, with every set of extra values; every account; every node. */
const identities: (readonly [Mode, readonly Part[]])[] = [
  ...USERS.flatMap((user) =>
    subsets(GROUPS).flatMap((groups) =>
      [[], ...UIDS.map((uid) => [uid])].flatMap((uid) =>
        subsets(EXTRA).map((extra) => ['user-info', [user, ...groups, ...uid, ...extra]] as const),
      ),
    ),
  ),
  ...ACCOUNTS.map((account) => ['serviceaccount', [account]] as const),
  ...NODES.map((node) => ['arbitrary-node', [node]] as const),
];

const direct = (attributes: Attributes): Request => ({ text: text(attributes), ways: [[attributes]] });

const ordinary: Request[] = ['', 'ci', 'dev'].flatMap((namespace) =>
  ['pods', 'secrets'].flatMap((resource) =>
    ['get', 'delete'].flatMap((verb) =>
      ['web', 'other'].map((name) => direct({ verb, apiGroup: '', resource, name, namespace })),
    ),
  ),
);

export const REQUESTS: readonly Request[] = [
  ...identities.flatMap(impersonated),
  ...ordinary,
  direct({ verb: 'get', path: '/metrics' }),
  direct({ verb: 'get', path: '/healthz' }),
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
