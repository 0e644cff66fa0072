import { binding, grant, refused } from './row.ts';
import type { Fields, Row } from './row.ts';

const targets = (claim: string, impersonate: Fields, bad?: Row['refused']): Row => grant(claim, { impersonate }, bad);
const allowed = (claim: string, impersonate: Fields, bad?: Row['refused']): Row =>
  grant(claim, { impersonate, allowPrivileged: true }, bad);

const APP = { namespace: 'production', name: 'app' };
const ADMIN = { namespace: 'kube-system', name: 'admin' };
const TEAM = { key: 'acme.io/team', values: ['payments'] };

const NOBODY = 'must name somebody: at least one of users';
const NEEDS_USER = 'must come with a user';
const PRIVILEGED = 'must be true to name a privileged target';
const MASTERS = 'must not be impersonated';
const MACHINE = 'must not be a ServiceAccount or a node by its user name';

const somebody: readonly Row[] = [
  grant('no targets at all are refused', { impersonate: undefined }, refused('spec.impersonate')),
  targets('nobody to impersonate is refused', {}, refused('spec.impersonate', NOBODY)),
  targets('users that are null are nobody', { users: null }, refused('spec.impersonate', NOBODY)),
  targets('a field that is not known is nobody', { user: ['jane'] }, refused('spec.impersonate', NOBODY)),
  targets('groups alone are nobody', { groups: ['developers'] }, refused('spec.impersonate', NOBODY)),
  targets('service accounts alone are taken', { serviceAccounts: [APP] }),
  targets('user bindings alone are taken', { userBindings: ['jane'] }),
  targets('all sorts of targets are taken', {
    users: ['jane'],
    groups: ['developers'],
    uids: ['06f6'],
    extra: [TEAM],
    serviceAccounts: [APP],
    userBindings: ['jane'],
  }),
  ...(
    [
      ['groups', ['developers']],
      ['uids', ['06f6']],
      ['extra', [TEAM]],
    ] as const
  ).flatMap(([field, values]) => [
    targets(`${field} with a user are taken`, { users: ['jane'], [field]: values }),
    targets(`${field} with a user binding are taken`, { userBindings: ['jane'], [field]: values }),
    targets(
      `${field} with a service account only are refused`,
      { serviceAccounts: [APP], [field]: values },
      refused(`spec.impersonate.${field}`, NEEDS_USER),
    ),
    allowed(
      `${field} with a node only are refused`,
      { nodes: ['worker-1'], [field]: values },
      refused(`spec.impersonate.${field}`, NEEDS_USER),
    ),
  ]),
  targets(
    'a service account without a namespace is refused',
    { serviceAccounts: [{ name: 'app' }] },
    refused('spec.impersonate.serviceAccounts[0].namespace'),
  ),
  targets(
    'a service account without a name is refused',
    { serviceAccounts: [{ namespace: 'production' }] },
    refused('spec.impersonate.serviceAccounts[0].name'),
  ),
  targets('same-named service accounts of two namespaces are taken', {
    serviceAccounts: [APP, { ...APP, namespace: 'dev' }],
  }),
  targets(
    'the same service account twice is refused',
    { serviceAccounts: [APP, APP] },
    refused('spec.impersonate.serviceAccounts[1]'),
  ),
  targets('the same user twice is refused', { users: ['jane', 'jane'] }, refused('spec.impersonate.users[1]')),
  targets('names that differ in their bytes only are two', { users: ['\u{E9}', 'e\u{301}'] }),
  targets(
    'the same user binding twice is refused',
    { userBindings: ['jane', 'jane'] },
    refused('spec.impersonate.userBindings[1]'),
  ),
];

const privileged: readonly Row[] = [
  ...['system:admin', 'system:kube-scheduler', 'system:', 'kubeadm:jane', 'system:anonymous'].flatMap((name) => [
    targets(`the user ${name} is refused`, { users: ['jane', name] }, refused('spec.allowPrivileged', PRIVILEGED)),
    allowed(`the user ${name} is taken where privileged targets are allowed`, { users: ['jane', name] }),
  ]),
  ...['system:nodes', 'system:authenticated', 'kubeadm:cluster-admins', 'system:serviceaccounts:ops'].flatMap(
    (name) => [
      targets(
        `the group ${name} is refused`,
        { users: ['jane'], groups: [name] },
        refused('spec.allowPrivileged', PRIVILEGED),
      ),
      allowed(`the group ${name} is taken where privileged targets are allowed`, { users: ['jane'], groups: [name] }),
    ],
  ),
  ...['systemd', 'system', 'kubeadm', 'oidc:system:admin', 'System:admin', ':system:admin'].map((name) =>
    targets(`the name ${name} is not privileged`, { users: [name], groups: [name] }),
  ),
  targets('a system name as a uid is not privileged', { users: ['jane'], uids: ['system:admin'] }),
  targets('a node is refused', { nodes: ['worker-1'] }, refused('spec.allowPrivileged', PRIVILEGED)),
  allowed('a node is taken where privileged targets are allowed', { nodes: ['worker-1'] }),
  targets(
    'a service account in kube-system is refused',
    { serviceAccounts: [APP, ADMIN] },
    refused('spec.allowPrivileged', PRIVILEGED),
  ),
  allowed('a service account in kube-system is taken where privileged targets are allowed', {
    serviceAccounts: [ADMIN],
  }),
  targets('a service account named kube-system is not privileged', {
    serviceAccounts: [{ namespace: 'kube-system-x', name: 'kube-system' }],
  }),
  targets('a user binding of a system name is looked up, not judged by its name', { userBindings: ['system'] }),
  ...[true, false].flatMap((allowPrivileged) => [
    grant(
      `the group system:masters is refused, allowed or not (${allowPrivileged})`,
      { impersonate: { users: ['jane'], groups: ['system:masters'] }, allowPrivileged },
      refused('spec.impersonate.groups[0]', MASTERS),
    ),
    grant(
      `the user system:masters is refused, allowed or not (${allowPrivileged})`,
      { impersonate: { users: ['system:masters'] }, allowPrivileged },
      refused('spec.impersonate.users[0]', MASTERS),
    ),
  ]),
  allowed('a name that begins as system:masters is another', {
    users: ['jane'],
    groups: ['system:masters2', 'system:masters:x'],
  }),
  ...[
    'system:serviceaccount:ops:bot',
    'system:serviceaccount:ops',
    'system:serviceaccount:',
    'system:node:worker-1',
    'system:node:',
  ].map((name) =>
    allowed(`the user ${name} is refused`, { users: [name] }, refused('spec.impersonate.users[0]', MACHINE)),
  ),
  allowed('a user that nearly is a node is taken', { users: ['system:nodes', 'system:serviceaccounts'] }),
];

const identity: readonly Row[] = [
  binding('an identity is taken', { identity: { groups: ['developers'], uid: '06f6', extra: [TEAM] } }),
  binding('an empty identity is refused', { identity: {} }, refused('spec.identity', 'must not be empty')),
  binding('an identity of an empty list is refused', { identity: { groups: [] } }, refused('spec.identity.groups')),
  binding(
    'an identity with system:masters is refused',
    { identity: { groups: ['system:masters'] } },
    refused('spec.identity.groups[0]', MASTERS),
  ),
  binding('an identity with a system group is taken: a grant has to allow it', {
    identity: { groups: ['system:nodes'] },
  }),
  binding('the same group twice is refused', { identity: { groups: ['a', 'a'] } }, refused('spec.identity.groups[1]')),
  ...[
    { kind: 'Group', name: 'developers' },
    { kind: 'ServiceAccount', namespace: 'ops', name: 'bot' },
  ].map((subject) =>
    binding(
      `an identity of kind ${subject.kind} is refused`,
      { subject, identity: { uid: '1' } },
      refused('spec.identity', 'must not be set unless the subject is of kind User'),
    ),
  ),
];

export const targetRows: readonly Row[] = [...somebody, ...privileged, ...identity];
