import { describe, expect, test } from 'vitest';
import { isApiError } from '../../src/cluster/errors.ts';
import { HttpCluster } from '../../src/cluster/http.ts';
import { leaseStore } from '../../src/cluster/leases.ts';
import { clusterRoles, stored } from './objects.ts';
import { clientOf, json, kubeConfig, ScriptedServer, statusObject } from './scripted-server.ts';
import { answers, failureOf, ref, role, setup, storedRole, writes } from './world.ts';

const lease = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases', namespaced: true };

describe('the guard', () => {
  test.each(writes)('%s does not leave when it says no', async (_name, write) => {
    await using world = await setup(answers(200, storedRole), { mayWrite: () => false });
    await expect(failureOf(write(world.cluster))).resolves.toMatchObject({ reason: 'NotLeading', status: 0 });
    expect(world.server.requests).toEqual([]);
    expect(world.http.reports).toEqual([]);
  });

  test('reads are free', async () => {
    await using world = await setup(answers(200, storedRole), { mayWrite: () => false });
    await expect(world.cluster.get(ref)).resolves.toEqual(storedRole);
  });

  test('is asked when the request leaves, not when it is made: what waits for a connection is refused', async () => {
    let leading = true;
    const released = Promise.withResolvers<void>();
    await using world = await setup(
      (_request, response) => void released.promise.then(() => json(response, 201, storedRole)),
      { mayWrite: () => leading, connections: 2 },
    );
    const results = Array.from({ length: 6 }, () => failureOf(world.cluster.create(clusterRoles, role)));
    await expect.poll(() => world.server.requests.length).toBe(2);
    leading = false;
    released.resolve();
    expect((await Promise.all(results)).map((error) => (isApiError(error) ? error.reason : 'sent'))).toEqual([
      'sent',
      'sent',
      'NotLeading',
      'NotLeading',
      'NotLeading',
      'NotLeading',
    ]);
    expect(world.server.requests).toHaveLength(2);
  });

  test('is asked again before a second attempt', async () => {
    let asked = 0;
    await using server = await ScriptedServer.start(answers(401, statusObject(401, 'Unauthorized')));
    let reads = 0;
    await using http = await clientOf(() => kubeConfig(server, { token: `t${(reads += 1)}` }));
    const cluster = new HttpCluster({ client: http.client, mayWrite: () => (asked += 1) === 1 });
    await expect(failureOf(cluster.create(clusterRoles, role))).resolves.toMatchObject({ reason: 'NotLeading' });
    expect(server.requests).toHaveLength(1);
  });

  test('a lease is written without it, and waits for no other request', async () => {
    const leases: string[] = [];
    await using world = await setup(
      (request, response) => {
        if (!request.path.includes('/leases')) return;
        leases.push(request.method);
        json(response, 200, { ...stored('a', 1), kind: 'Lease' });
      },
      { mayWrite: () => false, connections: 1, timeoutMs: 60_000 },
    );
    const stuck = failureOf(world.cluster.get(ref));
    await expect.poll(() => world.server.requests.length).toBe(1);
    const store = leaseStore(world.http.client, 5000);
    const object = { ...stored('a', 1, { namespace: 'b' }), kind: 'Lease' };
    await store.create(lease, object);
    await store.replace(lease, object);
    await store.get({ type: lease, namespace: 'b', name: 'a' });
    expect(leases).toEqual(['POST', 'PUT', 'GET']);
    world.server.cutConnections();
    await stuck;
  });

  test('nothing but a lease is written without it', async () => {
    await using world = await setup(answers(200, storedRole));
    const store = leaseStore(world.http.client, 5000);
    await expect(store.create(clusterRoles, role)).rejects.toThrow('not written without the guard');
    await expect(store.replace(clusterRoles, storedRole)).rejects.toThrow('not written without the guard');
    expect(world.server.requests).toEqual([]);
  });
});
