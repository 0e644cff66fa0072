import { afterAll, beforeAll, expect, test } from 'vitest';
import { isApiError } from '../../../src/cluster/errors.ts';
import type { StoredObject } from '../../../src/cluster/port.ts';
import { planeOfWorker } from '../connection.ts';
import { adminWorld, clusterRole, clusterRoles, fresh, role, secrets, serviceAccounts } from './world.ts';

let world: Awaited<ReturnType<typeof adminWorld>>;

beforeAll(async () => {
  world = await adminWorld(planeOfWorker());
});

afterAll(() => world[Symbol.asyncDispose]());

test.each(['impersonation:grant:Support as Jane', 'UPPER', 'ünï 😀', 'a:b?c=d&e#f;g'])(
  'an object named %j is made, read, replaced and deleted',
  async (base) => {
    const name = fresh(base);
    const created = await world.cluster.create(clusterRoles, role(name));
    expect(created.metadata.name).toBe(name);
    await expect(world.cluster.create(clusterRoles, role(name))).rejects.toMatchObject({ reason: 'AlreadyExists' });
    const replaced = await world.cluster.replace(clusterRoles, {
      ...created,
      ...role(name, 'john'),
      metadata: created.metadata,
    });
    expect(replaced['rules']).toEqual(role(name, 'john')['rules']);
    await expect(world.cluster.replace(clusterRoles, created)).rejects.toMatchObject({ reason: 'Conflict' });
    await expect(world.cluster.get(clusterRole(name))).resolves.toMatchObject({ metadata: { name } });
    await expect(world.cluster.delete(clusterRole(name), created.metadata.uid)).resolves.toBeUndefined();
    await expect(world.cluster.get(clusterRole(name))).resolves.toBeUndefined();
    await expect(world.cluster.delete(clusterRole(name), created.metadata.uid)).resolves.toBeUndefined();
  },
);

test('an object of another uid is not deleted, and counts as gone', async () => {
  const name = fresh('Other:A');
  await world.cluster.create(clusterRoles, role(name));
  await expect(world.cluster.delete(clusterRole(name), crypto.randomUUID())).resolves.toBeUndefined();
  await expect(world.cluster.get(clusterRole(name))).resolves.toBeDefined();
});

test('an object that a finalizer holds is answered, one that is gone is not, though the server shows both', async () => {
  const { cluster, namespace } = world;
  const make = (name: string, finalizers: string[]): Promise<StoredObject> =>
    cluster.create(serviceAccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace, finalizers },
    });
  const remove = ({ metadata }: StoredObject): Promise<StoredObject | undefined> =>
    cluster.delete({ type: serviceAccounts, namespace, name: metadata.name }, metadata.uid);
  await expect(remove(await make('gone', []))).resolves.toBeUndefined();
  const left = await remove(await make('held', ['example.com/hold']));
  expect(left?.metadata.deletionTimestamp).toBeDefined();
});

test('an object asked for an orphan deletion by somebody else is deleted all the same', async () => {
  const name = fresh('Orphan:A');
  const object = role(name);
  const created = await world.cluster.create(clusterRoles, {
    ...object,
    metadata: { ...object.metadata, finalizers: ['orphan'] },
  });
  await expect(world.cluster.delete(clusterRole(name), created.metadata.uid)).resolves.toBeUndefined();
  await expect(world.cluster.get(clusterRole(name))).resolves.toBeUndefined();
});

test('an object that the server refuses says why, without quoting a Secret', async () => {
  const bad = { ...role(fresh('Bad:A')), rules: [{ verbs: ['get'] }] };
  await expect(world.cluster.create(clusterRoles, bad)).rejects.toMatchObject({
    reason: 'Invalid',
    message: expect.stringContaining('resource rules must supply at least one api group') as string,
  });
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', namespace: world.namespace },
    data: { token: '%hunter2' },
  };
  const error: unknown = await world.cluster.create(secrets, secret).catch((failure: unknown) => failure);
  expect(isApiError(error, 'BadRequest')).toBe(true);
  expect(String(error)).not.toContain('hunter2');
});

test('the clock is the server’s', async () => {
  await world.cluster.get(clusterRole('view'));
  expect(Math.abs(world.client.clock.now() - Date.now())).toBeLessThan(2000);
});
