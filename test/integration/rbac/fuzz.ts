/** `npm run fuzz:rbac -- [--worlds N] [--seed N]`: compares evaluator and API servers in many worlds; ends at the first that differ. */
import { parseArgs } from 'node:util';
import { Differential, SIDE_BY_SIDE, worldsOf } from './differential.ts';
import { startLab } from './lab.ts';
import { differenceText, minimised } from './minimising.ts';

const { values } = parseArgs({
  options: { worlds: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const worlds = Number(values.worlds);
const seed = Number(values.seed);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const lab = await startLab(say);
try {
  const differential = await Differential.on(lab);
  const started = performance.now();
  for (let done = 0, batch = 0; done < worlds; done += SIDE_BY_SIDE, batch += 1) {
    const differences = await differential.compare(worldsOf(seed, batch, Math.min(SIDE_BY_SIDE, worlds - done)));
    const seconds = (performance.now() - started) / 1000;
    say(
      `${Math.min(done + SIDE_BY_SIDE, worlds)} worlds in ${seconds.toFixed(0)} s, ${differences.length} differences`,
    );
    const [first] = differences;
    if (first !== undefined) {
      say(differenceText(await minimised(differential, first)));
      process.exitCode = 1;
      break;
    }
  }
  for (const [key, count] of [...differential.tally].toSorted(([one], [other]) => (one < other ? -1 : 1)))
    say(`${String(count).padStart(8)}  ${key}`);
} finally {
  await lab.stop();
}
