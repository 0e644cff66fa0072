import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runToEnd, supervise } from '../../dev/supervised.mjs';
import { devModule, eventually, startModule } from './processes.ts';
import { temporaryDirectory } from './temporary.ts';

const timeout = 120_000;

/** Prints its arguments' worth and stays, with a child that stays. */
const family = 'sleep 1000 & echo started; wait';

test('a program ends with its own status and its output is whole', { timeout }, async () => {
  const result = await runToEnd('sh', ['-c', 'echo out; echo err >&2; exit 7']);
  expect(result.status).toBe(7);
  expect(result.output.split('\n').toSorted()).toEqual(['', 'err', 'out']);
});

test('a program that a signal ends has status 128 plus the signal', { timeout }, async () => {
  expect((await runToEnd('sh', ['-c', 'kill -TERM $$'])).status).toBe(143);
});

test('a program that does not exist has status 127 and is named', { timeout }, async () => {
  const { status, output } = await runToEnd('/no/such/program', []);
  expect(status).toBe(127);
  expect(output).toContain('unable to start /no/such/program');
});

test('terminate asks the program alone', { timeout }, async () => {
  let output = '';
  const program = supervise('sh', ['-c', 'trap "echo asked; exit 3" TERM; echo ready; while :; do sleep 0.1; done'], {
    output: (text) => (output += text),
  });
  await eventually(() => expect(output).toContain('ready'));
  program.terminate('SIGTERM');
  expect(await program.exited).toBe(3);
  expect(output).toContain('asked');
});

const starter = (options: string, after: string): string => `
  import { supervise } from ${devModule('supervised.mjs')};
  const program = supervise('sh', ['-c', ${JSON.stringify(family)}], { output: 'inherit', ${options} });
  ${after}
`;

test('killing the starter ends the program and its children, and removes what was its data', { timeout }, async () => {
  const data = join(await temporaryDirectory(), 'data');
  await mkdir(data);
  await writeFile(join(data, 'file'), '');
  const process = startModule(starter(`removeIfAbandoned: ${JSON.stringify(data)}`, ''));
  await eventually(() => expect(process.output()).toContain('started'));
  expect(await process.alive()).toHaveLength(4);
  process.child.kill('SIGKILL');
  await eventually(async () => expect(await process.alive()).toEqual([]));
  expect(existsSync(data)).toBe(false);
});

test('an orderly kill ends the program and its children, and leaves the data', { timeout }, async () => {
  const data = await temporaryDirectory();
  const after = 'setTimeout(() => program.kill().then((status) => console.log("status", status)), 500);';
  const process = startModule(starter(`removeIfAbandoned: ${JSON.stringify(data)}`, after));
  await eventually(() => expect(process.output()).toContain('status 137'));
  await eventually(async () => expect(await process.alive()).toEqual([]));
  expect(existsSync(data)).toBe(true);
});

test('what a program leaves running ends with it', { timeout }, async () => {
  const process = startModule(`
    import { supervise } from ${devModule('supervised.mjs')};
    const { exited } = supervise('sh', ['-c', 'sleep 1000 & exit 5'], { output: 'inherit' });
    console.log('status', await exited);
    setInterval(() => {}, 1000);
  `);
  await eventually(() => expect(process.output()).toContain('status 5'));
  await eventually(async () => expect(await process.alive()).toHaveLength(1));
});
