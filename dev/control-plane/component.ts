/** One program of the control plane and its log. */
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { supervise } from '../supervised.mjs';

const tailLines = 20;
const terminationGraceSeconds = 20;

export interface Component {
  readonly name: string;
  readonly log: string;
  /** Exit status, once the program has ended for whatever reason. */
  readonly exited: Promise<number>;
  /** SIGTERM, and SIGKILL after 20 s; or SIGKILL at once. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface ComponentOptions {
  readonly program: string;
  readonly flags: readonly string[];
  readonly log: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Removed when this process is killed. */
  readonly removeIfAbandoned: string;
  /** Called when the program ends though nobody stopped it. */
  readonly onCrash: (error: Error) => void;
}

export const startComponent = (name: string, options: ComponentOptions): Component => {
  const log = openSync(options.log, 'a');
  const child = supervise(options.program, options.flags, {
    output: log,
    removeIfAbandoned: options.removeIfAbandoned,
    environment: { ...process.env, ...options.environment },
  });
  closeSync(log);
  let stopping = false;
  const exited = child.exited.then(async (status) => {
    if (!stopping) options.onCrash(await componentError(`${name} ended with status ${status}`, options.log));
    return status;
  });
  return {
    name,
    log: options.log,
    exited,
    stop: async (signal) => {
      stopping = true;
      if (signal === 'SIGTERM') {
        child.terminate('SIGTERM');
        await Promise.race([child.exited, delay(terminationGraceSeconds * 1000, undefined, { ref: false })]);
      }
      await child.kill();
    },
  };
};

/** An error that says what the log says last. */
export const componentError = async (message: string, log: string): Promise<Error> => {
  const lines = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-tailLines);
  return new Error(`${message}; ${log} ends with:\n${lines.map((line) => `  ${line}`).join('\n')}`);
};
