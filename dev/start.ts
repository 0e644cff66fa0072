/**
 * `npm start [-- --once]`: a real control plane on this machine with the operator in it, the sample objects, and what they come to.
 * Stays up until Ctrl-C; with `--once` it ends by itself, with status 0 if every answer was the expected one.
 */
import { constants } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { acquireBinaries } from './control-plane/acquire.ts';
import type { ControlPlane } from './control-plane/start.ts';
import { startControlPlane } from './control-plane/start.ts';
import { ceilingFlag, install } from './install.ts';
import type { RunningOperator } from './operator.ts';
import { startOperator } from './operator.ts';
import { startProgress } from './progress.mjs';
import { chapters } from './story/chapters.ts';
import { tell } from './story/tell.ts';

const samples = relative(process.cwd(), fileURLToPath(new URL('../config/samples', import.meta.url)));

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs long work with a line that tells how long it takes. */
const timed = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
  const progress = startProgress(title);
  try {
    const result = await work();
    progress.end('ready');
    return result;
  } catch (error) {
    progress.end('failed');
    throw error;
  }
};

/** Whatever was started ends with this process, its data too, however it ends. */
const giveUp = (error: unknown): never => {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
};

const start = async (): Promise<{ controlPlane: ControlPlane; operator: RunningOperator }> => {
  const binaries = await acquireBinaries({ environment: process.env, report: say });
  const controlPlane = await timed('control plane', () => startControlPlane({ binaries, onCrash: giveUp }));
  const kubeconfigPath = await timed('CRDs, namespaces, RBAC', () => install(controlPlane));
  const { dataDirectory } = controlPlane;
  const operator = await timed('operator', () =>
    startOperator({ kubeconfigPath, dataDirectory, flags: [ceilingFlag], onCrash: giveUp }),
  );
  return { controlPlane, operator };
};

/** What the commands of the story need in another terminal. */
const environment = ({ dataDirectory, binaries, url }: ControlPlane): string[] => [
  `export KUBECONFIG=${join(dataDirectory, 'kubeconfig')} PATH=${binaries}${delimiter}$PATH`,
  `export API=${url} CURL_CA_BUNDLE=${join(dataDirectory, 'ca.crt')} DIR=${dataDirectory}`,
];

const main = async (once: boolean): Promise<number> => {
  const { controlPlane, operator } = await start();
  say('\nThe ceiling of this cluster is wider than as shipped: edit, and a rule for nodes, for the samples.');
  say('The commands below are for a shell with');
  for (const line of environment(controlPlane)) say(`  ${styleText('cyan', line)}`);
  const { expected, unexpected } = await tell(chapters(samples), {
    connection: controlPlane,
    directory: controlPlane.dataDirectory,
    say,
  });
  say('');
  say(`${expected} of ${expected + unexpected} answers were as expected`);
  if (!once) {
    say('\nAll of it stays up until Ctrl-C. In another terminal:');
    for (const line of environment(controlPlane)) say(`  ${styleText('cyan', line)}`);
    say(`The operator logs to ${operator.log}, and its metrics are at ${operator.url}/metrics`);
    await new Promise(() => undefined);
  }
  await operator.stop('SIGTERM');
  const ended = await operator.exited;
  if (ended !== 0) say(`the operator ended with status ${ended}`);
  await controlPlane.stop();
  return unexpected === 0 && ended === 0 ? 0 : 1;
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
try {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
  process.exitCode = await main(values.once);
} catch (error) {
  giveUp(error);
}
