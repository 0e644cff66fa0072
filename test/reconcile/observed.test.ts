import { expect, test } from 'vitest';
import type { ObjectMeta, OwnerReference, StoredObject } from '../../src/cluster/port.ts';
import { SECRET } from '../../src/controllers/kinds.ts';
import type { Child } from '../../src/reconcile/child.ts';
import { diff } from '../../src/reconcile/diff.ts';
import { execute } from '../../src/reconcile/execute.ts';
import { metadataDiffers } from '../../src/reconcile/observed.ts';
import { ModelCluster } from './model/cluster.ts';
import { KEY, OWNER, pair, refTo, secret, seen, storedAs } from './model/samples.ts';
import { World } from './model/world.ts';

type Change = (metadata: StoredObject['metadata']) => Partial<ObjectMeta>;

const label =
  (key: string, value: string): Change =>
  ({ labels }) => ({ labels: { ...labels, [key]: value } });
const withoutLabel =
  (key: string): Change =>
  ({ labels }) => ({ labels: Object.fromEntries(Object.entries(labels ?? {}).filter(([name]) => name !== key)) });
const annotation =
  (key: string, value: string): Change =>
  ({ annotations }) => ({ annotations: { ...annotations, [key]: value } });
const reference =
  (change: Partial<OwnerReference>): Change =>
  ({ ownerReferences = [] }) => ({ ownerReferences: ownerReferences.map((one) => ({ ...one, ...change })) });

const SECOND: OwnerReference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'stay', uid: 'uid-of-a-configmap' };

const drifts: [string, Change][] = [
  ['a removed label of ours', withoutLabel('impersonation.dev/owner-uid')],
  ['a changed label of ours', label('impersonation.dev/owner-uid', 'another')],
  ['a changed manager', label('app.kubernetes.io/managed-by', 'helm')],
  ['a foreign label under our group', label('impersonation.dev/extra', 'yes')],
  ['a label that adds the rules to admin', label('rbac.authorization.k8s.io/aggregate-to-admin', 'true')],
  ['a label that adds the rules to view', label('rbac.authorization.k8s.io/aggregate-to-view', 'true')],
  ['a changed annotation of ours', annotation('impersonation.dev/owner-name', 'another')],
  ['a changed part', annotation('impersonation.dev/part', 'another')],
  ['removed annotations', () => ({ annotations: {} })],
  ['no owner', () => ({ ownerReferences: [] })],
  ['a second owner', ({ ownerReferences = [] }) => ({ ownerReferences: [...ownerReferences, SECOND] })],
  ['a second owner before ours', ({ ownerReferences = [] }) => ({ ownerReferences: [SECOND, ...ownerReferences] })],
  ['an owner of another uid', reference({ uid: 'another' })],
  ['an owner of another name', reference({ name: 'another' })],
  ['an owner of another kind', reference({ kind: 'UserBinding' })],
  ['an owner of another version', reference({ apiVersion: 'impersonation.dev/v9' })],
  ['an owner that is no controller', reference({ controller: false })],
  ['an owner that deletion waits for', reference({ blockOwnerDeletion: true })],
];

const changed = (child: Child, change: Change): World => {
  const world = new World();
  world.put([child], OWNER);
  world.store.edit(refTo(child), (object) => ({
    ...object,
    metadata: { ...object.metadata, ...change(object.metadata) },
  }));
  return world;
};

const [role] = pair(['jane']);

const repaired = async (world: World, child: Child): Promise<StoredObject> => {
  const context = {
    cluster: new ModelCluster(world.store),
    children: world.children,
    owner: OWNER,
    now: 0,
    yields: () => false,
  };
  for (let round = 0; round < 3; round++) await execute(diff(world.belongings([child], KEY, OWNER)), context);
  return storedAs(world, child);
};

test.for(drifts)('%s is seen, and gone after the next write', async ([, change]) => {
  const world = changed(role, change);
  expect(metadataDiffers(role, OWNER, seen(world, role))).toBe(true);
  const { metadata } = await repaired(world, role);
  const fresh = new World();
  fresh.put([role], OWNER);
  const { labels, annotations, ownerReferences } = storedAs(fresh, role).metadata;
  expect(metadata).toMatchObject({ labels, annotations, ownerReferences });
  expect(metadataDiffers(role, OWNER, seen(world, role))).toBe(false);
});

test('what we made differs in nothing', () => {
  const world = changed(role, () => ({}));
  expect(metadataDiffers(role, OWNER, seen(world, role))).toBe(false);
});

const foreign: [string, Change][] = [
  ['a label', label('team', 'payments')],
  ['a label of Kubernetes', label('kubernetes.io/legacy-token-last-used', '2026-11-24')],
  ['an annotation', annotation('note', 'by somebody')],
  ['a finalizer', () => ({ finalizers: ['acme.io/keep'] })],
];

test.for(foreign)('%s of somebody else means nothing to us, and outlives a write of ours', async ([, change]) => {
  const world = changed(role, change);
  const { metadata } = storedAs(world, role);
  expect(metadataDiffers(role, OWNER, seen(world, role))).toBe(false);
  const [wider] = pair(['jane', 'joe']);
  const after = await repaired(world, wider);
  expect(after['rules']).toEqual(wider.content['rules']);
  expect(after.metadata).toMatchObject({
    uid: metadata.uid,
    labels: metadata.labels,
    annotations: metadata.annotations,
    ...(metadata.finalizers && { finalizers: metadata.finalizers }),
  });
});

test('an annotation under our group that we did not set goes with the next write', async () => {
  const world = changed(role, annotation('impersonation.dev/forged', 'yes'));
  const [wider] = pair(['jane', 'joe']);
  expect((await repaired(world, wider)).metadata.annotations).not.toHaveProperty('impersonation.dev/forged');
});

test('a label that means something to roles alone is left on a Secret', () => {
  const child = secret('support-bot');
  const world = changed(child, label('rbac.authorization.k8s.io/aggregate-to-admin', 'true'));
  expect(metadataDiffers(child, OWNER, seen(world, child))).toBe(false);
});

test('a label or an annotation that the spec asks for no more goes, one of the same kind by somebody else stays', async () => {
  const child = secret('support-bot', { labels: { team: 'payments', app: 'bot' }, annotations: { note: 'x' } });
  const world = changed(child, label('foreign', 'yes'));
  expect(storedAs(world, child).metadata).toMatchObject({ labels: { team: 'payments' }, annotations: { note: 'x' } });
  const { metadata } = await repaired(world, secret('support-bot', { labels: { app: 'bot' } }));
  expect(metadata.labels).toMatchObject({ app: 'bot', foreign: 'yes' });
  expect(metadata.labels).not.toHaveProperty('team');
  expect(metadata.annotations).not.toHaveProperty('note');
  const bare = await repaired(world, secret('support-bot'));
  expect(bare.metadata.labels).not.toHaveProperty('app');
  expect(bare.metadata.annotations).not.toHaveProperty('impersonation.dev/asked');
});

test('of an object of somebody else no annotation is kept, for it may hold what a Secret holds', () => {
  const world = new World();
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"eHg="}}' };
  const metadata = { name: 'theirs', namespace: 'credentials', annotations, labels: { app: 'x' } };
  world.store.create(SECRET.type, { apiVersion: 'v1', kind: 'Secret', metadata });
  const { meta } = seen(world, secret('theirs'));
  expect(JSON.stringify(meta)).not.toContain('eHg=');
});

test('a label that the spec asks for is one of ours', async () => {
  const child = secret('support-bot', { labels: { team: 'payments' } });
  const world = changed(child, label('team', 'fraud'));
  expect(metadataDiffers(child, OWNER, seen(world, child))).toBe(true);
  expect((await repaired(world, child)).metadata.labels).toMatchObject({ team: 'payments' });
});
