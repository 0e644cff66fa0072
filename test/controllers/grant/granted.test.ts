import { expect, test } from 'vitest';
import { dnsName } from '../../../src/reconcile/names.ts';
import { NOW, binding, grant, planOfGrant, rbac, reads } from '../given.ts';

const RBAC = 'rbac.authorization.k8s.io';
const alice = { kind: 'User', apiGroup: RBAC, name: 'alice' };
const legacy = (resource: string, names: string[], group = '') => ({
  verbs: ['impersonate'],
  apiGroups: [group],
  resources: [resource],
  resourceNames: names,
});
const clusterRole = (name: string) => ({ apiGroup: RBAC, kind: 'ClusterRole', name });
const role = (name: string) => ({ apiGroup: RBAC, kind: 'Role', name });
const NAME = 'impersonation:grant:support';

test('a user is granted by one ClusterRole and one binding', async () => {
  const plan = await planOfGrant(grant());
  expect(rbac(plan)).toEqual({
    [`ClusterRole /${NAME}`]: { rules: [legacy('users', ['jane'])] },
    [`ClusterRoleBinding /${NAME}`]: { roleRef: clusterRole(NAME), subjects: [alice] },
  });
  expect(plan.outcome).toEqual({
    is: 'ready',
    reason: 'Granted',
    message: 'User alice may impersonate User jane',
    recheckAt: undefined,
  });
  expect(plan.summary).toMatchObject({
    mode: 'Legacy',
    subjects: 'User alice',
    targets: 'User jane',
    credential: undefined,
  });
});

test('everything that a user can carry is in the one role; accounts are in a role of their namespace', async () => {
  const plan = await planOfGrant(
    grant({
      subjects: [
        { kind: 'ServiceAccount', namespace: 'ops', name: 'bot' },
        { kind: 'Group', apiGroup: RBAC, name: 'support' },
        { kind: 'User', name: 'alice' },
      ],
      impersonate: {
        users: ['jane'],
        groups: ['developers'],
        uids: ['06f6'],
        extra: [{ key: 'acme.io/team', values: ['payments'] }],
        serviceAccounts: [
          { namespace: 'production', name: 'web' },
          { namespace: 'production', name: 'app' },
          { namespace: 'staging', name: 'app' },
        ],
      },
    }),
  );
  const subjects = [
    { kind: 'Group', apiGroup: RBAC, name: 'support' },
    { kind: 'ServiceAccount', name: 'bot', namespace: 'ops' },
    alice,
  ];
  expect(rbac(plan)).toEqual({
    [`ClusterRole /${NAME}`]: {
      rules: [
        legacy('groups', ['developers']),
        legacy('users', ['jane']),
        legacy('uids', ['06f6'], 'authentication.k8s.io'),
        legacy('userextras/acme.io/team', ['payments'], 'authentication.k8s.io'),
      ],
    },
    [`ClusterRoleBinding /${NAME}`]: { roleRef: clusterRole(NAME), subjects },
    [`Role production/${NAME}`]: { rules: [legacy('serviceaccounts', ['app', 'web'])] },
    [`RoleBinding production/${NAME}`]: { roleRef: role(NAME), subjects },
    [`Role staging/${NAME}`]: { rules: [legacy('serviceaccounts', ['app'])] },
    [`RoleBinding staging/${NAME}`]: { roleRef: role(NAME), subjects },
  });
});

test('a grant of accounts alone has nothing for the whole cluster', async () => {
  const plan = await planOfGrant(
    grant({ impersonate: { serviceAccounts: [{ namespace: 'production', name: 'app' }] } }),
  );
  expect(Object.keys(rbac(plan))).toEqual([`Role production/${NAME}`, `RoleBinding production/${NAME}`]);
});

test('accounts in a namespace that does not exist wait for it, the rest is granted', async () => {
  const impersonate = {
    users: ['jane'],
    serviceAccounts: [
      { namespace: 'absent', name: 'app' },
      { namespace: 'staging', name: 'app' },
    ],
  };
  const plan = await planOfGrant(grant({ impersonate }));
  expect(Object.keys(rbac(plan))).toEqual([
    `ClusterRole /${NAME}`,
    `ClusterRoleBinding /${NAME}`,
    `Role staging/${NAME}`,
    `RoleBinding staging/${NAME}`,
  ]);
  expect(plan.outcome).toEqual({
    is: 'waiting',
    reason: 'NamespaceNotFound',
    granted: true,
    message: 'namespace "absent" does not exist; its service accounts are not granted, the rest is',
    recheckAt: undefined,
  });
  expect(reads(plan).map(({ type, name }) => `${type.kind} ${name}`)).toEqual([
    'Namespace absent',
    'Namespace staging',
  ]);
});

const john = { impersonate: { userBindings: ['john'] } };

test('a binding that is named gives its subject and identity, never its roles', async () => {
  const bound = binding({
    identity: { groups: ['developers'] },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'edit' } }],
  });
  const plan = await planOfGrant(grant(john), { bindings: [bound] });
  expect(rbac(plan)).toEqual({
    [`ClusterRole /${NAME}`]: { rules: [legacy('groups', ['developers']), legacy('users', ['john'])] },
    [`ClusterRoleBinding /${NAME}`]: { roleRef: clusterRole(NAME), subjects: [alice] },
  });
  expect(reads(plan)).toEqual([expect.objectContaining({ name: 'john', namespace: '' })]);
});

test('a binding of an account gives it in its namespace', async () => {
  const bound = binding({ subject: { kind: 'ServiceAccount', namespace: 'production', name: 'app' } });
  const plan = await planOfGrant(grant(john), { bindings: [bound] });
  expect(rbac(plan)).toHaveProperty([`Role production/${NAME}`]);
  expect(reads(plan).map(({ name }) => name)).toEqual(['john', 'production']);
});

test.for<[string, ReturnType<typeof binding>[], string]>([
  ['is missing', [], 'does not exist'],
  ['is being deleted', [binding({}, { deletionTimestamp: '2026-11-24T08:00:00Z' })], 'is being deleted'],
  ['is suspended', [binding({ suspend: true })], 'is not in force (Suspended)'],
  ['is expired', [binding({ expiresAt: '2026-11-24T08:00:00Z' })], 'is not in force (Expired)'],
  ['is not yet valid', [binding({ notBefore: '2026-11-24T08:00:01Z' })], 'is not in force (NotYetValid)'],
  ['is rejected', [binding({ credential: { namespace: 'default' } })], 'is rejected (ForbiddenNamespace)'],
  ['is invalid', [binding({ roles: [] })], 'is rejected (Invalid)'],
])('a binding that %s contributes nothing, and the rest is granted', async ([, bindings, why]) => {
  const impersonate = { users: ['jane'], groups: ['developers'], userBindings: ['john'] };
  const plan = await planOfGrant(grant({ impersonate }), { bindings });
  expect(plan.outcome).toMatchObject({
    is: 'waiting',
    reason: 'UserBindingNotReady',
    granted: true,
    message: `UserBinding "john" ${why}; it contributes nothing, the rest is granted`,
  });
  expect(rbac(plan)).toHaveProperty([`ClusterRole /${NAME}`], {
    rules: [legacy('groups', ['developers']), legacy('users', ['jane'])],
  });
});

test('groups, uids and extra fields say something of a user only: without one, nothing is granted', async () => {
  const impersonate = {
    groups: ['developers'],
    uids: ['06f6'],
    extra: [{ key: 'a', values: ['x'] }],
    userBindings: ['john'],
  };
  const plan = await planOfGrant(grant({ impersonate }));
  expect(rbac(plan)).toEqual({});
  expect(plan.outcome).toMatchObject({ is: 'waiting', granted: false });
});

test.for([
  ['the end of a binding', { expiresAt: '2026-11-24T09:00:00Z' }, '2026-11-24T09:00:00Z'],
  ['the beginning of a binding', { notBefore: '2026-11-24T08:30:00Z' }, '2026-11-24T08:30:00Z'],
  ['its own end, if that is earlier', { expiresAt: '2026-11-24T18:00:00Z' }, '2026-11-24T17:00:00Z'],
] as const)('a grant is looked at again at %s', async ([, spec, expected]) => {
  const own = grant({ ...john, expiresAt: '2026-11-24T17:00:00Z' });
  const { outcome } = await planOfGrant(own, { bindings: [binding(spec)] });
  expect(outcome).toMatchObject({ recheckAt: Date.parse(expected) });
});

const account = dnsName({ slug: 'grant', name: 'support' }, 'account');

test('a credential has an account of its own, which holds the grant beside the subjects', async () => {
  const plan = await planOfGrant(grant({ credential: { secretName: 'support-bot' } }));
  expect(plan.children.map(({ kind, namespace, name }) => `${kind.type.kind} ${namespace}/${name}`)).toEqual([
    `ServiceAccount credentials/${account}`,
    `Secret credentials/${dnsName({ slug: 'grant', name: 'support' }, 'anchor-a')}`,
    'Secret credentials/support-bot',
    `ClusterRole /${NAME}`,
    `ClusterRoleBinding /${NAME}`,
  ]);
  expect(rbac(plan)).toHaveProperty(
    [`ClusterRoleBinding /${NAME}`, 'subjects'],
    [{ kind: 'ServiceAccount', name: account, namespace: 'credentials' }, alice],
  );
  expect(reads(plan).map(({ type, namespace, name }) => `${type.kind} ${namespace}/${name}`)).toEqual([
    'Secret credentials/support-bot',
    `ServiceAccount credentials/${account}`,
  ]);
  expect(plan.summary).toMatchObject({
    subjects: 'User alice, Secret support-bot',
    credential: { is: 'pending', namespace: 'credentials', secretName: 'support-bot' },
  });
});

test('a grant to its credential alone', async () => {
  const spec = { subjects: null, credential: { secretName: 'support-bot', namespace: 'more-credentials' } };
  const plan = await planOfGrant(grant(spec), { now: NOW });
  expect(rbac(plan)).toHaveProperty(
    [`ClusterRoleBinding /${NAME}`, 'subjects'],
    [{ kind: 'ServiceAccount', name: account, namespace: 'more-credentials' }],
  );
});

test('the lists of a status are short', async () => {
  const users = Array.from({ length: 64 }, (_, index) => `user-${String(index).padStart(2, '0')}`);
  const { summary } = await planOfGrant(grant({ impersonate: { users } }));
  expect(summary.targets).toBe('User user-00, User user-01, User user-02 and 61 more');
});
