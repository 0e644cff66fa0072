/**
 * `npm test [-- FILTER...]`: everything, step by step; a failed step does not keep the others from running.
 * The last line is `N passed, N failed, N skipped`, of all tests and of the steps themselves. Arguments go to vitest.
 */
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acquireBinaries } from './control-plane/acquire.ts';
import { duration } from './progress.mjs';
import { supervise } from './supervised.mjs';

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

type Verdict = 'passed' | 'failed' | 'skipped';

interface Step {
  readonly name: string;
  /** The step's own verdict, and the tests that it ran. */
  readonly run: () => Promise<{ readonly verdict: Verdict; readonly tests: Totals }>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const none: Totals = { passed: 0, failed: 0, skipped: 0 };
const filters = process.argv.slice(2);

const main = async (): Promise<Totals> => {
  const results = await mkdtemp(join(tmpdir(), 'impersonation-operator-test-'));
  process.on('exit', () => rmSync(results, { recursive: true, force: true }));
  let totals = none;
  let tests = none;
  for (const step of steps(results)) {
    const started = performance.now();
    say(`=== ${step.name}`);
    const result = await step.run();
    say(`=== ${step.name}: ${result.verdict} (${duration(performance.now() - started)})\n`);
    tests = sum(tests, result.tests);
    totals = sum(totals, { ...none, [result.verdict]: 1 });
  }
  if (filters.length > 0 && tests.passed + tests.failed + tests.skipped === 0) {
    say(`no test matches ${filters.join(' ')}`);
    totals = sum(totals, { ...none, failed: 1 });
  }
  return sum(totals, tests);
};

const steps = (results: string): Step[] => {
  let controlPlane: 'present' | 'absent' = 'absent';
  return [
    command('format', 'prettier', ['--check', '--log-level=warn', '.']),
    command('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
    command('types', 'tsc', ['--noEmit']),
    command('generated files', 'node', ['dev/generate.ts', '--check']),
    {
      name: 'control plane',
      run: async () => {
        try {
          await acquireBinaries({ environment: process.env, report: say });
          controlPlane = 'present';
          return { verdict: 'passed', tests: none };
        } catch (error) {
          say(error instanceof Error ? error.message : String(error));
          return { verdict: 'failed', tests: none };
        }
      },
    },
    vitest('unit', results),
    {
      name: 'integration',
      run: () => {
        if (controlPlane === 'present') return vitest('integration', results).run();
        say('there is no control plane to run it on');
        return Promise.resolve({ verdict: 'failed', tests: none });
      },
    },
  ];
};

const command = (name: string, program: string, args: readonly string[]): Step => ({
  name,
  run: async () => ({ verdict: (await run(program, args)) === 0 ? 'passed' : 'failed', tests: none }),
});

const vitest = (project: 'unit' | 'integration', results: string): Step => ({
  name: project,
  run: async () => {
    const output = join(results, `${project}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
    const tolerance = filters.length > 0 ? ['--passWithNoTests'] : [];
    const args = ['run', '--project', project, ...reporters, ...tolerance, ...filters];
    const status = await run('vitest', args, results);
    const tests = existsSync(output) ? testTotals(await readFile(output, 'utf8')) : none;
    return { verdict: status === 0 ? 'passed' : 'failed', tests };
  },
});

/** From vitest's JSON report. */
const testTotals = (report: string): Totals => {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(report) as Record<
    'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests',
    number
  >;
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
};

const run = (program: string, args: readonly string[], removeIfAbandoned = ''): Promise<number> =>
  supervise(join(root, 'node_modules', '.bin', program), args, { cwd: root, output: 'inherit', removeIfAbandoned })
    .exited;

const sum = (a: Totals, b: Totals): Totals => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

// Our end is that of every child, so there is nothing else to stop.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
const { passed, failed, skipped } = await main();
say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
