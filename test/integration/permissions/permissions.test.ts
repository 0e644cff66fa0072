import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dnsName } from '../../../src/reconcile/names.ts';
import type { AnyObject } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { ALICE } from '../people.ts';
import { untilTrue } from '../waiting.ts';
import { OWNER_LABEL } from '../world.ts';
import { CREDENTIALS, NAME, SYSTEM, documents, held, manifests, requested } from './manifest.ts';
import { Restricted } from './restricted.ts';

const RBAC = 'rbac.authorization.k8s.io';
const impersonate = { users: ['john'], serviceAccounts: [{ namespace: 'default', name: 'app' }] };

let restricted: Restricted;

beforeAll(async () => {
  restricted = await Restricted.start(planeOfWorker().binaries);
});
afterAll(async () => {
  await restricted.stop();
});

/** Objects of somebody else under names that the grant `race` needs. */
const inTheWay: readonly AnyObject[] = [
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: CREDENTIALS, name: dnsName({ slug: 'grant', name: 'race' }, 'account') },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: CREDENTIALS, name: 'race' } },
  { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: 'impersonation:grant:race' }, rules: [] },
  { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { namespace: 'default', name: 'impersonation:grant:race' } },
  ...['ClusterRoleBinding', 'RoleBinding'].map((kind) => ({
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: {
      name: 'impersonation:grant:race',
      ...(kind === 'RoleBinding' ? { namespace: 'default' } : {}),
    },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'none' },
  })),
];

/** Every write that the operator knows, and every read. */
const everything = async (): Promise<void> => {
  const { admin } = restricted;
  const support = restricted.grant('support');
  await support.apply({ subjects: [ALICE], impersonate, credential: { secretName: 'support' } });
  const jane = restricted.binding('jane');
  await jane.apply({
    subject: { kind: 'User', name: 'jane' },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' }, namespaces: ['default'] }],
    credential: { type: 'LongLived', kubeconfig: true },
  });
  for (const { kind, metadata } of await restricted.children())
    await admin.patch(
      kind as 'Role',
      metadata.name,
      { metadata: { labels: { [OWNER_LABEL]: 'other' } } },
      metadata.namespace,
    );
  await untilTrue('repair', async () =>
    (await restricted.children()).every(({ metadata }) => metadata.labels?.[OWNER_LABEL] !== 'other'),
  );
  await support.delete();
  await jane.delete();
  await restricted.untilNothingIsLeft();
  const race = restricted.grant('race');
  for (const object of inTheWay) {
    await restricted.rightBefore(
      object.kind,
      async () => admin.create(object),
      async () => race.apply({ subjects: [ALICE], impersonate, credential: { secretName: 'race' } }, 'NameTaken'),
    );
    await race.delete();
    await admin.delete(object.kind as 'Role', object.metadata.name, object.metadata.namespace);
    await restricted.untilNothingIsLeft();
  }
};

test('the operator asks for everything that its manifest allows, and is refused nothing', async () => {
  await everything();
  const allowed = await held();
  const requests = await restricted.requests();
  const refused = requests.filter(({ responseStatus }) => responseStatus?.code === 403);
  expect(refused.map((event) => requested(event, allowed))).toEqual([]);
  expect([...new Set(requests.map((event) => requested(event, allowed)))].toSorted()).toEqual(allowed);
});

test.for([
  ['clusterroles', { users: ['john'] }],
  ['roles', { serviceAccounts: [{ namespace: 'default', name: 'app' }] }],
] as const)('the operator cannot do without escalate on %s', async ([resource, targets]) => {
  const grant = restricted.grant(`escalate-${resource}`);
  await restricted.without('escalate', async () => {
    await grant.apply({ subjects: [ALICE], impersonate: targets }, 'WriteFailed');
    expect((await grant.until('WriteFailed')).message).toContain('attempting to grant RBAC permissions');
  });
  await grant.until('Granted');
  await grant.delete();
});

test.for([
  ['clusterroles', { roleRef: { kind: 'ClusterRole', name: 'view' } }],
  ['roles', { roleRef: { kind: 'Role', name: 'deployer' }, namespaces: ['default'] }],
] as const)('the operator cannot do without bind on %s', async ([resource, role]) => {
  await restricted.admin.apply({
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'deployer', namespace: 'default' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['create'] }],
  });
  const binding = restricted.binding(`bind-${resource}`);
  await restricted.without('bind', async () => {
    await binding.apply({ subject: { kind: 'User', name: 'jane' }, roles: [role] }, 'WriteFailed');
    expect((await binding.until('WriteFailed')).message).toContain('attempting to grant RBAC permissions');
  });
  await binding.until('Granted');
  await binding.delete();
});

test.for([
  [`/api/v1/namespaces/${CREDENTIALS}/secrets`, 200],
  [`/api/v1/namespaces/${SYSTEM}/secrets`, 403],
  ['/api/v1/namespaces/kube-system/secrets', 403],
  ['/api/v1/namespaces/default/secrets', 403],
  ['/api/v1/secrets', 403],
] as const)('the account of the operator is answered %s with %i', async ([path, status]) => {
  const token = await restricted.admin.token(SYSTEM, NAME);
  expect((await restricted.admin.send('GET', path, { token })).status).toBe(status);
});

const byName = (objects: readonly AnyObject[]): unknown =>
  Object.fromEntries(objects.map((one) => [`${one.kind} ${one.metadata.namespace ?? ''}/${one.metadata.name}`, one]));

test('kustomize builds of config/ what is in config/install.yaml', async () => {
  const config = fileURLToPath(new URL('../../../config', import.meta.url));
  const { stdout } = await restricted.controlPlane.kubectl(['kustomize', config]);
  expect(byName(documents(stdout))).toEqual(byName(await manifests()));
});
