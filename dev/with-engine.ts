/**
 * `node dev/bootstrap.mjs dev/with-engine.ts COMMAND [ARG...]`: runs a command beside a Docker engine. One that answers is used as it
 * is. Where there is none, one is started for the time of the command, if that can be had; if not, a line says why, and the command
 * runs without. Ends with the status of the command.
 */
import { constants } from 'node:os';
import { getContainerRuntimeClient } from 'testcontainers';
import { acquireEngine } from './engine/acquire.ts';
import { type Engine, startEngine } from './engine/start.ts';
import { duration } from './progress.mjs';
import { supervise } from './supervised.mjs';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const answers = async (): Promise<boolean> =>
  getContainerRuntimeClient().then(
    () => true,
    () => false,
  );

const engine = async (): Promise<Engine | undefined> => {
  const started = performance.now();
  try {
    if (process.getuid?.() !== 0) throw new Error('none answers, and only root can start one');
    const root = await acquireEngine({ environment: process.env, report: say });
    const running = await startEngine(root);
    say(`Docker engine: ready (${duration(performance.now() - started)})`);
    return running;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`Docker engine: none (${duration(performance.now() - started)}): ${why.replaceAll(/\s*\n\s*/g, ' ')}`);
    return undefined;
  }
};

const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new Error('usage: with-engine.ts COMMAND [ARG...]');
// Our end is that of the engine and of the command: both are held by a lifeline.
let interrupted: (signal: 'SIGINT' | 'SIGTERM') => void = (signal) => process.exit(128 + constants.signals[signal]);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted(signal));

const started = (await answers()) ? undefined : await engine();
const program = supervise(command, args, {
  output: 'inherit',
  environment: { ...process.env, ...started?.environment },
});
interrupted = program.terminate;
const status = await program.exited;
await started?.stop();
process.exit(status);
