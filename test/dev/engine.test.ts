import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { eventually, start } from './processes.ts';
import { temporaryDirectory } from './temporary.ts';

const timeout = 120_000;
const script = fileURLToPath(new URL('../../dev/with-engine.ts', import.meta.url));

/** An environment in which no engine is to be had: no dockerd, no apt-get, an empty cache. */
const without = async (): Promise<NodeJS.ProcessEnv> => {
  const home = await temporaryDirectory();
  const programs = join(home, 'bin');
  await mkdir(programs);
  for (const name of ['sh', 'sleep']) await symlink(`/bin/${name}`, join(programs, name));
  return {
    HOME: home,
    PATH: programs,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_RUNTIME_DIR: home,
    DOCKER_HOST: `unix://${join(home, 'socket')}`,
  };
};

// testcontainers asks this one too, whatever the environment says
const isInTheWay = existsSync('/var/run/docker.sock');

test.skipIf(isInTheWay)(
  'without an engine a line says why, and the command runs and ends with its own status',
  { timeout },
  async () => {
    const run = start(process.execPath, [script, 'sh', '-c', 'echo ran; exit 7'], { environment: await without() });
    expect(await run.exited).toBe(7);
    const lines = run.output().split('\n');
    expect(lines.filter((line) => line.startsWith('Docker engine: none'))).toHaveLength(1);
    expect(lines).toContain('ran');
  },
);

test.skipIf(isInTheWay)('who interrupts it interrupts the command', { timeout }, async () => {
  const command = 'trap "echo asked; exit 5" TERM; echo ready; while :; do sleep 0.1; done';
  const run = start(process.execPath, [script, 'sh', '-c', command], { environment: await without() });
  await eventually(() => expect(run.output()).toContain('ready'));
  run.child.kill('SIGTERM');
  expect(await run.exited).toBe(5);
  expect(run.output()).toContain('asked');
});
