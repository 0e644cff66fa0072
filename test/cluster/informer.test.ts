import { expect, test, vi } from 'vitest';
import type { StoredObject } from '../../src/cluster/port.ts';
import { informerWorld, patient } from './informer-world.ts';
import { project } from './objects.ts';
import { json, statusObject } from './scripted-server.ts';

vi.setConfig({ testTimeout: 120_000 });

const many = Array.from({ length: 1234 }, (_, index) => `grant-${index}`);

const projection = (object: StoredObject): ReturnType<typeof project> => {
  if (object['data'] === 'bad') throw new Error('cannot read');
  return project(object);
};
test('lists, then follows', async () => {
  await using world = await informerWorld((api) => api.put('a'));
  await world.informer.whenSynced();
  expect(world.informer.synced).toBe(true);
  await world.watching();
  world.api.put('b');
  world.api.put('a');
  world.api.remove('b');
  await expect.poll(() => world.changes, patient).toEqual(['+a', '+b', '~a', '-b']);
  expect(world.errors).toEqual([]);
});

test('lists in pages of 500 of one consistent state', async () => {
  await using world = await informerWorld((api) => many.forEach((name) => api.put(name)));
  await world.informer.whenSynced();
  await world.settled();
  expect(
    world.api.lists.map(({ query }) => [query.get('limit'), query.has('continue'), query.has('resourceVersion')]),
  ).toEqual([
    ['500', false, false],
    ['500', true, false],
    ['500', true, false],
  ]);
});

test('watches from the version of the list, with bookmarks and a time-out', async () => {
  await using world = await informerWorld((api) => api.put('a'));
  await world.watching();
  const query = world.api.watchRequests[0]?.query;
  expect(query?.get('resourceVersion')).toBe('101');
  expect(query?.get('allowWatchBookmarks')).toBe('true');
  expect(Number(query?.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300);
});

test('does not call itself synced before the last page', async () => {
  let pages = 0;
  await using world = await informerWorld((api) => {
    many.forEach((name) => api.put(name));
    api.listFault = () => (pages += 1) === 3;
  });
  await expect.poll(() => pages, patient).toBe(3);
  expect(world.informer.synced).toBe(false);
});

test('a watch that the server ends goes on from the last event, or from the last bookmark, without a list', async () => {
  await using world = await informerWorld((api) => api.put('a'));
  await world.watching();
  world.api.put('b');
  await world.settled();
  world.api.end();
  await world.watching();
  expect(world.api.watchRequests.at(-1)?.query.get('resourceVersion')).toBe('102');
  world.api.version = 500;
  world.api.bookmark();
  world.api.end();
  await expect.poll(() => world.api.watchRequests.at(-1)?.query.get('resourceVersion'), patient).toBe('500');
  expect(world.api.lists).toHaveLength(1);
  expect(world.errors).toEqual([]);
});

test('lists everything again when it is time, and finds what no event told', async () => {
  await using world = await informerWorld((api) => api.put('a'), { relistMs: 1500 });
  await world.watching();
  world.api.objects.delete('a');
  world.api.version += 1;
  await expect.poll(() => world.changes, patient).toEqual(['+a', '-a']);
  expect(world.api.lists[1]?.query.has('resourceVersion')).toBe(false);
});

test('a list that fails when it is time does not end the watch', async () => {
  await using world = await informerWorld((api) => api.put('a'), { relistMs: 1000 });
  await world.watching();
  world.api.listFault = (_request, response) => {
    json(response, 403, statusObject(403, 'Forbidden'));
    return true;
  };
  await expect.poll(() => world.errors.length, patient).toBeGreaterThan(0);
  await world.watching();
  world.api.put('b');
  await world.settled();
  expect(world.errors).toMatchObject([{ reason: 'Forbidden' }]);
});

test('asks for metadata alone when nothing else is wanted', async () => {
  await using world = await informerWorld((api) => api.put('a'), { metadataOnly: true });
  await world.watching();
  expect(world.api.lists[0]?.headers.accept).toBe('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  expect(world.api.watchRequests[0]?.headers.accept).toBe(
    'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  );
});

test('an object that cannot be read stops no other', async () => {
  await using world = await informerWorld(
    (api) => {
      api.put('a', 'bad');
      api.put('b');
    },
    { project: projection },
  );
  await world.watching();
  world.api.put('c', 'bad');
  world.api.put('d');
  await expect.poll(() => world.changes, patient).toEqual(['+b', '+d']);
  expect(world.errors.map(String)).toEqual([
    'Error: unable to read ImpersonationGrant /a',
    'Error: unable to read ImpersonationGrant /c',
  ]);
});

test('a handler that throws is reported and does not end the watch', async () => {
  await using world = await informerWorld();
  world.informer.onChange(() => {
    throw new Error('handler');
  });
  await world.watching();
  world.api.put('a');
  world.api.put('b');
  await expect.poll(() => world.changes, patient).toEqual(['+a', '+b']);
  expect(world.errors.map(String)).toEqual(['Error: handler', 'Error: handler']);
  expect(world.api.watchRequests).toHaveLength(1);
});

test('stops at once, whatever it waits for', async () => {
  await using following = await informerWorld();
  await following.watching();
  await following.informer.stop();
  await expect.poll(() => following.api.watches.size, patient).toBe(0);

  await using listing = await informerWorld((api) => {
    api.listFault = () => true;
  });
  await expect.poll(() => listing.api.lists.length, patient).toBe(1);
  await listing.informer.stop();
  await expect(listing.informer.whenSynced()).rejects.toThrow('stopped before the first list');

  await using waiting = await informerWorld(
    (api) => {
      api.served = false;
      api.server.answer = (_request, response) => json(response, 500, {});
    },
    { backoff: { baseMs: 1e6, capMs: 1e6 } },
  );
  await expect.poll(() => waiting.errors.length, patient).toBe(1);
  await waiting.informer.stop();
});

test('after it stopped nothing changes any more', async () => {
  await using world = await informerWorld((api) => {
    many.forEach((name) => api.put(name));
    api.listFault = ({ query }) => query.has('continue');
  });
  await expect.poll(() => world.api.lists.length, patient).toBe(2);
  await world.informer.stop();
  const { length } = world.changes;
  world.api.put('a');
  await expect(world.informer.whenSynced()).rejects.toThrow('stopped');
  expect(world.changes).toHaveLength(length);
});
