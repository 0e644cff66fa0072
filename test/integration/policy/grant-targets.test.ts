/** Whom an author may name in a grant: those that the author may become. */
import type { PolicyRule } from '../../../src/rbac/index.ts';
import * as may from './rules.ts';
import { type Row, guarded, table } from './table.ts';

const { admin } = guarded();
const subjects = [{ kind: 'User', name: 'alice' }];
const kind = 'ImpersonationGrant';

const numbered = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

const row = (impersonate: object, rules: readonly PolicyRule[], refused?: string, more: object = {}): Row => ({
  kind,
  rights: may.everywhere(...rules),
  spec: { subjects, impersonate, ...more },
  ...(refused === undefined ? {} : { refused }),
});

const JANE = { users: ['jane'] };
const ACCOUNT = { serviceAccounts: [{ namespace: 'default', name: 'app' }] };
const KEY = 'acme.io/team';
const get = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const getsPods = may.on('user-info', ['get'], '', 'pods');
const accountGetsPods = may.on('serviceaccount', ['get'], '', 'pods');

table(
  {
    'a user that the author may become': row(JANE, [may.users('jane')]),
    'a user that the author may not become': row(
      JANE,
      [may.users('john')],
      'the verb "impersonate" on users "jane" (API group "")',
    ),
    'one user too many': row({ users: ['jane', 'john'] }, [may.users('jane')], 'users "john"'),
    'a name that differs in case only': row({ users: ['Jane'] }, [may.users('jane')], 'users "Jane"'),
    'the rule for a group of the same name is not one for the user': row(JANE, [may.groups('jane')], 'users "jane"'),
    'a rule of the constrained verb does not allow a Legacy grant': row(
      JANE,
      [may.constrained('user-info', 'users', 'jane')],
      'the verb "impersonate" on users "jane"',
    ),
    'groups that the author may send': row({ ...JANE, groups: ['dev', 'ops'] }, [
      may.users('jane'),
      may.groups('dev', 'ops'),
    ]),
    'a group that the author may not send': row(
      { ...JANE, groups: ['dev', 'ops'] },
      [may.users('jane'), may.groups('dev')],
      'groups "ops"',
    ),
    'a uid that the author may send': row({ ...JANE, uids: ['06f6'] }, [may.users('jane'), may.uids('06f6')]),
    'a uid that the author may not send': row(
      { ...JANE, uids: ['06f6'] },
      [may.users('jane'), may.uids('0000')],
      'uids "06f6" (API group authentication.k8s.io)',
    ),
    'extra values that the author may send': row({ ...JANE, extra: [{ key: KEY, values: ['a', 'b'] }] }, [
      may.users('jane'),
      may.extra(KEY, 'a', 'b'),
    ]),
    'an extra value that the author may not send': row(
      { ...JANE, extra: [{ key: KEY, values: ['a', 'b'] }] },
      [may.users('jane'), may.extra(KEY, 'a')],
      `userextras/${KEY} "b"`,
    ),
    'an extra key that the author may not send': row(
      { ...JANE, extra: [{ key: 'acme.io/tier', values: ['a'] }] },
      [may.users('jane'), may.extra(KEY)],
      'userextras/acme.io/tier "a"',
    ),
    'a service account that the author may become': {
      ...row(ACCOUNT, []),
      rights: { within: { default: [may.accounts('app')] } },
    },
    'a service account of that name elsewhere': {
      ...row(ACCOUNT, [], 'serviceaccounts "app" in namespace "default"'),
      rights: { within: { 'kube-public': [may.accounts('app')] } },
    },
    'a user binding that the author may become': row({ userBindings: ['jane'] }, [may.bindings('jane')]),
    'a user binding that the author may not become': row(
      { userBindings: ['jane'] },
      [may.bindings('john'), may.users('jane')],
      'userbindings "jane" (API group impersonation.dev)',
    ),
    'a constrained grant of a user, by either verb': row(
      { users: ['jane', 'john'] },
      [may.users('jane'), may.constrained('user-info', 'users', 'john'), getsPods],
      undefined,
      { actions: get },
    ),
    'a constrained grant of a user, by neither verb': row(
      { users: ['jane', 'john'] },
      [may.users('jane'), getsPods],
      'or "impersonate:user-info" on users "john"',
      { actions: get },
    ),
    'a constrained grant of an account': {
      ...row(ACCOUNT, [], undefined, { actions: get }),
      rights: {
        everywhere: [accountGetsPods],
        within: { default: [may.constrained('serviceaccount', 'serviceaccounts', 'app')] },
      },
    },
    'a constrained grant of an account by the verb of another mode': {
      ...row(ACCOUNT, [], 'serviceaccounts "app"', { actions: get }),
      rights: {
        everywhere: [accountGetsPods],
        within: { default: [may.constrained('user-info', 'serviceaccounts', 'app')] },
      },
    },
    'a node that the author may become': row(
      { nodes: ['worker-1'] },
      [may.constrained('arbitrary-node', 'nodes', 'worker-1'), may.on('arbitrary-node', ['get'], '', 'pods')],
      undefined,
      { actions: get, allowPrivileged: true },
    ),
    'a node by the user name of it': row(
      { nodes: ['worker-1'] },
      [may.users('system:node:worker-1'), may.on('arbitrary-node', ['get'], '', 'pods')],
      '"impersonate:arbitrary-node" on nodes "worker-1"',
      { actions: get, allowPrivileged: true },
    ),
    'twenty of each sort': row(
      {
        users: numbered(20, 'u'),
        groups: numbered(20, 'g'),
        uids: numbered(20, 'i'),
        extra: [
          { key: KEY, values: numbered(12, 'x') },
          { key: 'acme.io/tier', values: numbered(8, 'y') },
        ],
        userBindings: numbered(20, 'b'),
        serviceAccounts: numbered(20, 's').map((name) => ({ namespace: 'default', name })),
      },
      [
        may.users(...numbered(20, 'u')),
        may.groups(...numbered(20, 'g')),
        may.uids(...numbered(20, 'i')),
        may.extra(KEY, ...numbered(12, 'x')),
        may.extra('acme.io/tier', ...numbered(8, 'y')),
        may.bindings(...numbered(20, 'b')),
        may.accounts(...numbered(20, 's')),
      ],
    ),
    'the twentieth is looked at too': row(
      { users: numbered(20, 'u') },
      [may.users(...numbered(19, 'u'))],
      'users "u20"',
    ),
    'the twentieth binding too': row(
      { userBindings: numbered(20, 'b') },
      [may.bindings(...numbered(19, 'b'))],
      'userbindings "b20"',
    ),
    'the twentieth value too': row(
      { ...JANE, extra: [{ key: KEY, values: numbered(20, 'x') }] },
      [may.users('jane'), may.extra(KEY, ...numbered(19, 'x'))],
      `userextras/${KEY} "x20"`,
    ),
    'twenty-one users by name': row(
      { users: numbered(21, 'u') },
      [may.users(...numbered(21, 'u'))],
      'spec.impersonate.users names 21',
    ),
    'twenty-one values by name': row(
      {
        ...JANE,
        extra: [
          { key: KEY, values: numbered(11, 'x') },
          { key: 'acme.io/tier', values: numbered(10, 'y') },
        ],
      },
      [may.users('jane'), may.extra(KEY), may.extra('acme.io/tier')],
      'spec.impersonate.extra names 21',
    ),
    'twenty-one bindings by name': row(
      { userBindings: numbered(21, 'b') },
      [may.bindings(...numbered(21, 'b'))],
      'userBindings names 21',
    ),
    'sixty-four users of somebody who holds all': row({ users: numbered(64, 'u') }, [may.users()]),
    'sixty-four bindings of somebody who holds all': row({ userBindings: numbered(64, 'b') }, [may.bindings()]),
    'everything, of somebody who may become everybody': row(
      {
        users: numbered(64, 'u'),
        groups: numbered(64, 'g'),
        extra: [{ key: KEY, values: numbered(32, 'x') }],
        ...ACCOUNT,
      },
      [may.users(), may.groups()],
    ),
    'a system: name that the author may not become': row(
      { users: ['system:admin'] },
      [may.users('admin')],
      'users "system:admin"',
      { allowPrivileged: true },
    ),
    'twenty users in Constrained mode, half of them by each verb': row(
      { users: [...numbered(10, 'u'), ...numbered(10, 'v')] },
      [may.users(...numbered(10, 'u')), may.constrained('user-info', 'users', ...numbered(10, 'v')), getsPods],
      undefined,
      { actions: get },
    ),
    'twenty users in Constrained mode but one': row(
      { users: [...numbered(10, 'u'), ...numbered(10, 'v')] },
      [may.users(...numbered(10, 'u')), may.constrained('user-info', 'users', ...numbered(9, 'v')), getsPods],
      'or "impersonate:user-info" on users "v10"',
      { actions: get },
    ),
    'all users by the constrained verb': row(
      { users: numbered(64, 'u') },
      [may.constrained('user-info', 'users'), getsPods],
      undefined,
      { actions: get },
    ),
    'the override': row({ ...JANE, groups: ['ops'], ...ACCOUNT, userBindings: ['b'] }, [
      may.override('impersonationgrants'),
    ]),
    'the override for another kind': row(JANE, [may.override('userbindings')], 'users "jane"'),
    'the override for another name': row(JANE, [may.override('impersonationgrants', 'other')], 'users "jane"'),
  },
  admin,
);
