import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CHART, NAMESPACE, RELEASE } from '../../charts/helm.ts';
import { planeOfWorker } from '../connection.ts';
import { ALICE } from '../people.ts';
import { untilTrue } from '../waiting.ts';
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
  ['a user', grants({ users: ['jane'] })],
  ['a group', grants({ users: ['john'], groups: ['admins'] })],
  ['a field', grants({ users: ['john'], extra: [{ key: 'acme.io/team', values: ['security'] }] })],
  ['a service account', grants(accounts('staging'))],
  ['an action', grants({ users: ['john'] }, pods('delete'))],
  ['a cluster role', bindings(role('ClusterRole', 'edit'))],
  ['a role', bindings(role('Role', 'deployer', ['staging']))],
  ['a rule', bindings({ rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] })],
] as const)('in the profile bounded the API server lets it hand out no %s beyond the ceiling', async ([, object]) => {
  const resource = await written('beyond', object);
  await untilTrue('answer', async () => (await resource.conditions()).some(({ type }) => type === 'Ready'));
  const ready = (await resource.conditions()).find(({ type }) => type === 'Ready');
  expect(ready?.status).toBe('False');
  expect((await cluster.children()).filter(({ kind }) => kind.endsWith('Binding'))).toEqual([]);
  await resource.delete();
  await cluster.untilNothingIsLeft();
});

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
