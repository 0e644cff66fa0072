import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { errorEvent, first, prepared, streaming } from './faults.ts';
import { informerWorld, patient } from './informer-world.ts';
import { stored } from './objects.ts';
import { json, statusObject } from './scripted-server.ts';

vi.setConfig({ testTimeout: 120_000 });

describe('an answer that is an error', () => {
  test.each([
    ['429', (response: ServerResponse) => json(response, 429, statusObject(429, 'TooManyRequests'))],
    ['500', (response: ServerResponse) => json(response, 500, statusObject(500, 'InternalError'))],
    ['503 of something in between', (response: ServerResponse) => void response.writeHead(503).end('<html>')],
    ['403', (response: ServerResponse) => json(response, 403, statusObject(403, 'Forbidden'))],
    ['no list', (response: ServerResponse) => json(response, 200, { kind: 'Status' })],
    ['a list without version', (response: ServerResponse) => json(response, 200, { metadata: {}, items: [] })],
    [
      'a list without items',
      (response: ServerResponse) => json(response, 200, { metadata: { resourceVersion: '900' } }),
    ],
    ['no JSON', (response: ServerResponse) => void response.writeHead(200).end('[')],
  ])('to a list (%s) is no empty list', async (_name, answer) => {
    await using world = await informerWorld((api) => {
      prepared(api);
      api.listFault = first(4, answer);
    });
    await world.informer.whenSynced();
    expect(world.changes).toEqual(['+a', '+b']);
    expect(world.errors).toHaveLength(4);
  });

  test.each([
    ['429', (response: ServerResponse) => json(response, 429, statusObject(429, 'TooManyRequests'))],
    ['500', (response: ServerResponse) => json(response, 500, statusObject(500, 'InternalError'))],
    ['403', (response: ServerResponse) => json(response, 403, statusObject(403, 'Forbidden'))],
    ['an event of 500', streaming(errorEvent(500, 'InternalError'))],
  ])('to a watch (%s) is tried again from the same version', async (_name, answer) => {
    await using world = await informerWorld((api) => {
      prepared(api);
      api.watchFault = first(3, answer);
    });
    await world.watching();
    expect(world.api.watchRequests.map(({ query }) => query.get('resourceVersion'))).toEqual([
      '102',
      '102',
      '102',
      '102',
    ]);
    expect(world.errors).toHaveLength(3);
    world.api.put('c');
    await world.settled();
  });

  test.each([
    [
      'in the header',
      (response: ServerResponse) => json(response, 429, statusObject(429, 'TooManyRequests'), { 'retry-after': '1' }),
    ],
    ['in an event', streaming(errorEvent(429, 'TooManyRequests', { retryAfterSeconds: 1 }))],
  ])('with Retry-After (%s) is not tried before', async (_name, answer) => {
    const times: number[] = [];
    const once = first(1, answer);
    await using world = await informerWorld((api) => {
      api.watchFault = (request, response) => {
        times.push(performance.now());
        return once(request, response);
      };
    });
    await world.watching();
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1000);
  });
});

describe('failures in a row', () => {
  test('end with an event: the version it brought is not given up', async () => {
    const internal = errorEvent(500, 'InternalError');
    await using world = await informerWorld((api) => {
      const event = `${JSON.stringify({ type: 'ADDED', object: stored('x', 900) })}\n`;
      const answers = [internal, internal, event + internal, internal, internal];
      api.watchFault = (_request, response) => {
        const answer = answers.shift();
        if (answer !== undefined) streaming(answer)(response);
        return answer !== undefined;
      };
    });
    await world.watching();
    expect(world.errors).toHaveLength(5);
    expect(world.api.lists).toHaveLength(1);
  });

  test('include watches that the server ends at once: they are not asked for in a loop', async () => {
    await using world = await informerWorld(
      (api) => {
        api.watchFault = (_request, response) => {
          streaming('')(response);
          return true;
        };
      },
      { backoff: { baseMs: 1e6, capMs: 1e6 } },
    );
    await expect.poll(() => world.api.watchRequests.length, patient).toBe(1);
    await sleep(300);
    expect(world.api.watchRequests).toHaveLength(1);
  });
});

describe('an odd stream', () => {
  test.each(['not json', '"text"', '{"type":"NEWS","object":{}}', '{}'])(
    'with the line %s leads to a list, for an event may be lost',
    async (line) => {
      await using world = await informerWorld(prepared);
      await world.watching();
      world.api.objects.delete('a');
      world.api.version += 1;
      world.api.write(`${line}\n`);
      await world.settled();
      expect(world.api.lists).toHaveLength(2);
    },
  );

  test('with a huge object brings it whole', async () => {
    await using world = await informerWorld();
    await world.watching();
    const data = 'ü😀'.repeat(700_000);
    world.api.put('a', data);
    await world.settled();
    expect(world.informer.get('', 'a')?.data).toBe(data);
  });

  test('with an event without object reports it and goes on', async () => {
    await using world = await informerWorld();
    await world.watching();
    world.api.write('{"type":"ADDED"}\n');
    world.api.put('a');
    await world.settled();
    expect(world.errors).toHaveLength(1);
    expect(world.api.watchRequests).toHaveLength(1);
  });
});
