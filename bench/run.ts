/**
 * `npm run bench [-- --objects N --rounds N --foreign N --plain --profile DIRECTORY]`: the operator beside a driver that only makes the needed writes,
 * in turn on one control plane. Prints what bench/README.md explains.
 */
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../dev/build/bundle.ts';
import { shipped } from '../dev/build/shipped.ts';
import { kubernetesVersion } from '../dev/control-plane/versions.ts';
import { Bench, type DriverRun, type OperatorRun, type RestartRun } from './measure.ts';
import { Operator } from './operator.ts';
import { World } from './world.ts';
import { difference, needs, total, writesText } from './writes.ts';

const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    /** Bindings of others in the last rounds. */
    foreign: { type: 'string', default: '10000' },
    /** Where to put CPU profiles of the operator. */
    profile: { type: 'string', default: '' },
    /** Without the options and variables that the image gives to Node. */
    plain: { type: 'boolean', default: false },
  },
});
const objects = Number(values.objects);
const rounds = Number(values.rounds);
const foreign = Number(values.foreign);
if (!(objects >= 2 && rounds >= 1)) throw new Error('--objects takes a number from 2, --rounds one from 1');

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const directory = resolve(import.meta.dirname, '..', '.cache', 'bench');
const program = await bundle({ entry: 'src/main.ts', file: resolve(directory, 'main.js') });
const driver = await bundle({ entry: 'bench/driver.ts', file: resolve(directory, 'driver.js') });
const world = await World.start(say);

const profiling = values.profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`];
const { options: nodeOptions, environment } = values.plain ? { options: [], environment: {} } : await shipped();
const start = async (): Promise<Operator> =>
  Operator.start({
    file: program.file,
    options: [...nodeOptions, ...profiling],
    environment: { ...process.env, ...environment, KUBECONFIG: world.kubeconfigPath },
  });

const round = (index: number, a: OperatorRun, b: DriverRun): string =>
  [
    String(index).padStart(5),
    ...[a.perSecond, b.perSecond].map((value) => value.toFixed(0).padStart(10)),
    (a.perSecond / b.perSecond).toFixed(2).padStart(8),
    ...[a.cpuMs, b.cpuMs, a.reconciles].map((value) => value.toFixed(2).padStart(12)),
    String(total(a.writes) - total(needs(objects))).padStart(12),
  ].join('');

const mean = <T>(items: readonly T[], figure: (item: T) => number, digits: number): string =>
  (items.reduce((sum, item) => sum + figure(item), 0) / items.length).toFixed(digits);

try {
  const node = `Node ${process.versions.node} ${values.plain ? 'without options' : nodeOptions.join(' ')}`;
  say(`${objects} grants; Kubernetes ${kubernetesVersion}; ${node}; ${availableParallelism()} × ${cpus()[0]?.model}`);
  const bench = new Bench({ world, objects, start, driver: driver.file });
  const emptyMB = await bench.emptyRun();
  say('round  operator    driver   ratio    operator      driver  reconciles    needless');
  say('       grants/s  grants/s          CPU ms/gr.  CPU ms/gr.   per grant      writes');
  const runs: {
    readonly a: OperatorRun;
    readonly b: DriverRun;
    readonly restart: RestartRun;
    readonly revokeSeconds: number;
    readonly unbindSeconds: number;
  }[] = [];
  for (let index = 1; index <= rounds; index += 1) {
    const a = await bench.operatorRun();
    if (index === 1) await bench.requireSameObjects();
    const restart = await bench.restartRun();
    const revokeSeconds = await bench.revocationRun();
    const b = await bench.driverRun();
    const unbindSeconds = await bench.unbindRun();
    runs.push({ a, b, restart, revokeSeconds, unbindSeconds });
    say(round(index, a, b));
    const needless = difference(needs(objects), a.writes);
    if (needless.size > 0) say(`       needless: ${writesText(needless)}`);
    if (restart.writes.size > 0) say(`       at the restart: ${writesText(restart.writes)}`);
  }
  say(
    `rate     ${mean(runs, ({ a, b }) => (100 * a.perSecond) / b.perSecond, 0)} % of the driver's (aim: at least 80)`,
  );
  say(`CPU      ${mean(runs, ({ a }) => a.cpuMs, 2)} ms for each grant (aim: at most 1.8)`);
  say(
    `restart  ready after ${mean(runs, ({ restart }) => restart.readySeconds, 1)} s, every grant compared after ` +
      `${mean(runs, ({ restart }) => restart.settledSeconds, 1)} s, with ${mean(runs, ({ restart }) => restart.cpuMs, 0)} ms of CPU ` +
      `and ${mean(runs, ({ restart }) => total(restart.writes), 0)} writes (aim: 0)`,
  );
  say(
    `revoke   ${objects} grants that ended at the same moment had no binding after ` +
      `${mean(runs, ({ revokeSeconds }) => revokeSeconds, 1)} s; to delete so many and do nothing else took ` +
      `${mean(runs, ({ unbindSeconds }) => unbindSeconds, 1)} s`,
  );
  say(
    `memory   ${emptyMB.toFixed(0)} MB without grants; with ${objects} of them ${mean(runs, ({ restart }) => restart.memoryMB, 0)} MB ` +
      `after a restart, ${mean(runs, ({ a }) => a.memoryMB, 0)} MB where they were new (aim: at most 110)`,
  );
  await world.clear();
  await world.addForeign(foreign);
  const besides = await bench.emptyRun();
  const beside: OperatorRun[] = [];
  for (let index = 1; index <= rounds; index += 1) beside.push(await bench.operatorRun());
  say(
    `foreign  ${foreign} bindings of others: ${(besides - emptyMB).toFixed(0)} MB without grants (aim: at most 30), ` +
      `${mean(beside, ({ memoryMB }) => memoryMB, 0)} MB with ${objects} of them; ${mean(beside, ({ cpuMs }) => cpuMs, 2)} ms of CPU ` +
      `and ${mean(beside, ({ reconciles }) => reconciles, 2)} reconciles for each grant, ` +
      `${mean(runs, ({ a }) => a.cpuMs, 2)} and ${mean(runs, ({ a }) => a.reconciles, 2)} without`,
  );
} finally {
  await world.stop();
}
