import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Started } from '../../dev/processes.ts';
import { eventually, start } from '../../dev/processes.ts';
import { temporaryDirectory } from '../../dev/temporary.ts';
import { planeOfWorker } from '../connection.ts';

const root = join(import.meta.dirname, '..', '..', '..');

interface Run extends Started {
  /** What is left of it on disk. */
  readonly files: () => Promise<string[]>;
}

const npmStart = async (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> => {
  const TMPDIR = await temporaryDirectory();
  const KUBEBUILDER_ASSETS = planeOfWorker().binaries;
  const started = start(process.execPath, ['dev/bootstrap.mjs', 'dev/start.ts', ...args], {
    cwd: root,
    environment: { ...environment, TMPDIR, KUBEBUILDER_ASSETS },
  });
  return { ...started, files: () => readdir(TMPDIR) };
};

const nothingIsLeft = (run: Run): Promise<void> =>
  eventually(async () => {
    expect(await run.alive()).toEqual([]);
    expect(await run.files()).toEqual([]);
  });

const hasSaid = (run: Run, text: string): Promise<void> => eventually(() => expect(run.output()).toContain(text));

const lastLine = (run: Run): string => run.output().trimEnd().split('\n').at(-1) ?? '';

test('with --once it tells the whole story, prints no token, and ends with status 0', async () => {
  const run = await npmStart(['--once']);
  expect(await run.exited).toBe(0);
  expect(run.output()).not.toContain('✗');
  expect(run.output()).toContain('$SUPPORT');
  expect(run.output()).not.toMatch(/eyJ[\w-]{20}/);
  expect(lastLine(run)).toMatch(/^(?<count>\d+) of \k<count> answers were as expected$/);
  await nothingIsLeft(run);
});

test('with --once it ends with status 1 when an answer is not the expected one', async () => {
  // a kubeconfig that leads nowhere
  const run = await npmStart(['--once'], { IMPERSONATION_API_SERVER_URL: 'https://127.0.0.1:1' });
  expect(await run.exited).toBe(1);
  expect(run.output()).toMatch(/✗ exit status 1, expected exit status 0, "jane"/);
  expect(lastLine(run)).toMatch(/^\d+ of \d+ answers were as expected$/);
  await nothingIsLeft(run);
});

test('without --once it says how to reach it, and stays up until Ctrl-C', async () => {
  const run = await npmStart([]);
  await hasSaid(run, '1  Who may become whom');
  await hasSaid(run, '9  Taking a right away');
  await hasSaid(run, 'stays up until Ctrl-C');
  await hasSaid(run, '/metrics');
  expect(run.output()).toMatch(/export KUBECONFIG=\S+kubeconfig PATH=\S+:\$PATH\n/);
  expect(await run.alive()).toContainEqual(expect.stringContaining('src/main.ts'));
  run.child.kill('SIGINT');
  expect(await run.exited).toBe(130);
  await nothingIsLeft(run);
});

test.for([
  ['SIGINT', 'control plane (0 s)'],
  ['SIGTERM', 'operator (0 s)'],
  ['SIGKILL', '$ kubectl wait'],
] as const)('%s when it says "%s" leaves nothing behind', async ([signal, moment]) => {
  const run = await npmStart(['--once']);
  await hasSaid(run, moment);
  run.child.kill(signal);
  expect(await run.exited).not.toBe(0);
  await nothingIsLeft(run);
});
