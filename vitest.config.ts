import { defineConfig } from 'vitest/config';

/** CommonJS packages are imported as Node imports them: the default is all of their exports. */
const deps = { interopDefault: false };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          deps,
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/faults/**', 'test/e2e/**'],
          // some start processes; no test is about how long that takes
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          deps,
          include: ['test/integration/**/*.test.ts', 'test/faults/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          globalSetup: ['test/integration/control-plane.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          // several real servers on a small machine: one of them starves now and then; what fails twice fails
          retry: 1,
        },
      },
    ],
  },
});
