/** What vitest's JSON report says of a run. */
import { relative } from 'node:path';
import type { Totals } from './steps.ts';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    /** Why the file could not be run; empty when its tests say it. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Lines of a failure that are shown: enough for the difference, not the whole stack. */
const SHOWN = 12;

/** The totals, and what failed: the file below `root`, the test, and the beginning of its last error. */
export const readReport = (text: string, root: string): { totals: Totals; failures: readonly string[] } => {
  const report = JSON.parse(text) as Report;
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && tests.length === 0) return [failure(file, message)];
    return tests.map(({ fullName, failureMessages }) => failure(`${file} > ${fullName}`, failureMessages.at(-1) ?? ''));
  });
  return {
    totals: {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    failures,
  };
};

const failure = (what: string, why: string): string =>
  [what, ...why.split('\n', SHOWN).map((line) => `    ${line}`)].join('\n');
