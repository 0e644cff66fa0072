import { expect, test } from 'vitest';
import { type Found, binding, grant, planOfGrant, rbac, ceiling, reads } from '../given.ts';

const RBAC = 'rbac.authorization.k8s.io';
const AUTHENTICATION = 'authentication.k8s.io';
const NAME = 'impersonation:grant:support';
const ACTIONS = `${NAME}:actions`;
const alice = { kind: 'User', apiGroup: RBAC, name: 'alice' };
const bound = (kind: string, name: string) => ({ roleRef: { apiGroup: RBAC, kind, name }, subjects: [alice] });
const whom = (verb: string, resource: string, resourceNames: string[]) => ({
  verbs: [verb],
  apiGroups: [AUTHENTICATION],
  resources: [resource],
  resourceNames,
});
const meanwhile = (modes: string[], verbs: string[]) =>
  modes.flatMap((mode) => verbs.map((verb) => `impersonate-on:${mode}:${verb}`)).toSorted();
const client = (modes: string[]) => [
  {
    verbs: meanwhile(modes, ['create']),
    apiGroups: ['authentication.k8s.io'],
    resources: ['selfsubjectreviews'],
  },
  {
    verbs: meanwhile(modes, ['create']),
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  {
    verbs: meanwhile(modes, ['get']),
    nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', '/version', '/version/'],
  },
];
const pods = { apiGroups: [''], resources: ['pods', 'pods/log'] };
const listPods = { ...pods, verbs: ['get', 'list'] };

test('a user with actions: whom and what are two roles, and what a client needs comes along', async () => {
  const plan = await planOfGrant(
    grant({
      impersonate: {
        users: ['jane'],
        groups: ['developers'],
        uids: ['06f6'],
        extra: [{ key: 'acme.io/team', values: ['payments'] }],
      },
      actions: [listPods],
    }),
  );
  expect(rbac(plan)).toEqual({
    [`ClusterRole /${NAME}`]: {
      rules: [
        whom('impersonate:user-info', 'groups', ['developers']),
        whom('impersonate:user-info', 'uids', ['06f6']),
        whom('impersonate:user-info', 'userextras/acme.io/team', ['payments']),
        whom('impersonate:user-info', 'users', ['jane']),
      ],
    },
    [`ClusterRoleBinding /${NAME}`]: bound('ClusterRole', NAME),
    [`ClusterRole /${ACTIONS}`]: {
      rules: [
        client(['user-info'])[0],
        client(['user-info'])[1],
        { ...pods, verbs: meanwhile(['user-info'], ['get', 'list']) },
        client(['user-info'])[2],
      ],
    },
    [`ClusterRoleBinding /${ACTIONS}`]: bound('ClusterRole', ACTIONS),
  });
  expect(plan.summary.mode).toBe('Constrained');
  expect(plan.outcome).toMatchObject({ is: 'ready', reason: 'Granted' });
});

test('each sort of target has its own verbs, an account in its namespace', async () => {
  const plan = await planOfGrant(
    grant({
      impersonate: { serviceAccounts: [{ namespace: 'production', name: 'app' }], nodes: ['worker-1'] },
      allowPrivileged: true,
      actions: [{ ...listPods, namespaces: ['staging'] }],
    }),
    {
      installation: {
        ceiling: ceiling({ nodes: new Set(['worker-1']) }),
      },
    },
  );
  const modes = ['serviceaccount', 'arbitrary-node'];
  expect(rbac(plan)).toEqual({
    [`ClusterRole /${NAME}`]: { rules: [whom('impersonate:arbitrary-node', 'nodes', ['worker-1'])] },
    [`ClusterRoleBinding /${NAME}`]: bound('ClusterRole', NAME),
    [`Role production/${NAME}`]: { rules: [whom('impersonate:serviceaccount', 'serviceaccounts', ['app'])] },
    [`RoleBinding production/${NAME}`]: bound('Role', NAME),
    [`ClusterRole /${ACTIONS}`]: { rules: client(modes) },
    [`ClusterRoleBinding /${ACTIONS}`]: bound('ClusterRole', ACTIONS),
    [`Role staging/${ACTIONS}`]: { rules: [{ ...pods, verbs: meanwhile(modes, ['get', 'list']) }] },
    [`RoleBinding staging/${ACTIONS}`]: bound('Role', ACTIONS),
  });
});

test('without actions everything that the target may do is allowed, by the verbs that requests have', async () => {
  const plan = await planOfGrant(grant({ mode: 'Constrained' }));
  expect(rbac(plan)[`ClusterRole /${ACTIONS}`]).toEqual({
    rules: [
      {
        verbs: meanwhile(
          ['user-info'],
          ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
        ),
        apiGroups: ['*'],
        resources: ['*'],
      },
      {
        verbs: meanwhile(['user-info'], ['delete', 'get', 'head', 'options', 'patch', 'post', 'put']),
        nonResourceURLs: ['*'],
      },
    ],
  });
});

test('an action whose namespace is missing is allowed nowhere, least of all everywhere', async () => {
  const plan = await planOfGrant(
    grant({
      actions: [
        { ...listPods, namespaces: ['absent'] },
        { ...pods, verbs: ['watch'], namespaces: ['absent', 'ci'] },
      ],
    }),
  );
  expect(rbac(plan)).toMatchObject({
    [`ClusterRole /${ACTIONS}`]: { rules: client(['user-info']) },
    [`Role ci/${ACTIONS}`]: { rules: [{ ...pods, verbs: meanwhile(['user-info'], ['watch']) }] },
  });
  expect(Object.keys(rbac(plan)).filter((name) => name.includes(' absent/'))).toEqual([]);
  expect(plan.outcome).toMatchObject({
    is: 'waiting',
    reason: 'NamespaceNotFound',
    granted: true,
    message: 'namespace "absent" does not exist; no action is allowed in it, the rest is',
  });
  expect(reads(plan).map(({ type, name }) => `${type.kind} ${name}`)).toEqual([
    'FeatureGate gate',
    'Namespace absent',
    'Namespace absent',
    'Namespace ci',
  ]);
});

test('where nobody is left to become, nothing may be done either', async () => {
  const plan = await planOfGrant(
    grant({ impersonate: { serviceAccounts: [{ namespace: 'absent', name: 'app' }] }, actions: [listPods] }),
  );
  expect(plan.children).toEqual([]);
});

test('neither dialect depends on the other: a legacy grant does not ask for the gate', async () => {
  const plan = await planOfGrant(grant({ mode: 'Legacy' }), { constrained: false });
  expect(plan.outcome).toMatchObject({ is: 'ready' });
  expect(reads(plan)).toEqual([]);
});

const LACKS = 'which needs constrained impersonation, and this API server does not offer it (its metrics say 0)';
const GATE = 'or turn on its feature gate ConstrainedImpersonation';

const allowed = { allowPrivileged: true };

test.for<[object, string, string, Found]>([
  [
    { mode: 'Constrained' },
    'Unsupported',
    `spec.mode is Constrained, ${LACKS}: set it to Auto or Legacy, ${GATE}`,
    { constrained: false },
  ],
  [
    { actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
    'Unsupported',
    `spec.actions is set, ${LACKS}: remove it, ${GATE}`,
    { constrained: false },
  ],
  [
    { impersonate: { nodes: ['worker-1'] }, ...allowed },
    'Unsupported',
    `spec.impersonate.nodes is set, ${LACKS}: remove it, ${GATE}`,
    { constrained: false },
  ],
  [
    { impersonate: { userBindings: ['john'] }, mode: 'Constrained' },
    'Unsupported',
    'spec.impersonate.userBindings names "john", whose identity has the extra key "region"; constrained impersonation takes keys of the form domain/path only, as acme.io/team',
    { bindings: [binding({ identity: { extra: [{ key: 'region', values: ['eu'] }] } })] },
  ],
  [
    { impersonate: { nodes: ['worker-1'] }, ...allowed },
    'BeyondCeiling',
    'spec.impersonate.nodes names "worker-1", which is privileged and not in the ceiling of this installation: ceiling.privilegedNodes has nothing; whoever installed the operator can add it',
    {},
  ],
])('%j is %s', async ([spec, reason, message, found]) => {
  const plan = await planOfGrant(grant({ ...spec }), found);
  expect(plan.outcome).toEqual({ is: 'rejected', reason, message });
  expect(plan.children).toEqual([]);
});
