/**
 * `npm test [-- FILTER...]`: everything, step by step. Arguments go to vitest.
 * The last line is `N passed, N failed, N skipped`, of all tests and of the steps themselves.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acquireBinaries } from './control-plane/acquire.ts';
import { acquireHelm } from './helm/acquire.ts';
import type { Step, StepResult } from './steps.ts';
import { count, noTests, runSteps, summary } from './steps.ts';
import { supervise } from './supervised.mjs';
import { readReport } from './vitest-report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const filters = process.argv.slice(2);

/** Projects in `vitest.config.ts`, one after the other: each starts control planes of its own. */
const ON_CONTROL_PLANE = [
  'integration',
  'legacy',
  'constrained',
  'legacy-without-gate',
  'constrained-without-gate',
] as const;

const steps = (results: string): Step[] => {
  let controlPlane: 'present' | 'absent' = 'absent';
  const command = (name: string, program: string, args: readonly string[]): Step => ({
    name,
    run: async () => result(await run(program, args, results)),
  });
  return [
    command('format', 'prettier', ['--check', '--log-level=warn', '.']),
    command('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
    command('types', 'tsc', ['--noEmit']),
    command('generated files', 'node', ['dev/generate.ts', '--check']),
    {
      name: 'control plane',
      run: async () => {
        const got = await attempt(() => acquireBinaries({ environment: process.env, report: say }));
        if (got.verdict === 'passed') controlPlane = 'present';
        return got;
      },
    },
    { name: 'Helm', run: () => attempt(() => acquireHelm({ environment: process.env, report: say })) },
    { name: 'unit', run: () => vitest('unit', results) },
    ...ON_CONTROL_PLANE.map((project) => ({
      name: project,
      run: async () => {
        if (controlPlane === 'present') return vitest(project, results);
        say('there is no control plane to run it on');
        return result(1);
      },
    })),
    ...(filters.length > 0 ? [filterMatches] : []),
  ];
};

const attempt = async (get: () => Promise<unknown>): Promise<StepResult> => {
  try {
    await get();
    return result(0);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return result(1);
  }
};

let testsRun = 0;

const vitest = async (project: 'unit' | (typeof ON_CONTROL_PLANE)[number], results: string): Promise<StepResult> => {
  const output = join(results, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
  const tolerance = filters.length > 0 ? ['--passWithNoTests'] : [];
  const status = await run('vitest', ['run', '--project', project, ...reporters, ...tolerance, ...filters], results);
  if (!existsSync(output)) return result(status);
  const { totals: tests, failures } = readReport(await readFile(output, 'utf8'), root);
  testsRun += count(tests);
  return { ...result(status), tests, failures };
};

/** A misspelt filter must not look like a success. */
const filterMatches: Step = {
  name: `tests that match ${filters.join(' ')}`,
  run: () => Promise.resolve(result(testsRun > 0 ? 0 : 1)),
};

const result = (status: number): StepResult => ({
  verdict: status === 0 ? 'passed' : 'failed',
  tests: noTests,
  failures: [],
});

/** Exit status of one of our programs. */
const run = (program: string, args: readonly string[], removeIfAbandoned: string): Promise<number> =>
  supervise(join(root, 'node_modules', '.bin', program), args, { cwd: root, output: 'inherit', removeIfAbandoned })
    .exited;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

// Our end is that of every child, so there is nothing else to stop.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
const results = mkdtempSync(join(tmpdir(), 'impersonation-operator-test-'));
process.on('exit', () => rmSync(results, { recursive: true, force: true }));
const totals = await runSteps(steps(results), say);
say(summary(totals));
process.exitCode = totals.failed === 0 ? 0 : 1;
