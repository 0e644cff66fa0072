import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeaseServer, noFault, type Fault } from './election/lease-server.ts';
import { Replica, timing } from './election/replica.ts';
import { World } from './election/world.ts';

/** Until then everything may go wrong; afterwards nothing does. */
const QUIET_AT = 120_000;
const SLOTS = 3;

const slot = fc.nat(SLOTS - 1);
const delay = fc.oneof({ weight: 4, arbitrary: fc.nat(50) }, { weight: 1, arbitrary: fc.nat(40_000) });
const fault: fc.Arbitrary<Fault> = fc.record({
  requestMs: delay,
  answerMs: delay,
  lost: fc.oneof(
    { weight: 6, arbitrary: fc.constant('nothing' as const) },
    { weight: 1, arbitrary: fc.constantFrom('request' as const, 'answer' as const) },
  ),
});

const span = fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 3000, max: 40_000 }));
const incident = fc.record({
  at: fc.nat(QUIET_AT),
  slot,
  what: fc.oneof(
    fc.record({ kind: fc.constant('pause' as const), ms: span }),
    fc.record({ kind: fc.constant('suspend' as const), ms: span }),
    fc.record({ kind: fc.constant('cut off' as const), ms: span }),
    fc.record({ kind: fc.constant('step' as const), ms: fc.integer({ min: -4_000_000, max: 4_000_000 }) }),
    fc.record({ kind: fc.constantFrom('crash' as const, 'stop' as const), ms: span }),
  ),
});

const machine = fc.record({
  startAt: fc.nat(20_000),
  rate: fc.double({ min: 0.9, max: 1.1, noNaN: true }),
  wallOffset: fc.integer({ min: -100_000_000, max: 100_000_000 }),
  timeoutMs: fc.constantFrom(2500, 12_000),
});

const scenario = fc.record({
  machines: fc.array(machine, { minLength: SLOTS, maxLength: SLOTS }),
  faults: fc.array(fault, { minLength: 1, maxLength: 40 }),
  incidents: fc
    .array(incident, { maxLength: 12 })
    // Both clocks of a machine wrong in the same way at the same time cannot be noticed by anything in it.
    .filter((all) => !all.some(({ what }) => what.kind === 'suspend') || !all.some(({ what }) => what.kind === 'step')),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;
type MachineOptions = Scenario['machines'][number];

/** One place for a replica: it holds the running one, and starts the next after a crash or a stop. */
class Slot {
  readonly #name: string;
  readonly #options: MachineOptions;
  readonly #world: World;
  readonly #server: LeaseServer;
  readonly #fault: () => Fault;
  #cutOffUntil = 0;
  readonly replicas: Replica[] = [];

  constructor(name: string, options: MachineOptions, world: World, server: LeaseServer, nextFault: () => Fault) {
    this.#name = name;
    this.#options = options;
    this.#world = world;
    this.#server = server;
    this.#fault = () => (world.now < this.#cutOffUntil ? { ...nextFault(), lost: 'request' } : nextFault());
    world.after(options.startAt, () => this.#start());
  }

  suffer({ kind, ms }: Scenario['incidents'][number]['what']): void {
    const replica = this.replicas.at(-1);
    if (replica === undefined) return;
    const restsMs = Math.min(ms, QUIET_AT - this.#world.now);
    if (kind === 'pause') replica.machine.pause(restsMs);
    else if (kind === 'suspend') replica.machine.suspend(restsMs);
    else if (kind === 'step') replica.machine.stepWall(ms);
    else if (kind === 'cut off') this.#cutOffUntil = this.#world.now + restsMs;
    else {
      if (kind === 'stop') replica.stop();
      else replica.machine.crash();
      this.#world.after(restsMs, () => this.#start());
    }
  }

  #start(): void {
    const identity = `${this.#name}-${this.replicas.length}`;
    this.replicas.push(
      new Replica({ ...this.#options, identity, world: this.#world, server: this.#server, fault: this.#fault }),
    );
  }
}

const play = async (
  { machines, faults, incidents }: Scenario,
  check: (replicas: Replica[]) => void,
): Promise<Replica[]> => {
  const world = new World();
  const server = new LeaseServer();
  let requests = 0;
  const nextFault = (): Fault => (world.now < QUIET_AT ? (faults[requests++ % faults.length] ?? noFault) : noFault);
  const slots = machines.map((options, index) => new Slot(`machine-${index}`, options, world, server, nextFault));
  for (const { at, slot: index, what } of incidents) world.after(at, () => slots[index]?.suffer(what));
  const replicas = (): Replica[] => slots.flatMap((place) => place.replicas);
  // Long enough for the last delayed answers, an expiry, and a few attempts.
  await world.run(QUIET_AT + 80_000 + 4 * timing.leaseDurationMs, () => check(replicas()));
  return replicas();
};

test('no two replicas may write at the same true time, whatever is delayed, lost, paused, killed, or set to another time', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      await play(given, (replicas) => {
        const writers = replicas.filter(({ mayWrite }) => mayWrite).map(({ identity }) => identity);
        expect(writers.length).toBeLessThanOrEqual(1);
      });
    }),
    { numRuns: 200 },
  );
}, 120_000);

test('once everything works again, one replica leads, and each was told the truth in turn', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const replicas = await play(given, () => {});
      expect(replicas.filter(({ mayWrite }) => mayWrite)).toHaveLength(1);
      for (const { told } of replicas) {
        expect(told).toEqual(told.map((_word, index) => (index % 2 === 0 ? 'started' : 'stopped')));
      }
      expect(replicas.filter(({ told, machine: { isAlive } }) => isAlive && told.at(-1) === 'started')).toHaveLength(1);
    }),
    { numRuns: 50 },
  );
}, 120_000);
