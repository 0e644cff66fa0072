import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../../src/cluster/errors.ts';
import type { Child } from '../../src/reconcile/child.ts';
import { type Diff, diff } from '../../src/reconcile/diff.ts';
import { execute } from '../../src/reconcile/execute.ts';
import type { OwnerIdentity } from '../../src/reconcile/ownership.ts';
import { type Call, type Fault, ModelCluster } from './model/cluster.ts';
import { type Spec, specs } from './model/specs.ts';
import { refusal } from './model/store.ts';
import { tamper, tampering } from './model/tampering.ts';
import { World, bindingOwner, grantOwner, withForeignRoles } from './model/world.ts';

type Trouble = 'none' | 'conflict' | '500' | 'lost response' | 'crash';

const lost = (message: string): ApiError =>
  new ApiError({ reason: 'Unreachable', message, status: 0, retryAfterSeconds: undefined });

const FAULTS: Readonly<Record<Exclude<Trouble, 'none'>, Fault>> = {
  conflict: { before: refusal('Conflict', 'modified meanwhile') },
  '500': { before: new ApiError({ reason: 'ServerError', message: '500', status: 500, retryAfterSeconds: undefined }) },
  'lost response': { after: lost('the answer was lost') },
  crash: { before: lost('the process ended') },
};

const foreignWorld = (): World => {
  const world = new World();
  withForeignRoles(world);
  return world;
};

/** Runs of the executor against a cluster that answers in any order and fails now and then. */
class Operator {
  world = foreignWorld();
  readonly owner: OwnerIdentity;
  readonly #scheduler: fc.Scheduler;
  readonly #troubles: Trouble[];
  #crashed = false;
  #removalsLeft = 0;
  #removalFailed = false;
  #limit = new Set<string>();
  readonly #kind: Spec['kind'];

  constructor(kind: Spec['kind'], scheduler: fc.Scheduler, troubles: readonly Trouble[]) {
    this.#kind = kind;
    this.owner = (kind === 'UserBinding' ? bindingOwner : grantOwner)('uid-of-now');
    this.#scheduler = scheduler;
    this.#troubles = [...troubles];
  }

  owned = () => this.world.children.of({ kind: this.#kind, name: this.owner.name });

  aim(desired: readonly Child[]): void {
    const goal = foreignWorld();
    goal.put(desired, this.owner);
    this.#limit = this.world.allowed().union(goal.allowed());
  }

  /** One run; true when there was nothing to do. */
  async run(desired: readonly Child[]): Promise<boolean> {
    const work = this.#diff(desired);
    if (work.removals.length + work.additions.length === 0) return true;
    const cluster = new ModelCluster(
      this.world.store,
      async (call) => this.#gate(call),
      () => this.#check(),
    );
    const context = { cluster, children: this.world.children, owner: this.owner, now: 0, yields: () => false };
    const removals = work.removals.flat().length;
    this.#removalsLeft = removals;
    this.#removalFailed = false;
    await this.#scheduler.waitFor(execute(work, context).catch(() => {}));
    assert.ok(cluster.writes.length >= removals, 'every removal is tried');
    if (this.#removalFailed) assert.equal(cluster.writes.length, removals, 'nothing is added when one failed');
    if (this.#crashed) this.#restart();
    return false;
  }

  #diff(desired: readonly Child[]): Diff {
    const key = { kind: this.#kind, name: this.owner.name };
    const found = diff(this.world.belongings(desired, key, this.owner));
    // a process that starts anew knows nothing of objects that lost every mark: their names are taken
    return found.taken.length === 0 || desired.length === 0 ? found : this.#diff([]);
  }

  #check(): void {
    assert.deepEqual([...this.world.allowed().difference(this.#limit)], [], 'surplus');
  }

  async #gate(call: Call): Promise<Fault> {
    await this.#scheduler.schedule(Promise.resolve(), `${call.verb} ${call.ref}`);
    if (call.verb === 'get') return undefined;
    if (this.#crashed) return FAULTS.crash;
    const trouble = this.#troubles.shift() ?? 'none';
    if (this.#removalsLeft-- > 0 && trouble !== 'none') this.#removalFailed = true;
    this.#crashed = trouble === 'crash';
    return trouble === 'none' ? undefined : FAULTS[trouble];
  }

  /** Another process lists the same cluster. */
  #restart(): void {
    this.#crashed = false;
    this.world = new World(this.world.store);
  }
}

const troubles = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Trouble>('none') },
    { weight: 3, arbitrary: fc.constantFrom<Trouble>('conflict', '500', 'lost response', 'crash') },
  ),
  { maxLength: 16 },
);

test('with answers in any order, failures, lost answers and crashes, no write passes through more than old and new allow, and it comes to an end', async () => {
  let ends = 0;
  await fc.assert(
    fc.asyncProperty(specs(2), tampering, troubles, fc.scheduler(), async (all, deeds, given, scheduler) => {
      const [old, next] = all as [Spec, Spec];
      const operator = new Operator(old.kind, scheduler, given);
      operator.world.put(old.children, operator.owner);
      tamper(operator.world, operator.owned, deeds);
      operator.aim(next.children);
      let rounds = 0;
      while (!(await operator.run(next.children))) assert.ok(++rounds < 40, 'it comes to an end');
      ends++;
    }),
    { numRuns: 100 },
  );
  expect(ends).toBeGreaterThan(99);
}, 120_000);
