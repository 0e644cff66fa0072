import { expect, test } from 'vitest';
import { SECRET, SERVICE_ACCOUNT } from '../../../src/controllers/kinds.ts';
import { dnsName } from '../../../src/reconcile/names.ts';
import type { Observed } from '../../../src/reconcile/observed.ts';
import { binding, planOfBinding, rbac } from '../given.ts';

const RBAC = 'rbac.authorization.k8s.io';
const john = { kind: 'User', apiGroup: RBAC, name: 'john' };
const bound = (kind: string, name: string, subject: object = john) => ({
  roleRef: { apiGroup: RBAC, kind, name },
  subjects: [subject],
});
const POD_READER = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
const NAME = 'impersonation:binding:john';

test('a binding that says nothing but who it is for is ready, with nothing made', async () => {
  const plan = await planOfBinding(binding());
  expect(plan.children).toEqual([]);
  expect(plan.outcome).toMatchObject({ is: 'ready', reason: 'Granted', message: 'User john is known' });
  expect(plan.summary).toMatchObject({ mode: undefined, subjects: 'User john', targets: '' });
});

test('roles are bound everywhere or where they are to count', async () => {
  const plan = await planOfBinding(
    binding({
      roles: [
        { roleRef: { kind: 'ClusterRole', name: 'view' } },
        { roleRef: { kind: 'ClusterRole', name: 'edit' }, namespaces: ['dev', 'ci'] },
        { roleRef: { kind: 'Role', name: 'deployer' }, namespaces: ['ci'] },
      ],
    }),
  );
  expect(rbac(plan)).toEqual({
    [`ClusterRoleBinding /${NAME}:clusterrole:view`]: bound('ClusterRole', 'view'),
    [`RoleBinding dev/${NAME}:clusterrole:edit`]: bound('ClusterRole', 'edit'),
    [`RoleBinding ci/${NAME}:clusterrole:edit`]: bound('ClusterRole', 'edit'),
    [`RoleBinding ci/${NAME}:role:deployer`]: bound('Role', 'deployer'),
  });
  expect(plan.outcome.message).toBe('User john has ClusterRole view, ClusterRole edit in dev, ci, Role deployer in ci');
});

test('a Role and a ClusterRole of one name are two bindings; what is named twice is one', async () => {
  const plan = await planOfBinding(
    binding({
      roles: [
        { roleRef: { kind: 'ClusterRole', name: 'x' }, namespaces: ['ci'] },
        { roleRef: { kind: 'Role', name: 'x' }, namespaces: ['ci'] },
        { roleRef: { kind: 'Role', name: 'x' }, namespaces: ['ci', 'dev'] },
      ],
    }),
  );
  expect(plan.children.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    `ci/${NAME}:clusterrole:x`,
    `ci/${NAME}:role:x`,
    `dev/${NAME}:role:x`,
  ]);
});

test('the rules of a binding become one role per place, with its binding', async () => {
  const plan = await planOfBinding(
    binding({
      roles: [
        { rules: [POD_READER] },
        { rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] },
        { rules: [{ ...POD_READER, resourceNames: ['web'] }], namespaces: ['ci'] },
      ],
    }),
  );
  expect(rbac(plan)).toEqual({
    [`ClusterRole /${NAME}:rules`]: {
      rules: [
        { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
        { verbs: ['get'], nonResourceURLs: ['/metrics'] },
      ],
    },
    [`ClusterRoleBinding /${NAME}:rules`]: bound('ClusterRole', `${NAME}:rules`),
    [`Role ci/${NAME}:rules`]: {
      rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['web'] }],
    },
    [`RoleBinding ci/${NAME}:rules`]: bound('Role', `${NAME}:rules`),
  });
});

test('roles in namespaces that do not exist wait for them, the rest is granted', async () => {
  const roles = [
    { roleRef: { kind: 'ClusterRole', name: 'edit' }, namespaces: ['absent', 'ci'] },
    { rules: [POD_READER], namespaces: ['absent'] },
  ];
  const plan = await planOfBinding(binding({ roles }));
  expect(Object.keys(rbac(plan))).toEqual([`RoleBinding ci/${NAME}:clusterrole:edit`]);
  expect(plan.outcome).toMatchObject({
    is: 'waiting',
    reason: 'NamespaceNotFound',
    granted: true,
    message: 'namespace "absent" does not exist; its roles are not granted, the rest is',
  });
  expect(plan.dependencies.map(({ type, name }) => `${type.kind} ${name}`)).toEqual([
    'Namespace absent',
    'Namespace ci',
  ]);
});

test.for([
  [
    { kind: 'Group', name: 'developers' },
    { kind: 'Group', apiGroup: RBAC, name: 'developers' },
  ],
  [
    { kind: 'ServiceAccount', namespace: 'ops', name: 'bot' },
    { kind: 'ServiceAccount', name: 'bot', namespace: 'ops' },
  ],
])('the subject %j is bound as %j', async ([subject, expected]) => {
  const plan = await planOfBinding(binding({ subject, roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' } }] }));
  expect(rbac(plan)).toEqual({
    [`ClusterRoleBinding /${NAME}:clusterrole:view`]: bound('ClusterRole', 'view', expected),
  });
});

const OWNER = { slug: 'binding', name: 'john' };
const broker = dnsName(OWNER, 'account');

const rule = (group: string, resource: string, name: string) => ({
  verbs: ['impersonate'],
  apiGroups: [group],
  resources: [resource],
  resourceNames: [name],
});

test('the account of a credential may become exactly this user, and nobody else may', async () => {
  const identity = { groups: ['developers'], uid: '06f6', extra: [{ key: 'acme.io/team', values: ['payments'] }] };
  const plan = await planOfBinding(
    binding({ identity, credential: {}, roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' } }] }),
  );
  expect(rbac(plan)).toEqual({
    [`ClusterRoleBinding /${NAME}:clusterrole:view`]: bound('ClusterRole', 'view'),
    [`ClusterRole /${NAME}:broker`]: {
      rules: [
        rule('', 'groups', 'developers'),
        rule('', 'users', 'john'),
        rule('authentication.k8s.io', 'uids', '06f6'),
        rule('authentication.k8s.io', 'userextras/acme.io/team', 'payments'),
      ],
    },
    [`ClusterRoleBinding /${NAME}:broker`]: bound('ClusterRole', `${NAME}:broker`, {
      kind: 'ServiceAccount',
      name: broker,
      namespace: 'credentials',
    }),
  });
  expect(plan.summary).toMatchObject({ mode: 'Legacy', credential: { namespace: 'credentials', secretName: 'john' } });
  expect(plan.children.slice(0, 3).map(({ kind, name }) => `${kind.type.kind} ${name}`)).toEqual([
    `ServiceAccount ${broker}`,
    `Secret ${dnsName(OWNER, 'anchor-a')}`,
    'Secret john',
  ]);
});

const theirs = {
  subject: { kind: 'ServiceAccount', namespace: 'credentials', name: 'app' },
  credential: { secretName: 'app-token' },
};
const app: Observed = {
  kind: SERVICE_ACCOUNT,
  namespace: 'credentials',
  name: 'app',
  uid: 'uid-of-app',
  resourceVersion: '1',
  claim: undefined,
  meta: { name: 'app', uid: 'uid-of-app', resourceVersion: '1', creationTimestamp: '2026-11-24T07:00:00Z' },
  content: {},
  terminating: false,
};

test('the credential of an account is a token of that account, which may become nobody', async () => {
  const plan = await planOfBinding(binding(theirs), { objects: [app] });
  expect(plan.children.map(({ kind, name }) => `${kind.type.kind} ${name}`)).toEqual([
    `Secret ${dnsName(OWNER, 'anchor-a')}`,
    'Secret app-token',
  ]);
  expect(plan.children.every(({ kind }) => kind === SECRET)).toBe(true);
  expect(plan.summary.mode).toBeUndefined();
});

test('an account that does not exist is waited for, and never made', async () => {
  const plan = await planOfBinding(binding({ ...theirs, roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' } }] }));
  expect(plan.children.map(({ name }) => name)).toEqual([`${NAME}:clusterrole:view`]);
  expect(plan.outcome).toMatchObject({
    is: 'waiting',
    reason: 'ServiceAccountNotFound',
    granted: true,
    message:
      'ServiceAccount "credentials/app" does not exist, so there is no token for it; it is never created for a UserBinding',
  });
  expect(plan.dependencies.map(({ type, name }) => `${type.kind} ${name}`)).toEqual([
    'Secret app-token',
    'ServiceAccount app',
  ]);
});
