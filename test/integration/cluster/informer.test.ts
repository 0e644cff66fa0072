import { afterAll, beforeAll, expect, test } from 'vitest';
import { isApiError } from '../../../src/cluster/errors.ts';
import { planeOfWorker } from '../connection.ts';
import {
  account,
  adminWorld,
  clusterRole,
  clusterRoles,
  fresh,
  kubeConfigOf,
  names,
  patient,
  realWorld,
  role,
  secrets,
} from './world.ts';

const definitions = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};
const things = { group: 'test.example.com', version: 'v1', kind: 'Thing', plural: 'things', namespaced: false };
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.test.example.com' },
  spec: {
    group: 'test.example.com',
    scope: 'Cluster',
    names: { kind: 'Thing', plural: 'things' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

const connection = planeOfWorker();

let world: Awaited<ReturnType<typeof adminWorld>>;

beforeAll(async () => {
  world = await adminWorld(connection);
});

afterAll(() => world[Symbol.asyncDispose]());

test('an informer follows what others do, and brings metadata alone where that is asked', async () => {
  const { namespace } = world;
  const roles = world.informer(clusterRoles);
  const metadata = world.informer(secrets, { namespace, metadataOnly: true });
  await Promise.all([roles.whenSynced(), metadata.whenSynced()]);
  const name = fresh('Follow:A');
  const created = await world.cluster.create(clusterRoles, role(name));
  await expect.poll(() => roles.get('', name)?.resourceVersion, patient).toBe(created.metadata.resourceVersion);
  await world.cluster.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'plain', namespace },
    stringData: { token: 'hunter2' },
  });
  await expect
    .poll(() => metadata.get(namespace, 'plain')?.object, patient)
    .toMatchObject({ kind: 'Secret', apiVersion: 'v1' });
  expect(JSON.stringify([...metadata.list()])).not.toContain(Buffer.from('hunter2').toString('base64'));
  await world.cluster.delete(clusterRole(name), created.metadata.uid);
  await expect.poll(() => roles.get('', name), patient).toBeUndefined();
});

test('an informer pages through more objects than one page holds', async () => {
  const prefix = fresh('Page:A');
  const wanted = Array.from({ length: 620 }, (_, index) => `${prefix}:${index}`);
  const results = await Promise.all(wanted.map((name) => world.cluster.create(clusterRoles, role(name))));
  const before = world.reports.filter(({ verb }) => verb === 'list').length;
  const informer = world.informer(clusterRoles);
  await informer.whenSynced();
  expect(world.reports.filter(({ verb }) => verb === 'list').length - before).toBe(2);
  expect(names(informer)).toEqual(expect.arrayContaining(wanted));
  await Promise.all(results.map(({ metadata }) => world.cluster.delete(clusterRole(metadata.name), metadata.uid)));
  await expect.poll(() => names(informer).filter((name) => name.startsWith(prefix)), patient).toEqual([]);
});

test('an informer lives through its type being deleted and made again', async () => {
  const informer = world.informer(things);
  await informer.whenSynced();
  expect(names(informer)).toEqual([]);
  for (const name of ['a', 'b']) {
    const { metadata } = await world.cluster.create(definitions, definition);
    const thing = { apiVersion: 'test.example.com/v1', kind: 'Thing', metadata: { name } };
    await expect.poll(() => world.cluster.create(things, thing).then(() => '', String), patient).toBe('');
    await expect.poll(() => names(informer), patient).toEqual([name]);
    await world.cluster.delete({ type: definitions, namespace: '', name: metadata.name }, metadata.uid);
    await expect.poll(() => names(informer), patient).toEqual([]);
    await expect
      .poll(() => world.cluster.get({ type: definitions, namespace: '', name: metadata.name }), patient)
      .toBeUndefined();
  }
});

test('an informer that may not list is not synced', async () => {
  const { token } = await (await account(world.cluster, world.namespace, 'powerless')).token('powerless');
  await using own = await realWorld(() => kubeConfigOf(connection, connection.url, token));
  const informer = own.informer(clusterRoles);
  await expect.poll(() => own.errors.length, patient).toBeGreaterThan(2);
  expect(own.errors.every((error) => isApiError(error, 'Forbidden'))).toBe(true);
  expect(informer.synced).toBe(false);
});
