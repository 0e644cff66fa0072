import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CHART, NAMESPACE, RELEASE } from '../../charts/helm.ts';
import { planeOfWorker } from '../connection.ts';
import { ALICE } from '../people.ts';
import { Cluster } from './cluster.ts';

/** What the operator may hand out, and nothing else. */
const values = {
  profile: 'bounded',
  ceiling: {
    users: ['john'],
    groups: ['developers'],
    extra: [{ key: 'acme.io/team', values: ['payments'] }],
    serviceAccountNamespaces: ['production'],
    actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
    clusterRoles: ['view'],
    roles: ['production/deployer'],
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
  },
};

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start(planeOfWorker().binaries);
  for (const name of [NAMESPACE, 'production', 'staging']) await cluster.kubectl('create', 'namespace', name);
  for (const namespace of ['production', 'staging'])
    await cluster.kubectl('-n', namespace, 'create', 'role', 'deployer', '--verb=create', '--resource=pods');
  await cluster.helm(['install', RELEASE, CHART, '--wait'], { values });
});
afterAll(async () => {
  await cluster.stop();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => void process.stderr.write(cluster.logs()));
});

const grants = (impersonate: object, more: object = {}) => ({
  kind: 'ImpersonationGrant' as const,
  spec: { subjects: [ALICE], impersonate, ...more },
});
const bindings = (role: object) => ({
  kind: 'UserBinding' as const,
  spec: { subject: { kind: 'User', name: 'jane' }, roles: [role] },
});

const role = (kind: string, name: string, namespaces?: readonly string[]) => ({
  roleRef: { kind, name },
  ...(namespaces && { namespaces }),
});

const pods = (...verbs: readonly string[]) => ({ actions: [{ apiGroups: [''], resources: ['pods'], verbs }] });
const accounts = (namespace: string) => ({ serviceAccounts: [{ namespace, name: 'app' }] });

interface Written {
  readonly kind: 'ImpersonationGrant' | 'UserBinding';
  readonly spec: object;
}

/** Writes it as an administrator, whom no policy for authors stops. */
const written = async (name: string, { kind, spec }: Written) => {
  await cluster.admin.create({ apiVersion: 'impersonation.dev/v1alpha1', kind, metadata: { name }, spec });
  return kind === 'ImpersonationGrant' ? cluster.grant(name) : cluster.binding(name);
};

test.for([
  ['a user', grants({ users: ['john'] })],
  [
    'a group and a field',
    grants({ users: ['john'], groups: ['developers'], extra: [{ key: 'acme.io/team', values: ['payments'] }] }),
  ],
  ['a service account', grants(accounts('production'))],
  ['actions', grants({ users: ['john'] }, pods('get', 'list'))],
  ['a cluster role', bindings(role('ClusterRole', 'view'))],
  ['a role', bindings(role('Role', 'deployer', ['production']))],
  ['rules', bindings({ rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }] })],
] as const)('in the profile bounded the operator hands out %s of the ceiling', async ([, object]) => {
  const resource = await written('within', object);
  expect((await resource.until('Granted')).status).toBe('True');
  await resource.delete();
  await cluster.untilNothingIsLeft();
});

test.for([
  ['a user', grants({ users: ['jane'] }), 'ceiling.users'],
  ['a group', grants({ users: ['john'], groups: ['admins'] }), 'ceiling.groups'],
  ['a field', grants({ users: ['john'], extra: [{ key: 'acme.io/team', values: ['security'] }] }), 'ceiling.extra'],
  ['a service account', grants(accounts('staging')), 'ceiling.serviceAccountNamespaces'],
  ['an action', grants({ users: ['john'] }, pods('delete')), 'ceiling.actions'],
  ['a cluster role', bindings(role('ClusterRole', 'edit')), 'ceiling.clusterRoles'],
  ['a role', bindings(role('Role', 'deployer', ['staging'])), 'ceiling.roles'],
  ['a rule', bindings({ rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }), 'ceiling.rules'],
] as const)(
  'in the profile bounded %s beyond the ceiling is refused, and the list is named',
  async ([, object, list]) => {
    const resource = await written('beyond', object);
    expect((await resource.until('BeyondCeiling')).status).toBe('False');
    const conditions = await resource.conditions();
    expect(conditions.find(({ type }) => type === 'Stalled')).toMatchObject({
      status: 'True',
      reason: 'BeyondCeiling',
    });
    expect(conditions.find(({ type }) => type === 'Ready')?.message).toContain(list);
    expect(await cluster.children()).toEqual([]);
    await resource.delete();
    await cluster.untilNothingIsLeft();
  },
);

const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
const AUTHENTICATION = 'authentication.k8s.io';
const clusterRole = (rule: object) => ({ ...rbac, kind: 'ClusterRole', rules: [rule] });
const inNamespace = (namespace: string, rule: object) => ({
  ...rbac,
  kind: 'Role',
  metadata: { name: 'impersonation:grant:any', namespace },
  rules: [rule],
});
const binds = (kind: string, name: string, namespace?: string) => ({
  ...rbac,
  kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
  metadata: { name: 'impersonation:binding:any', namespace },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
  subjects: [ALICE],
});
const legacy = (resource: string, name: string) => ({
  apiGroups: [resource.includes('/') ? AUTHENTICATION : ''],
  resources: [resource],
  resourceNames: [name],
  verbs: ['impersonate'],
});
const constrained = (resource: string, name: string, mode = 'user-info') => ({
  apiGroups: [AUTHENTICATION],
  resources: [resource],
  resourceNames: [name],
  verbs: [`impersonate:${mode}`],
});
const pod = (verb: string) => ({
  apiGroups: [''],
  resources: ['pods'],
  verbs: [`impersonate-on:user-info:${verb}`],
});

/** What the API server says to the operator's account that would write this. */
const tried = async (object: object): Promise<string> => {
  const { stderr } = await cluster.controlPlane.kubectl(
    ['create', '--dry-run=server', '-f', '-', `--as=system:serviceaccount:${NAMESPACE}:${RELEASE}`],
    { input: JSON.stringify({ metadata: { name: 'impersonation:grant:any' }, ...object }) },
  );
  return stderr;
};

const HELD = 'attempting to grant RBAC permissions not currently held';

test.for([
  ['a user', clusterRole(legacy('users', 'jane')), clusterRole(legacy('users', 'john'))],
  ['a user, constrained', clusterRole(constrained('users', 'jane')), clusterRole(constrained('users', 'john'))],
  ['a group', clusterRole(legacy('groups', 'admins')), clusterRole(legacy('groups', 'developers'))],
  [
    'a field',
    clusterRole(legacy('userextras/acme.io/team', 'security')),
    clusterRole(legacy('userextras/acme.io/team', 'payments')),
  ],
  [
    'a service account',
    inNamespace('staging', legacy('serviceaccounts', 'app')),
    inNamespace('production', legacy('serviceaccounts', 'app')),
  ],
  [
    'a service account, constrained',
    inNamespace('staging', constrained('serviceaccounts', 'app', 'serviceaccount')),
    inNamespace('production', constrained('serviceaccounts', 'app', 'serviceaccount')),
  ],
  ['an action', clusterRole(pod('delete')), clusterRole(pod('get'))],
  ['a cluster role', binds('ClusterRole', 'edit'), binds('ClusterRole', 'view')],
  ['a role', binds('Role', 'deployer', 'staging'), binds('Role', 'deployer', 'production')],
  [
    'a rule',
    clusterRole({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }),
    clusterRole({ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }),
  ],
] as const)(
  'in the profile bounded the API server stops its account at %s beyond the ceiling',
  async ([, beyond, within]) => {
    expect(await tried(beyond)).toContain(HELD);
    expect(await tried(within)).not.toContain(HELD);
  },
);

test('in the profile bounded its account may neither escalate nor bind anything else', async () => {
  const as = `--as=system:serviceaccount:${NAMESPACE}:${RELEASE}`;
  for (const [verb, resource] of [
    ['escalate', 'clusterroles'],
    ['escalate', 'roles'],
    ['bind', 'clusterroles'],
    ['bind', 'clusterroles/cluster-admin'],
    ['impersonate', 'users'],
    ['impersonate', 'groups/system:masters'],
  ] as const) {
    const { stdout } = await cluster.controlPlane.kubectl(['auth', 'can-i', verb, resource, '-A', as]);
    expect([verb, resource, stdout.trim()]).toEqual([verb, resource, 'no']);
  }
});
