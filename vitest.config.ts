import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

/** CommonJS packages are imported as Node imports them: the default is all of their exports. */
const deps = { interopDefault: false };

/** Each project has its own control planes, so they run one after the other. */
let order = 0;

const file = (name: string): string => `test/integration/${name}.test.ts`;

/** What is told once for each dialect of impersonation, on a server that knows both and on one that knows the old one alone. */
const IN_BOTH_DIALECTS = [
  'api-server-restart',
  'crash',
  'crash-edit',
  'delete',
  'grant-bindings',
  'grant-create',
  'grant-edit',
  'grant-namespaces',
  'lifetime',
  'no-election',
  'replicas',
  'scale',
  'taken',
  'tampering',
].map(file);

/** What is about the dialects themselves; told once. */
const OF_MODES = ['actions', 'gate', 'mode-crash', 'mode-edit'].map(file);

interface OnControlPlane {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly dialect: 'legacy' | 'constrained';
  /** Whether the API server knows constrained impersonation. */
  readonly gate: boolean;
  /** Each has a control plane of its own. */
  readonly workers: number;
}

const onControlPlane = ({
  name,
  include,
  exclude = [],
  dialect,
  gate,
  workers,
}: OnControlPlane): TestProjectConfiguration => ({
  test: {
    name,
    deps,
    include: [...include],
    exclude: [...exclude],
    provide: { dialect, gate },
    globalSetup: ['test/integration/control-plane.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: workers,
    sequence: { groupOrder: (order += 1) },
    // several real servers on a small machine: one of them starves now and then; what fails twice fails
    retry: 1,
  },
});

/** Most of the time they wait for what the server remembers to be forgotten. */
const WORKERS = 3;

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
      onControlPlane({
        name: 'integration',
        include: ['test/integration/**/*.test.ts', 'test/faults/**/*.test.ts', 'test/e2e/**/*.test.ts'],
        exclude: [...IN_BOTH_DIALECTS, ...OF_MODES],
        dialect: 'legacy',
        gate: true,
        workers: 2,
      }),
      ...(['legacy', 'constrained'] as const).flatMap((dialect) =>
        [true, false].map((gate) =>
          onControlPlane({
            name: gate ? dialect : `${dialect}-without-gate`,
            include: dialect === 'constrained' && gate ? [...IN_BOTH_DIALECTS, ...OF_MODES] : IN_BOTH_DIALECTS,
            dialect,
            gate,
            workers: WORKERS,
          }),
        ),
      ),
    ],
  },
});
