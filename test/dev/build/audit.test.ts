import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { type Audit, audit, auditText, isRefused } from '../../../dev/build/audit.ts';
import type { Package } from '../../../dev/build/packages.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const timeout = 120_000;

const installed = (name: string): Package => ({
  directory: `node_modules/${name}`,
  name,
  version: '1.2.3',
  license: 'MIT',
  texts: [],
});

/** An npm registry on loopback that knows of a vulnerability in all versions of a package, and hears what it is asked. */
const registry = async (vulnerable: string): Promise<{ environment: NodeJS.ProcessEnv; asked: string[] }> => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.url !== '/-/npm/v1/security/advisories/bulk') {
        const name = decodeURIComponent(request.url ?? '').slice(1);
        response.end(JSON.stringify({ name, 'dist-tags': { latest: '99.0.0' }, versions: { '99.0.0': { name } } }));
        return;
      }
      const body = Buffer.concat(chunks);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString();
      asked.push(...Object.keys(JSON.parse(text) as object));
      const advisory = {
        id: 1,
        url: 'https://example.com/1',
        title: 'escapes',
        severity: 'high',
        vulnerable_versions: '*',
        cwe: [],
        cvss: { score: 8, vectorString: null },
      };
      response.end(JSON.stringify({ [vulnerable]: [advisory] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { environment: await settings(url), asked };
};

/** Nobody's npm settings, and a cache of its own: npm remembers advisories. */
const settings = async (url: string): Promise<NodeJS.ProcessEnv> => {
  const cache = await mkdtemp(join(tmpdir(), 'impersonation-operator-audit-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true, maxRetries: 10 }));
  const others = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_config_'));
  return { ...Object.fromEntries(others), npm_config_registry: url, npm_config_cache: cache };
};

test('a vulnerability of what is shipped is told with its severity', { timeout }, async () => {
  const { environment } = await registry('undici');
  const found = await audit(root, [installed('undici'), installed('zod')], environment);
  expect(found).toEqual({
    verdict: 'known',
    advisories: [{ package: 'undici 1.2.3', severity: 'high', title: 'escapes', url: 'https://example.com/1' }],
  });
  expect(auditText(found)).toEqual([
    'audited: 1 known vulnerabilities in what is shipped',
    '  high: undici 1.2.3: escapes (https://example.com/1)',
  ]);
});

test('one of a package that is installed and not shipped does not count', { timeout }, async () => {
  const { environment, asked } = await registry('undici');
  expect(await audit(root, [installed('zod')], environment)).toEqual({ verdict: 'known', advisories: [] });
  expect(asked).toContain('undici');
});

test('one of a dependency does not count for what depends on it', { timeout }, async () => {
  const { environment } = await registry('rfc4648');
  const shipped = [installed('@kubernetes/client-node')];
  expect(await audit(root, shipped, environment)).toEqual({ verdict: 'known', advisories: [] });
});

test('tools for development are not asked for', { timeout }, async () => {
  const { environment, asked } = await registry('undici');
  await audit(root, [], environment);
  expect(asked).not.toContain('vitest');
});

test('a registry that does not answer is no pass', { timeout }, async () => {
  const found = await audit(root, [installed('undici')], await settings('http://127.0.0.1:1/'));
  expect(found).toMatchObject({ verdict: 'unknown', why: expect.stringContaining('ECONNREFUSED') as string });
  expect(auditText(found)).toEqual([expect.stringMatching(/^not audited: /)]);
});

const known = (severity: string): Audit => ({
  verdict: 'known',
  advisories: [{ package: 'undici 1.2.3', severity, title: 'escapes', url: '' }],
});

test('nothing is shipped with a vulnerability of severity high or critical; what nobody knows of holds nothing up', () => {
  const verdicts = ['low', 'moderate', 'high', 'critical'].map((severity) => isRefused(known(severity)));
  expect(verdicts).toEqual([false, false, true, true]);
  expect(isRefused({ verdict: 'unknown', why: 'no network' })).toBe(false);
});
