import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../../dev/lock.mjs';
import type { Started } from './processes.ts';
import { devModule, eventually, startModule } from './processes.ts';
import { temporaryDirectory } from './temporary.ts';

const timeout = 120_000;

const ignore = (): void => undefined;

/** A process that takes the lock and keeps it. */
const startHolder = async (directory: string): Promise<Started> => {
  const holder = startModule(`
    import { withLock } from ${devModule('lock.mjs')};
    await withLock(${JSON.stringify(directory)}, () => {}, () => {
      console.log('held');
      return new Promise(() => setInterval(() => {}, 1000));
    });
  `);
  await eventually(() => expect(holder.output()).toContain('held'));
  return holder;
};

test('of many processes one at a time holds the lock', { timeout }, async () => {
  const directory = await temporaryDirectory();
  const log = join(directory, 'log');
  const contenders = Array.from({ length: 6 }, () =>
    startModule(`
      import { appendFileSync } from 'node:fs';
      import { setTimeout } from 'node:timers/promises';
      import { withLock } from ${devModule('lock.mjs')};
      for (let round = 0; round < 3; round += 1) {
        await withLock(${JSON.stringify(join(directory, 'lock'))}, () => {}, async () => {
          appendFileSync(${JSON.stringify(log)}, 'in ' + process.pid + '\\n');
          await setTimeout(20);
          appendFileSync(${JSON.stringify(log)}, 'out ' + process.pid + '\\n');
        });
      }
    `),
  );
  const statuses = await Promise.all(contenders.map((contender) => contender.exited));
  expect(statuses).toEqual(contenders.map(() => 0));
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(36);
  for (let index = 0; index < lines.length; index += 2) {
    expect(lines[index + 1]).toBe(lines[index]?.replace('in', 'out'));
  }
});

test('whoever has to wait is told for whom, and gets the lock when that one is killed', { timeout }, async () => {
  const directory = await temporaryDirectory();
  const holder = await startHolder(directory);
  const waitedFor: number[] = [];
  let held = false;
  const waiting = withLock(
    directory,
    (pid) => waitedFor.push(pid),
    () => Promise.resolve((held = true)),
  );
  await eventually(() => expect(waitedFor).toEqual([holder.pid]));
  expect(held).toBe(false);
  holder.child.kill('SIGKILL');
  await waiting;
  expect(held).toBe(true);
});

test('a killed holder that its parent has not reaped counts as dead', { timeout }, async () => {
  const directory = await temporaryDirectory();
  const parent = startModule(`
    import { spawn } from 'node:child_process';
    const code = \`
      import { withLock } from ${devModule('lock.mjs').replaceAll('"', "'")};
      await withLock(process.env.LOCK, () => {}, () => { console.log('held', process.pid); return new Promise(() => setInterval(() => {}, 1000)); });
    \`;
    // A shell that becomes a program which waits for nobody.
    spawn('sh', ['-c', '"$0" --input-type=module --eval "$1" & exec sleep 1000', process.execPath, code],
      { stdio: 'inherit', env: { ...process.env, LOCK: ${JSON.stringify(directory)} } });
  `);
  await eventually(() => expect(parent.output()).toContain('held'));
  const pid = Number(/held (\d+)/.exec(parent.output())?.[1]);
  process.kill(pid, 'SIGKILL');
  await eventually(async () => expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '));
  await expect(withLock(directory, ignore, () => Promise.resolve('held'))).resolves.toBe('held');
});

test('a claim whose process id belongs to another process by now counts for nothing', { timeout }, async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, `${process.pid}-1-leftover`), '');
  await expect(withLock(directory, ignore, () => Promise.resolve('held'))).resolves.toBe('held');
});

test('the lock is free again after a holder that throws', { timeout }, async () => {
  const directory = await temporaryDirectory();
  await expect(withLock(directory, ignore, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(withLock(directory, ignore, () => Promise.resolve('held'))).resolves.toBe('held');
});
