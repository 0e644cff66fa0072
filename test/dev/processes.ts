/** Processes that tests start, and finding out that none is left. Reads /proc. */
import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { onTestFinished, vi } from 'vitest';

export interface Started {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  readonly pid: number;
  /** Both output streams so far. */
  readonly output: () => string;
  /** The exit status, or the signal that ended the process. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** The process and all its descendants that live, each as `PID COMMAND`. */
  readonly alive: () => Promise<string[]>;
}

/** Starts a program; what is left of it when the test ends is killed. */
export const start = (
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly environment?: NodeJS.ProcessEnv } = {},
): Started => {
  const mark = `TEST_MARK=${randomUUID()}`;
  const [name = '', value = ''] = mark.split('=');
  const child = spawn('sh', ['-c', 'exec "$0" "$@" 2>&1', command, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...options.environment, [name]: value },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  onTestFinished(async () => {
    for (const line of await marked(mark)) process.kill(Number.parseInt(line, 10), 'SIGKILL');
  });
  return {
    child,
    pid: child.pid ?? 0,
    output: () => output,
    exited: new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'))),
    alive: () => marked(mark),
  };
};

const marked = async (mark: string): Promise<string[]> => {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const [environment, stat, command] = await Promise.all(
      ['environ', 'stat', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    const state = stat?.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    if (environment?.split('\0').includes(mark) === true && state !== 'Z') {
      found.push(`${pid} ${command?.replaceAll('\0', ' ')}`);
    }
  }
  return found;
};

/** Waits for a state of the world. */
export const eventually = (assertion: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(assertion, { timeout: 60_000, interval: 50 });

/** Runs TypeScript or JavaScript text as a module. */
export const startModule = (code: string, environment: NodeJS.ProcessEnv = {}): Started =>
  start(process.execPath, ['--input-type=module', '--eval', code], { environment });

/** A module of `dev/`, as an import specifier that holds anywhere. */
export const devModule = (path: string): string => JSON.stringify(new URL(`../../dev/${path}`, import.meta.url).href);
