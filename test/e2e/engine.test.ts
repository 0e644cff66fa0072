import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { acquireEngine } from '../../dev/engine/acquire.ts';
import { type Started, eventually, start } from '../dev/processes.ts';
import { docker, whyNoEngine } from './docker.ts';

const script = fileURLToPath(new URL('../../dev/with-engine.ts', import.meta.url));

/** The command beside the engine: it tells where that is, and stays. */
const STAYS = ['sh', '-c', 'docker version && echo "host $DOCKER_HOST" && exec sleep 1000'];

const hostIn = (output: string): string => /^host (?:unix:\/\/)?(.*)$/m.exec(output)?.[1] ?? '';

const hasEngine = (await whyNoEngine()) === '';

test.skipIf(!hasEngine)('an engine that answers is used as it is, and stays', async () => {
  const run = start(process.execPath, [script, 'sh', '-c', 'echo "host $DOCKER_HOST"']);
  expect(await run.exited).toBe(0);
  expect(run.output()).toBe(`host ${process.env['DOCKER_HOST'] ?? ''}\n`);
  await docker('version');
});

/** Whether this machine has what an engine is started with, here and now; one that runs as a service would be found first. */
const canStart = async (): Promise<boolean> => {
  if (process.getuid?.() !== 0 || existsSync('/var/run/docker.sock')) return false;
  if (!hasEngine) return false;
  await acquireEngine({ environment: process.env, report: () => undefined });
  return true;
};

const startBeside = async (): Promise<{ run: Started; data: string }> => {
  const run = start(process.execPath, [script, ...STAYS], { environment: { DOCKER_HOST: '' } });
  await eventually(() => expect(hostIn(run.output())).not.toBe(''));
  const socket = hostIn(run.output());
  expect(socket).not.toBe(process.env['DOCKER_HOST']?.slice('unix://'.length));
  expect(existsSync(socket)).toBe(true);
  expect((await run.alive()).join('\n')).toContain('containerd');
  return { run, data: dirname(socket) };
};

describe.skipIf(!(await canStart()))('an engine that was started for a command', () => {
  test.for(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('ends with it on %s, and nothing is left', async (signal) => {
    const { run, data } = await startBeside();
    run.child.kill(signal);
    await run.exited;
    await eventually(async () => expect(await run.alive()).toEqual([]));
    await eventually(() => expect(existsSync(data)).toBe(false));
  });

  test('runs apart from the other one, which goes on', async () => {
    const { run } = await startBeside();
    expect(run.output()).toContain('Docker engine: ready');
    await docker('version');
    run.child.kill('SIGTERM');
    await run.exited;
    await docker('version');
  });
});
