import { describe, expect, test } from 'vitest';
import { HttpCluster } from '../../src/cluster/http.ts';
import { serviceAccounts, clusterRoles } from './objects.ts';
import { clientOf, json, kubeConfig, ScriptedServer, statusObject, type Answer } from './scripted-server.ts';
import { answers, collection, failureOf, ref, role, setup, storedRole, tokenSpec } from './world.ts';

const byToken =
  (good: string): Answer =>
  ({ headers }, response) =>
    headers.authorization === `Bearer ${good}`
      ? json(response, 200, storedRole)
      : json(response, 401, statusObject(401, 'Unauthorized'));

describe('a request', () => {
  test('names its program, its credentials and its field manager', async () => {
    await using world = await setup(answers(201, storedRole));
    await expect(world.cluster.create(clusterRoles, role)).resolves.toEqual(storedRole);
    const [request] = world.server.requests;
    expect(request).toMatchObject({ method: 'POST', path: collection, body: JSON.stringify(role) });
    expect(request?.query.get('fieldManager')).toBe('impersonation-operator');
    expect(request?.headers).toMatchObject({
      'user-agent': 'impersonation-operator/1.2.3',
      authorization: 'Bearer secret',
      'content-type': 'application/json',
      accept: 'application/json',
    });
  });

  test('a PUT addresses the object or its status, and carries its preconditions', async () => {
    await using world = await setup(answers(200, storedRole));
    await world.cluster.replace(clusterRoles, storedRole);
    await world.cluster.replaceStatus(clusterRoles, storedRole);
    expect(world.server.paths('PUT')).toEqual([`${collection}/Grant%3AA`, `${collection}/Grant%3AA/status`]);
    expect(JSON.parse(world.server.requests[0]?.body ?? '')).toMatchObject({
      metadata: { uid: 'uid-Grant:A', resourceVersion: '7' },
    });
  });

  test('a token is asked for the account, bound to the Secret', async () => {
    const status = { token: 't', expirationTimestamp: '2026-11-24T09:00:00Z' };
    await using world = await setup(answers(201, { kind: 'TokenRequest', metadata: {}, status }));
    const account = { type: serviceAccounts, namespace: 'a', name: 'b' };
    await expect(world.cluster.requestToken(account, tokenSpec)).resolves.toEqual(status);
    expect(world.server.paths('POST')).toEqual(['/api/v1/namespaces/a/serviceaccounts/b/token']);
    expect(JSON.parse(world.server.requests[0]?.body ?? '')).toMatchObject({
      spec: {
        audiences: ['a'],
        expirationSeconds: 3600,
        boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'anchor', uid: 'u1' },
      },
    });
  });

  test('an object that is not there is undefined', async () => {
    await using world = await setup(answers(404, statusObject(404, 'NotFound')));
    await expect(world.cluster.get(ref)).resolves.toBeUndefined();
  });

  test('the server clock follows the answers', async () => {
    const date = new Date(Date.now() + 7_200_000).toUTCString();
    await using world = await setup(answers(200, storedRole, { date }));
    await world.cluster.get(ref);
    expect(Math.abs(world.http.client.clock.now() - Date.parse(date))).toBeLessThan(60_000);
  });

  test('each attempt is reported with its code', async () => {
    await using world = await setup(answers(503, {}));
    await failureOf(world.cluster.get(ref));
    expect(world.http.reports).toMatchObject([{ verb: 'get', code: 503 }]);
  });
});

describe('a refused credential', () => {
  test('is read anew once, and the request sent again', async () => {
    await using server = await ScriptedServer.start(byToken('t2'));
    let reads = 0;
    await using http = await clientOf(() => kubeConfig(server, { token: `t${(reads += 1)}` }));
    const cluster = new HttpCluster({ client: http.client, mayWrite: () => true });
    await expect(cluster.replace(clusterRoles, storedRole)).resolves.toEqual(storedRole);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('is an error when there is no other, without a second request', async () => {
    await using world = await setup(byToken('good'));
    await expect(failureOf(world.cluster.get(ref))).resolves.toMatchObject({ reason: 'Unauthorized', status: 401 });
    expect(world.server.requests).toHaveLength(1);
  });

  test('of many requests at once is read anew once', async () => {
    await using server = await ScriptedServer.start(byToken('t2'));
    let reads = 0;
    await using http = await clientOf(() => kubeConfig(server, { token: `t${(reads += 1)}` }));
    const cluster = new HttpCluster({ client: http.client, mayWrite: () => true });
    await Promise.all(Array.from({ length: 8 }, () => cluster.get(ref)));
    expect(reads).toBe(2);
  });
});
