import type { ServerResponse } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Supervised, supervise } from '../dev/supervised.mjs';
import { flagOf, settings } from '../src/config/settings.ts';
import { json, kubeConfig, ScriptedServer, statusObject, type Received } from './cluster/scripted-server.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const patient = { timeout: 60_000 };
vi.setConfig({ testTimeout: 120_000 });
/** Long enough that nothing of the lease runs out while a test runs. */
const lease = ['--lease-duration=500s', '--renew-deadline=400s', '--retry-period=60s'];

let directory: string;
let server: ScriptedServer;
let isDeaf = false;
let child: Supervised | undefined;
let output = '';

/** An empty cluster, as far as the operator looks; deaf to whoever asks for the lease, when told so. */
const answer = ({ method, path, query, body }: Received, response: ServerResponse): void => {
  const metadata = { resourceVersion: '1' };
  if (query.get('watch') === 'true') response.writeHead(200).flushHeaders();
  else if (path.includes('/leases') && isDeaf) return;
  else if (method === 'POST') json(response, 201, created(body));
  else if (/\/(leases|clusterroles)\/./.test(path)) json(response, 404, statusObject(404, 'NotFound'));
  else if (path === '/api/v1/namespaces')
    json(response, 200, { metadata, items: [stored({ metadata: { name: 'impersonation-system' } })] });
  else json(response, 200, { metadata, items: [] });
};

const created = (body: string): object => {
  const object = JSON.parse(body) as { metadata: object };
  return { ...object, ...stored(object) };
};

const stored = ({ metadata }: { metadata: object }): object => ({
  metadata: { ...metadata, uid: 'u', resourceVersion: '1', creationTimestamp: '2026-11-24T08:00:00Z' },
});

beforeEach(async () => {
  isDeaf = false;
  output = '';
  server = await ScriptedServer.start(answer);
  directory = await mkdtemp(join(tmpdir(), 'operator-main-'));
  await writeFile(join(directory, 'kubeconfig'), kubeConfig(server).exportConfig());
});

afterEach(async () => {
  await child?.kill();
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const run = (flags: readonly string[], environment: Record<string, string> = {}): Supervised => {
  child = supervise(process.execPath, [main, '--listen-address=127.0.0.1:0', '--log-format=json', ...flags], {
    environment: { PATH: '', HOME: directory, KUBECONFIG: join(directory, 'kubeconfig'), ...environment },
    output: (text) => (output += text),
  });
  return child;
};

describe('the program', () => {
  test('ends in order at the first signal, with status 0', async () => {
    const program = run(lease);
    await expect.poll(() => output, patient).toContain('"msg":"leading"');
    program.terminate('SIGTERM');
    expect(await program.exited).toBe(0);
    expect(output).toMatch(/"msg":"stopping"[^]*"msg":"no longer leading"[^]*"msg":"stopped"/);
  });

  test('ends at once at the second signal, whatever it waits for', async () => {
    const program = run(lease);
    await expect.poll(() => output, patient).toContain('"msg":"leading"');
    isDeaf = true;
    program.terminate('SIGTERM');
    await expect.poll(() => output, patient).toContain('"msg":"no longer leading"');
    program.terminate('SIGTERM');
    expect(await program.exited).toBe(143);
    expect(output).not.toContain('"msg":"stopped"');
  });

  test('ends at a signal that comes before its caches are complete', async () => {
    server.answer = () => {};
    const program = run(lease);
    await expect.poll(() => server.requests.length, patient).toBeGreaterThan(0);
    program.terminate('SIGINT');
    expect(await program.exited).toBe(0);
    expect(output).not.toContain('"level":"fatal"');
  });

  test('says what is missing where it finds no API server', async () => {
    expect(await run(lease, { KUBECONFIG: '' }).exited).toBe(1);
    expect(output).toContain(
      'no API server to connect to: there is no KUBECONFIG, no ~/.kube/config and no account of a Pod',
    );
  });

  test('says that its namespace does not exist', async () => {
    expect(await run([...lease, '--operator-namespace=absent']).exited).toBe(1);
    expect(output).toContain('the operator namespace \\"absent\\" does not exist');
  });

  test('refuses a wrong setting before it connects', async () => {
    expect(await run(['--concurrency=0'], { IMPERSONATION_FOO: '1' }).exited).toBe(2);
    expect(output.split('\n')).toEqual([
      'impersonation-operator: IMPERSONATION_FOO is "1"; there is no such setting, see --help',
      'impersonation-operator: --concurrency is "0"; allowed: a whole number from 1 to 64',
      '',
    ]);
    expect(server.requests).toEqual([]);
  });

  test('explains itself with --help', async () => {
    expect(await run(['--help']).exited).toBe(0);
    for (const setting of Object.values(settings)) expect(output).toContain(flagOf(setting));
  });
});
