/** Child processes that never outlive this one: `supervise.mjs` holds each in a process group of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} SuperviseOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [environment] the whole environment; absent is ours
 * @property {string} [removeIfAbandoned] a directory to remove when the lifeline closes before the program ends: when we are killed
 * @property {'inherit' | number | ((text: string) => void)} output where both output streams go: our own, a file
 *   descriptor, or a function that gets the text as it comes
 *
 * @typedef {object} Supervised
 * @property {number} pid id of the process and of its group
 * @property {Promise<number>} exited exit status of the program; 128 plus the signal that ended it; 127 where it could not be started
 * @property {(signal: 'SIGINT' | 'SIGTERM') => void} terminate asks the program to end
 * @property {() => Promise<number>} kill ends the whole group at once; resolves when it is gone
 */

const superviseScript = fileURLToPath(new URL('supervise.mjs', import.meta.url));

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SuperviseOptions} options
 * @returns {Supervised}
 */
export const supervise = (command, args, { cwd, environment = process.env, removeIfAbandoned = '', output }) => {
  const stream = typeof output === 'function' ? 'pipe' : output;
  const child = spawn(process.execPath, [superviseScript, command, ...args], {
    detached: true,
    stdio: ['pipe', stream, stream],
    ...(cwd !== undefined && { cwd }),
    env: { ...environment, SUPERVISE_REMOVE: removeIfAbandoned },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`unable to start a process for ${command}`);
  child.stdin?.on('error', () => undefined);
  if (typeof output === 'function') {
    for (const pipe of [child.stdout, child.stderr]) pipe?.setEncoding('utf8').on('data', output);
  }
  /** @type {Promise<number>} */
  const exited = new Promise((resolve) => {
    // What a program leaves behind in its group ends with it. `close` follows when the last of the output was read.
    child.on('exit', () => killGroup(pid)).on('close', (code) => resolve(code ?? 137));
  });
  return {
    pid,
    exited,
    terminate: (signal) => child.kill(signal),
    kill: () => {
      killGroup(pid);
      return exited;
    },
  };
};

/**
 * Runs a program that ends by itself; its status and all that it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Omit<SuperviseOptions, 'output'>} [options]
 */
export const runToEnd = async (command, args, options = {}) => {
  let output = '';
  const status = await supervise(command, args, { ...options, output: (text) => (output += text) }).exited;
  return { status, output };
};

/** @param {number} pid */
const killGroup = (pid) => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is empty.
  }
};
