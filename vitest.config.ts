import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** CommonJS packages are imported as Node imports them: the default is all of their exports. */
const deps = { interopDefault: false };

/** Each project has its own control planes, so they run one after the other. */
let groups = 0;

const file = (name: string): string => `test/integration/${name}.test.ts`;

/** What is told once for each dialect of impersonation, on a server that knows both and on one that knows the old one alone; the longest first. */
const IN_BOTH_DIALECTS = [
  'crash-edit',
  'delete',
  'lifetime',
  'grant-edit',
  'replicas',
  'crash',
  'scale',
  'tampering',
  'grant-bindings',
  'no-election',
  'api-server-restart',
  'taken',
  'grant-namespaces',
  'grant-create',
].map(file);

/** What is about the dialects themselves; told once; likewise. */
const OF_MODES = ['mode-edit', 'mode-crash', 'actions', 'gate'].map(file);

const LONGEST_FIRST = [
  ...['install/helm', 'dev/start', 'credential-loss', 'install/commands', 'credential-remembered'].map(file),
  ...OF_MODES,
  ...IN_BOTH_DIALECTS,
];

const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

const rankOf = ({ moduleId }: TestSpecification): number => {
  const index = LONGEST_FIRST.findIndex((name) => moduleId.endsWith(name));
  return index === -1 ? LONGEST_FIRST.length : index;
};

/** Where files take minutes the longest begins first, so that none is alone in the end; their size says nothing of it. */
class Sequencer extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array
    const sorted = await super.sort(specifications);
    return sorted.toSorted((one, other) => groupOf(one) - groupOf(other) || rankOf(one) - rankOf(other));
  }
}

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
    sequence: { groupOrder: (groups += 1) },
    // several real servers on a small machine: one of them starves now and then; what fails twice fails
    retry: 1,
  },
});

/** Much of the time they wait for what the server remembers to be forgotten. */
const WORKERS = 4;

export default defineConfig({
  test: {
    sequence: { sequencer: Sequencer },
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
        workers: 3,
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
