import { describe, expect, test, vi } from 'vitest';
import { errorEvent, first, prepared } from './faults.ts';
import { informerWorld, patient } from './informer-world.ts';
import { json, statusObject } from './scripted-server.ts';

vi.setConfig({ testTimeout: 120_000 });

describe('a connection that breaks', () => {
  test('is made again from where it was, and what happened meanwhile is seen, deletions too', async () => {
    await using world = await informerWorld(prepared);
    await world.watching();
    world.api.cut();
    world.api.put('c');
    world.api.remove('a');
    await world.settled();
    expect(world.changes).toEqual(['+a', '+b', '+c', '-a']);
    expect(world.api.lists).toHaveLength(1);
    expect(world.errors).toMatchObject([{ reason: 'Unreachable' }]);
  });

  test('in the middle of a line loses nothing and makes nothing up', async () => {
    await using world = await informerWorld(prepared);
    await world.watching();
    world.api.write('{"type":"DELETED","object":{"metadata":{"name":"b","uid":"u2","resourceVersion":"999"}');
    await expect.poll(() => world.api.watches.size).toBe(1);
    world.api.cut();
    world.api.put('ü');
    await world.settled();
    expect(world.changes).toEqual(['+a', '+b', '+ü']);
  });

  test('properly, but in the middle of a line, is the same', async () => {
    await using world = await informerWorld(prepared);
    await world.watching();
    world.api.write('{"type":"DELETED","object":{"metadata":{"name":"b","uid":"u2","resourceVersion":"999"}');
    world.api.end();
    world.api.put('c');
    await world.settled();
    expect(world.changes).toEqual(['+a', '+b', '+c']);
  });

  test('again and again is made again and again, ever more slowly', async () => {
    await using world = await informerWorld((api) => {
      api.watchFault = first(6, (response) => void response.destroy());
    });
    await world.watching();
    world.api.put('a');
    await world.settled();
    expect(world.errors).toHaveLength(6);
  });

  test('while a list is read is no empty list', async () => {
    await using world = await informerWorld(prepared, { relistMs: 1000 });
    await world.watching();
    world.api.listFault = first(2, (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"metadata":{"resourceVersion":"900"},"items":[');
      setTimeout(() => response.destroy(), 10);
    });
    await expect.poll(() => world.errors.length, patient).toBeGreaterThan(0);
    await world.watching();
    expect(world.changes).toEqual(['+a', '+b']);
  });
});

describe('a connection that goes silent', () => {
  test('is noticed and made again', async () => {
    await using world = await informerWorld(prepared, { silenceMs: 200 });
    await world.watching();
    world.api.watches.clear();
    world.api.remove('a');
    await world.settled();
    expect(world.errors).toMatchObject([{ reason: 'Unreachable' }]);
    expect(world.api.lists).toHaveLength(1);
  });

  test('is not taken for broken while bookmarks come', async () => {
    await using world = await informerWorld(prepared, { silenceMs: 500 });
    await world.watching();
    let bookmarks = 0;
    await expect
      .poll(() => {
        world.api.bookmark();
        return (bookmarks += 1);
      }, patient)
      .toBeGreaterThan(40);
    expect(world.api.watchRequests).toHaveLength(1);
  });
});

describe('a version that the server has lost', () => {
  test('said as an HTTP status, leads to a list that finds the deletions', async () => {
    await using world = await informerWorld(prepared);
    await world.watching();
    world.api.cut();
    world.api.remove('a');
    world.api.put('c');
    world.api.oldest = world.api.version;
    await world.settled();
    expect(world.api.lists).toHaveLength(2);
    expect(world.changes.toSorted()).toEqual(['+a', '+b', '+c', '-a']);
  });

  test('said as an event, leads to a list that finds the deletions', async () => {
    await using world = await informerWorld(prepared);
    await world.watching();
    world.api.objects.delete('a');
    world.api.version += 5;
    world.api.write(errorEvent(410, 'Expired'));
    await world.settled();
    expect(world.api.lists).toHaveLength(2);
  });

  test('between two pages begins the list anew', async () => {
    await using world = await informerWorld((api) => {
      for (let i = 0; i < 700; i += 1) api.put(`g${i}`);
      const expire = first(2, (response) => json(response, 410, statusObject(410, 'Expired')));
      api.listFault = (request, response) => request.query.has('continue') && expire(request, response);
    });
    await world.informer.whenSynced();
    await world.settled();
    expect(world.errors).toEqual([]);
    expect(world.api.lists.map(({ query }) => query.has('continue'))).toEqual([false, true, false, true, false, true]);
  });

  test('because a backup was restored, is found out and the list believed', async () => {
    await using world = await informerWorld(prepared);
    await world.watching();
    world.api.put('c');
    await world.settled();
    world.api.restore(102);
    world.api.watchFault = (request, response) => {
      if (Number(request.query.get('resourceVersion')) <= world.api.version) return false;
      json(response, 504, statusObject(504, 'Timeout', 'Too large resource version'));
      return true;
    };
    await world.settled();
    expect(world.changes).toEqual(['+a', '+b', '+c', '~a', '~b', '-c']);
    world.api.put('d');
    await world.settled();
  });
});
