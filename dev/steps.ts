/** A run of checks of which none keeps the others from running, and its totals. */
import { duration } from './progress.mjs';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface StepResult {
  readonly verdict: 'passed' | 'failed';
  /** The tests that the step ran; none for a check that is no suite. */
  readonly tests: Totals;
  /** The tests among them that failed, and why. */
  readonly failures: readonly string[];
}

export interface Step {
  readonly name: string;
  /** Must not throw. */
  readonly run: () => Promise<StepResult>;
}

export const noTests: Totals = { passed: 0, failed: 0, skipped: 0 };

/** Runs the steps in order. The totals are of all tests, and of the steps themselves. */
export const runSteps = async (steps: readonly Step[], say: (line: string) => void): Promise<Totals> => {
  let totals = noTests;
  const failures: string[] = [];
  for (const step of steps) {
    const started = performance.now();
    say(`=== ${step.name}`);
    const { verdict, tests, failures: found } = await step.run();
    say(`=== ${step.name}: ${verdict} (${duration(performance.now() - started)})\n`);
    totals = sum(sum(totals, tests), { ...noTests, [verdict]: 1 });
    if (verdict === 'failed') failures.push(step.name, ...found);
  }
  // again at the end: a log is read from there, and often holds no more
  if (failures.length > 0) say(`=== failed\n${failures.join('\n')}\n`);
  return totals;
};

export const count = ({ passed, failed, skipped }: Totals): number => passed + failed + skipped;

/** The last line of a run. */
export const summary = ({ passed, failed, skipped }: Totals): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

const sum = (a: Totals, b: Totals): Totals => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});
