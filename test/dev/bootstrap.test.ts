import { existsSync } from 'node:fs';
import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Started } from './processes.ts';
import { eventually, start } from './processes.ts';
import { temporaryDirectory } from './temporary.ts';

const timeout = 120_000;
const devDirectory = new URL('../../dev/', import.meta.url);
const modules = ['bootstrap.mjs', 'lock.mjs', 'progress.mjs', 'supervise.mjs', 'supervised.mjs'];

interface Checkout {
  readonly path: string;
  readonly run: (...args: string[]) => Started;
  /** What happens while npm installs, as shell text. */
  readonly whenInstalling: (shell: string) => Promise<void>;
  /** What the script does, as JavaScript. */
  readonly script: (code: string) => Promise<void>;
  readonly installations: () => Promise<number>;
}

const stamp = join('node_modules', '.installed-from');

/** A checkout with real npm and lock file; its one dependency, `node`, lies in the checkout itself. */
const checkout = async (): Promise<Checkout> => {
  const path = await temporaryDirectory();
  await mkdir(join(path, 'dev'));
  await mkdir(join(path, 'node'));
  for (const module of modules) await copyFile(new URL(module, devDirectory), join(path, 'dev', module));
  const node = { name: 'node', version: '24.0.0', bin: { node: 'node.sh' } };
  await writeFile(join(path, 'node', 'package.json'), JSON.stringify(node));
  const shell = `#!/bin/sh\nexec '${process.execPath}' "$@"\n`;
  await writeFile(join(path, 'node', 'node.sh'), shell, { mode: 0o755 });
  const root = { name: 'fixture', version: '1.0.0', devDependencies: { node: 'file:node' } };
  const scripts = { start: 'exec node dev/bootstrap.mjs dev/script.mjs', postinstall: 'sh dev/install.sh' };
  await writeFile(join(path, 'package.json'), JSON.stringify({ ...root, type: 'module', scripts }));
  const packages = { '': root, node, 'node_modules/node': { resolved: 'node', link: true } };
  const lock = { name: 'fixture', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  await writeFile(join(path, 'package-lock.json'), JSON.stringify(lock));
  const made: Checkout = {
    path,
    run: (...args) => start(process.execPath, ['dev/bootstrap.mjs', 'dev/script.mjs', ...args], { cwd: path }),
    whenInstalling: (text) => writeFile(join(path, 'dev', 'install.sh'), `echo once >> installations\n${text}\n`),
    script: (code) => writeFile(join(path, 'dev', 'script.mjs'), code),
    installations: async () => (await readFile(join(path, 'installations'), 'utf8')).trimEnd().split('\n').length,
  };
  await made.whenInstalling('');
  await made.script(`console.log('ran', process.argv.slice(2).join(), process.env.PATH.split(':')[0]);`);
  return made;
};

test(
  'installs once, then runs the script with its arguments, our programs first on the PATH',
  { timeout },
  async () => {
    const { path, run, installations } = await checkout();
    for (const round of ['one', 'two']) {
      const started = run(round, '--flag');
      expect(await started.exited).toBe(0);
      expect(started.output()).toContain(`ran ${round},--flag ${join(path, 'node_modules', '.bin')}\n`);
      expect(started.output().includes('installing dependencies: done')).toBe(round === 'one');
    }
    expect(await installations()).toBe(1);
  },
);

test('installs again when the lock file is another one', { timeout }, async () => {
  const { path, run, installations } = await checkout();
  await run().exited;
  await appendFile(join(path, 'package-lock.json'), '\n');
  expect(await run().exited).toBe(0);
  expect(await installations()).toBe(2);
});

test('ends with the exit status of the script', { timeout }, async () => {
  const { run, script } = await checkout();
  await script('process.exit(7);');
  expect(await run().exited).toBe(7);
});

test('a failed installation shows what npm said, runs nothing and is not trusted', { timeout }, async () => {
  const { path, run, whenInstalling, installations } = await checkout();
  await whenInstalling('echo the reason >&2; exit 3');
  const failed = run();
  expect(await failed.exited).toBe(1);
  expect(failed.output()).toContain('the reason');
  expect(failed.output()).toContain('npm ci ended with status 3');
  expect(failed.output()).not.toContain('ran');
  expect(existsSync(join(path, stamp))).toBe(false);
  await whenInstalling('');
  expect(await run().exited).toBe(0);
  expect(await installations()).toBe(2);
});

test('an installation that npm refuses to begin is refused again', { timeout }, async () => {
  const { path, run } = await checkout();
  await run().exited;
  // Another dependency than the lock file knows, and a lock file that is not the installed one.
  const manifest = await readFile(join(path, 'package.json'), 'utf8');
  await writeFile(join(path, 'package.json'), manifest.replace('file:node', 'file:dev'));
  await appendFile(join(path, 'package-lock.json'), '\n');
  for (const _ of [1, 2]) {
    const refused = run();
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toContain('npm ci ended with status');
  }
});

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'an installation ended by %s leaves no process and is not trusted',
  { timeout },
  async (signal) => {
    const { path, run, whenInstalling, installations } = await checkout();
    await whenInstalling('sleep 1000 & wait');
    const interrupted = run();
    await eventually(async () => expect((await interrupted.alive()).join()).toContain('sleep 1000'));
    interrupted.child.kill(signal);
    expect(await interrupted.exited).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: 'SIGKILL' }[signal]);
    await eventually(async () => expect(await interrupted.alive()).toEqual([]));
    expect(existsSync(join(path, stamp))).toBe(false);
    await whenInstalling('');
    expect(await run().exited).toBe(0);
    expect(await installations()).toBe(2);
  },
);

test('two at once install once', { timeout }, async () => {
  const { path, run, whenInstalling, installations } = await checkout();
  await whenInstalling('until [ -e go-on ]; do sleep 0.1; done');
  const both = [run('a'), run('b')];
  const outputs = (): string => both.map(({ output }) => output()).join('');
  await eventually(() => expect(outputs()).toContain('is installing the dependencies, waiting'));
  await writeFile(join(path, 'go-on'), '');
  expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([0, 0]);
  expect(outputs()).toContain('ran a');
  expect(outputs()).toContain('ran b');
  expect(await installations()).toBe(1);
});

/** Says what signal came, with a child that would live on. */
const patient = `
  import { spawn } from 'node:child_process';
  spawn('sleep', ['1000']);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { console.log('got', signal); process.exit(3); });
  console.log('ran');
  setInterval(() => {}, 1000);
`;

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s reaches the script, and the status says so', { timeout }, async (signal, status) => {
  const { run, script } = await checkout();
  await script(patient);
  const started = run();
  await eventually(() => expect(started.output()).toContain('ran'));
  started.child.kill(signal);
  expect(await started.exited).toBe(status);
  expect(started.output()).toContain(`got ${signal}`);
  await eventually(async () => expect(await started.alive()).toEqual([]));
});

test('a script that does not heed the first Ctrl-C ends with a later one', { timeout }, async () => {
  const { run, script } = await checkout();
  await script(`process.on('SIGINT', () => console.log('no')); console.log('ran'); setInterval(() => {}, 1000);`);
  const started = run();
  await eventually(() => expect(started.output()).toContain('ran'));
  started.child.kill('SIGINT');
  await eventually(() => expect(started.output()).toContain('no'));
  await eventually(async () => {
    started.child.kill('SIGINT');
    expect(await started.alive()).toEqual([]);
  });
  expect(await started.exited).toBe(130);
});

test('killing the bootstrap or npm itself ends the script', { timeout }, async () => {
  const { path, run, script } = await checkout();
  await script(patient);
  for (const started of [run(), start('npm', ['start'], { cwd: path })]) {
    await eventually(() => expect(started.output()).toContain('ran'));
    started.child.kill('SIGKILL');
    await eventually(async () => expect(await started.alive()).toEqual([]));
  }
});

test('no shell stands between npm and the bootstrap', async () => {
  const { scripts } = JSON.parse(await readFile(new URL('../package.json', devDirectory), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const bootstrapped = Object.values(scripts).filter((text) => text.includes('bootstrap.mjs'));
  expect(bootstrapped).not.toEqual([]);
  for (const text of bootstrapped) expect(text).toMatch(/^exec node dev\/bootstrap\.mjs [\w/]+\.ts$/);
});
