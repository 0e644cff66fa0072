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
        },
      },
    ],
  },
});
