/**
 * Runs a program so that nothing of it outlives whoever started it: `node supervise.mjs COMMAND [ARG...]`.
 * Standard input is the lifeline, a pipe that the starter holds open: when it closes, by `kill -9` of the starter too,
 * the whole process group dies. To be started as leader of a process group (`detached: true`).
 * Then also the directory named in SUPERVISE_REMOVE is removed: the program's data, of which nobody knows any more.
 * Passes SIGINT and SIGTERM on, and ends with the program's exit status, or 128 plus the signal that ended it.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';

const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new Error('usage: supervise.mjs COMMAND [ARG...]');
const { SUPERVISE_REMOVE: abandoned = '', ...env } = process.env;

const end = () => {
  program.kill('SIGKILL');
  try {
    if (abandoned !== '') rmSync(abandoned, { recursive: true, force: true, maxRetries: 10 });
  } finally {
    process.kill(-process.pid, 'SIGKILL');
  }
};

const program = spawn(command, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => program.kill(signal));
program.on('error', (error) => {
  process.stderr.write(`unable to start ${command}: ${error.message}\n`);
  process.exit(127);
});
program.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
process.stdin.on('end', end).on('error', end).resume();
