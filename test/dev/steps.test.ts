import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Step } from '../../dev/steps.ts';
import { noTests, runSteps, summary } from '../../dev/steps.ts';
import { runToEnd } from '../../dev/supervised.mjs';
import { readReport } from '../../dev/vitest-report.ts';

const step = (name: string, verdict: 'passed' | 'failed', tests = noTests, failures: readonly string[] = []): Step => ({
  name,
  run: () => Promise.resolve({ verdict, tests, failures }),
});

test('a failed step does not keep the later ones from running, and all count', async () => {
  const lines: string[] = [];
  const totals = await runSteps(
    [
      step('format', 'failed'),
      step('unit', 'passed', { passed: 7, failed: 0, skipped: 2 }),
      step('integration', 'failed', { passed: 3, failed: 1, skipped: 0 }, ['some.test.ts > b']),
    ],
    (line) => lines.push(line),
  );
  expect(summary(totals)).toBe('11 passed, 3 failed, 2 skipped');
  expect(lines).toEqual([
    '=== format',
    '=== format: failed (0 s)\n',
    '=== unit',
    '=== unit: passed (0 s)\n',
    '=== integration',
    '=== integration: failed (0 s)\n',
    '=== failed\nformat\nintegration\nsome.test.ts > b\n',
  ]);
});

test("totals and failures are read from vitest's own report", { timeout: 120_000 }, async () => {
  const root = fileURLToPath(new URL(`../../.cache/steps-test-${process.pid}`, import.meta.url));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(root, { recursive: true });
  await writeFile(join(root, 'vitest.config.ts'), 'export default {};');
  await writeFile(
    join(root, 'some.test.ts'),
    `import { expect, test } from 'vitest';
     test('a', () => {}); test('b', () => {}); test('c', () => {});
     test('d', () => expect(1).toBe(2)); test('e', () => expect(1).toBe(2));
     test.skip('f', () => {});
     test.todo('g');`,
  );
  await writeFile(join(root, 'torn.test.ts'), `import './missing.ts';`);
  const vitest = fileURLToPath(new URL('../../node_modules/.bin/vitest', import.meta.url));
  const report = join(root, 'report.json');
  await runToEnd(vitest, ['run', `--root=${root}`, '--reporter=json', `--outputFile=${report}`]);
  const { totals, failures } = readReport(await readFile(report, 'utf8'), root);
  expect(totals).toEqual({ passed: 3, failed: 2, skipped: 2 });
  expect(failures.toSorted()).toEqual([
    expect.stringMatching(/^some\.test\.ts > d\n {4}AssertionError: expected 1 to be 2/),
    expect.stringMatching(/^some\.test\.ts > e\n {4}AssertionError: expected 1 to be 2/),
    expect.stringMatching(/^torn\.test\.ts\n.*missing\.ts/),
  ]);
});
