import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Bundle, bundle } from '../../../dev/build/bundle.ts';
import { licensesText } from '../../../dev/build/packages.ts';
import { reducedClient } from '../../../dev/build/reduced-client.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const dependencies = new URL('../../../node_modules/', import.meta.url);

describe('the bundle', () => {
  let directory: string;
  let built: Bundle;
  let text: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-bundle-'));
    built = await bundle({ entry: 'src/main.ts', file: join(directory, 'main.js') });
    text = await readFile(built.file, 'utf8');
  });
  afterAll(async () => rm(directory, { recursive: true }));

  /** Where no package is installed. */
  const run = async (args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [built.file, ...args], { cwd: directory }, (_, stdout, stderr) =>
        resolve({ status: child.exitCode ?? -1, stdout, stderr }),
      );
    });

  test('starts where nothing is installed', async () => {
    const { status, stdout, stderr } = await run(['--help']);
    expect(stderr).toBe('');
    expect(stdout).toContain('--credential-namespaces');
    expect(status).toBe(0);
  });

  test('refuses a wrong setting by its name', async () => {
    expect(await run(['--concurrency=none'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--concurrency') as string,
    });
  });

  test('imports nothing but built-in modules', () => {
    expect(built.imports.length).toBeGreaterThan(0);
    expect(built.imports.filter((path) => !isBuiltin(path))).toEqual([]);
  });

  test('has one client of Kubernetes, without the classes of types', () => {
    expect(text.match(/\bKubeConfig = class /g)).toHaveLength(1);
    expect(text).not.toMatch(/\bV1Pod\b/);
  });

  test('is not minified, so that a stack trace names a function and a line', () => {
    expect(text).toMatch(/ Reconciler = class \{\n/);
  });

  test('is kept in one byte for each character', () => {
    expect(text).not.toMatch(/[^\p{ASCII}]/u);
  });

  test('comes with the license of every package in it', () => {
    const licenses = licensesText(built.packages);
    for (const name of ['@kubernetes/client-node', '@dot-i/k8s-operator', 'undici', 'zod', 'pino', 'prom-client']) {
      expect(licenses).toMatch(new RegExp(`^- ${name} \\d+\\.\\d+\\.\\d+ \\((Apache-2\\.0|MIT)\\)$`, 'm'));
    }
    expect(built.packages.every(({ texts }) => texts.length > 0)).toBe(true);
  });
});

test('every name of the client that the operator framework refers to is in the reduced client', async () => {
  const framework = await readFile(new URL('@dot-i/k8s-operator/dist/operator.js', dependencies), 'utf8');
  const { names } = await reducedClient(fileURLToPath(new URL('../../../', import.meta.url)));
  const referred = new Set(
    [...framework.matchAll(/(?<![\w.])(?:k8s|client_node_1)\.(\w+)/g)].map(([, name = '']) => name),
  );
  expect(referred).toContain('KubeConfig');
  expect([...referred].toSorted()).toEqual(names.toSorted());
});
