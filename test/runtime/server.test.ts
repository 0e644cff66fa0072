import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startServer, type Check, type RunningServer, type ServerOptions } from '../../src/runtime/server.ts';

vi.setConfig({ testTimeout: 60_000 });

const good: Check = { name: 'workers', ok: true, message: 'unused' };
const bad: Check = { name: 'caches', ok: false, message: 'not complete yet: clusterroles' };

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const serve = async (options: Partial<ServerOptions> = {}): Promise<string> => {
  server = await startServer({
    address: { host: '127.0.0.1', port: 0 },
    metrics: {
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      render: async () => 'impersonation_leader 1\n',
    },
    healthz: () => [good],
    readyz: () => [good],
    logger: { error: () => {} },
    ...options,
  });
  return `http://127.0.0.1:${server.address.port}`;
};

const get = async (url: string, method = 'GET'): Promise<readonly [number, string]> => {
  const response = await fetch(url, { method });
  return [response.status, await response.text()];
};

describe.each(['healthz', 'readyz'] as const)('/%s', (endpoint) => {
  test('is "ok" where every check is, with each of them when asked', async () => {
    const url = await serve();
    expect(await get(`${url}/${endpoint}`)).toEqual([200, 'ok']);
    expect(await get(`${url}/${endpoint}?verbose`)).toEqual([200, `[+]workers ok\n${endpoint} check passed\n`]);
  });

  test('names what fails, and why, though nobody asked', async () => {
    const url = await serve({ [endpoint]: () => [good, bad] });
    const body = `[+]workers ok\n[-]caches failed: not complete yet: clusterroles\n${endpoint} check failed\n`;
    expect(await get(`${url}/${endpoint}`)).toEqual([503, body]);
    expect(await get(`${url}/${endpoint}?verbose`)).toEqual([503, body]);
  });

  test('asks again each time', async () => {
    let checks = [bad];
    const url = await serve({ [endpoint]: () => checks });
    expect((await get(`${url}/${endpoint}`))[0]).toBe(503);
    checks = [good];
    expect((await get(`${url}/${endpoint}`))[0]).toBe(200);
  });

  test('is 500 where a check throws, and the server goes on', async () => {
    const errors: unknown[] = [];
    const url = await serve({
      [endpoint]: () => {
        throw new Error('broken');
      },
      logger: { error: (fields: unknown) => errors.push(fields) },
    });
    expect(await get(`${url}/${endpoint}`)).toEqual([500, 'internal error\n']);
    expect(errors).toHaveLength(1);
    expect((await get(`${url}/metrics`))[0]).toBe(200);
  });
});

test('one endpoint does not answer for the other', async () => {
  const url = await serve({ readyz: () => [bad] });
  expect((await get(`${url}/healthz`))[0]).toBe(200);
  expect((await get(`${url}/readyz`))[0]).toBe(503);
});

test('/metrics gives the metrics in their content type', async () => {
  const response = await fetch(`${await serve()}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await response.text()).toBe('impersonation_leader 1\n');
});

test('HEAD has no body; other methods and paths are refused', async () => {
  const url = await serve();
  expect(await get(`${url}/healthz`, 'HEAD')).toEqual([200, '']);
  expect((await get(`${url}/healthz`, 'POST'))[0]).toBe(405);
  expect((await get(`${url}/debug`))[0]).toBe(404);
});

test('a target that is no URL is not found', async () => {
  const url = new URL(await serve());
  const request = httpRequest({ host: url.hostname, port: url.port, path: '//[' }).end();
  const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(404);
});

test('an address that is in use is an error', async () => {
  const { port } = new URL(await serve());
  const first = server;
  await expect(serve({ address: { host: '127.0.0.1', port: Number(port) } })).rejects.toThrow('EADDRINUSE');
  server = first;
});

test('closing waits for no client', async () => {
  const { port } = new URL(await serve());
  const idle = connect(Number(port), '127.0.0.1');
  idle.on('error', () => {});
  await once(idle, 'connect');
  await server?.close();
  server = undefined;
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed');
});
