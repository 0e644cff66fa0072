import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { HttpInformer } from '../../src/cluster/informer.ts';
import type { FakeApi } from './fake-api.ts';
import { first, prepared } from './faults.ts';
import { informerWorld, patient } from './informer-world.ts';
import { grants, project } from './objects.ts';
import { clientOf, json, kubeConfig, statusObject } from './scripted-server.ts';

vi.setConfig({ testTimeout: 120_000 });

const gone = (api: FakeApi): void => {
  api.served = false;
  api.watchFault = first(1, (response) => json(response, 404, statusObject(404, 'NotFound')));
  api.end();
};

const notFound = (response: ServerResponse): void => void response.writeHead(404).end('no route');

describe('a type that is not there', () => {
  test('has no objects: what there was is gone, and comes back with the type', async () => {
    await using world = await informerWorld(prepared);
    await world.watching();
    gone(world.api);
    await expect.poll(() => world.changes, patient).toEqual(['+a', '+b', '-a', '-b']);
    world.api.served = true;
    await world.settled();
    expect(world.informer.synced).toBe(true);
  });

  test('from the start, is known to be empty, and is waited for', async () => {
    await using world = await informerWorld((api) => {
      api.served = false;
    });
    await world.informer.whenSynced();
    await expect.poll(() => world.errors, patient).toMatchObject([{ reason: 'NotFound' }]);
    prepared(world.api);
    world.api.served = true;
    await world.settled();
  });

  test('says discovery too: a 404 of something in between empties nothing', async () => {
    await using world = await informerWorld(prepared);
    await world.watching();
    world.api.listFault = first(5, notFound);
    world.api.watchFault = first(1, notFound);
    world.api.end();
    await world.watching();
    expect(world.changes).toEqual(['+a', '+b']);
    expect(world.api.lists).toHaveLength(7);
  });
});

test('a token that has expired is read anew, and the watch goes on', async () => {
  await using world = await informerWorld(prepared);
  await world.informer.stop();
  let token = 'old';
  await using http = await clientOf(() => kubeConfig(world.api.server, { token }));
  const errors: unknown[] = [];
  const informer = new HttpInformer({
    client: http.client,
    type: grants,
    project,
    onError: (error) => errors.push(error),
    backoff: { baseMs: 5, capMs: 50 },
  });
  informer.start();
  await world.watching();
  const lists = world.api.lists.length;
  world.api.watchFault = ({ headers }, response) => {
    if (headers.authorization === 'Bearer new') return false;
    json(response, 401, statusObject(401, 'Unauthorized'));
    return true;
  };
  token = 'new';
  world.api.end();
  await world.watching();
  expect(errors).toEqual([]);
  expect(world.api.lists).toHaveLength(lists);
  await informer.stop();
});
