/** Child processes that never outlive this one: `supervise.mjs` holds each in a process group of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface SuperviseOptions {
  readonly cwd?: string;
  /** The whole environment; absent is ours. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Where both output streams go: our own, a file descriptor, or a function that gets the text as it comes. */
  readonly output: 'inherit' | number | ((text: string) => void);
}

export interface Supervised {
  /** Id of the process and of its group. */
  readonly pid: number;
  /** Exit status of the program; 128 plus the signal that ended it; 127 where it could not be started. */
  readonly exited: Promise<number>;
  /** Asks the program to end. */
  terminate(signal: 'SIGINT' | 'SIGTERM'): void;
  /** Ends the whole group at once; resolves when it is gone. */
  kill(): Promise<number>;
}

const superviseScript = fileURLToPath(new URL('supervise.mjs', import.meta.url));

export const supervise = (command: string, args: readonly string[], options: SuperviseOptions): Supervised => {
  const { output } = options;
  const stream = typeof output === 'function' ? 'pipe' : output;
  const child = spawn(process.execPath, [superviseScript, command, ...args], {
    detached: true,
    stdio: ['pipe', stream, stream],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.environment !== undefined && { env: options.environment }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`unable to start a process for ${command}`);
  child.stdin?.on('error', () => undefined);
  if (typeof output === 'function') {
    for (const pipe of [child.stdout, child.stderr]) pipe?.setEncoding('utf8').on('data', output);
  }
  const exited = new Promise<number>((resolve) => {
    // `close` comes after `exit`, when the last of the output was read.
    child.on('exit', () => signalGroup(pid)).on('close', (code) => resolve(code ?? 137));
  });
  return {
    pid,
    exited,
    terminate: (signal) => void child.kill(signal),
    kill: () => {
      signalGroup(pid);
      return exited;
    },
  };
};

/** Runs a program that ends by itself; its status and all that it printed. */
export const runToEnd = async (
  command: string,
  args: readonly string[],
  options: Omit<SuperviseOptions, 'output'> = {},
): Promise<{ readonly status: number; readonly output: string }> => {
  let output = '';
  const status = await supervise(command, args, { ...options, output: (text) => (output += text) }).exited;
  return { status, output };
};

/** What a program leaves behind in its group ends with it. */
const signalGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is empty.
  }
};
