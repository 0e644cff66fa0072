import assert from 'node:assert/strict';
import type { Child } from '../../../src/reconcile/child.ts';
import { type Key, refOf } from '../../../src/reconcile/children.ts';
import { type Diff, type Step, diff } from '../../../src/reconcile/diff.ts';
import { execute } from '../../../src/reconcile/execute.ts';
import { metadataDiffers } from '../../../src/reconcile/observed.ts';
import type { OwnerIdentity } from '../../../src/reconcile/ownership.ts';
import { ModelCluster } from './cluster.ts';
import type { Spec } from './specs.ts';
import { type Tampering, tamper } from './tampering.ts';
import { World, bindingOwner, grantOwner, withForeignRoles } from './world.ts';

/** Takes one of many, by a list of numbers that is read round and round. */
export type Choose = (count: number) => number;

export const chooser = (numbers: readonly number[]): Choose => {
  let next = 0;
  return (count) => (numbers[next++ % Math.max(numbers.length, 1)] ?? 0) % count;
};

const shuffled = <T>(all: readonly T[], choose: Choose): T[] => {
  const rest = [...all];
  return all.flatMap(() => rest.splice(choose(rest.length), 1));
};

const identities = (objects: readonly Pick<Child, 'kind' | 'namespace' | 'name'>[]): string[] =>
  objects
    .map(({ kind, namespace, name }) => `${kind.type.kind} ${namespace}/${name}`)
    .toSorted((a, b) => (a < b ? -1 : 1));

const foreignWorld = (): World => {
  const world = new World();
  withForeignRoles(world);
  return world;
};

/** What a cluster allows that holds these objects and those of others. */
const allowedBy = (desired: readonly Child[], owner: OwnerIdentity): Set<string> => {
  const world = foreignWorld();
  world.put(desired, owner);
  return world.allowed();
};

/** One custom resource whose spec changes, step by step, with a look at what is allowed after each. */
export class Walk {
  readonly world = foreignWorld();
  readonly owner: OwnerIdentity;
  readonly #key: Key;
  readonly #choose: Choose;
  #limit = new Set<string>();
  /** Objects of others, as they are to stay. */
  readonly #foreign = this.world.store.all();

  constructor(kind: Spec['kind'], choose: Choose = () => 0) {
    this.owner = (kind === 'UserBinding' ? bindingOwner : grantOwner)('uid-of-now');
    this.#key = { kind, name: this.owner.name };
    this.#choose = choose;
  }

  tamper(deeds: readonly Tampering[]): void {
    tamper(this.world, () => this.world.children.of(this.#key), deeds);
  }

  /** From here on no state may allow more than this one or than what is desired. */
  aim(desired: readonly Child[]): void {
    this.#limit = this.world.allowed().union(allowedBy(desired, this.owner));
  }

  diff(desired: readonly Child[]): Diff {
    return diff(this.world.belongings(desired, this.#key, this.owner));
  }

  /** Writes up to `most` steps, each batch in an order of its own; true when nothing is left to write. */
  async write(desired: readonly Child[], most: number): Promise<boolean> {
    const { removals, additions, taken } = this.diff(desired);
    assert.deepEqual(taken, [], 'no name is taken');
    const steps = [...removals, ...additions].flatMap((batch) => shuffled(batch, this.#choose));
    for (const step of steps.slice(0, most)) {
      await this.take(step);
      // a finalizer keeps what was deleted, so what was to follow no longer holds
      if (step.op === 'delete' && this.world.store.get(refOf(step.target)) !== undefined) return false;
    }
    return steps.length <= most;
  }

  /** Writes until there is nothing to write. */
  async settle(desired: readonly Child[]): Promise<void> {
    for (let round = 0; !(await this.write(desired, Infinity)) || this.#pending(desired); round++)
      assert.ok(round < 6, 'it comes to an end');
  }

  async take(step: Step): Promise<void> {
    const cluster = new ModelCluster(this.world.store);
    const context = { cluster, children: this.world.children, owner: this.owner, now: 0, yields: () => false };
    await execute({ removals: [[step]], additions: [], taken: [], held: [] }, context);
    this.check(step.op);
  }

  check(after: string): void {
    assert.deepEqual([...this.world.allowed().difference(this.#limit)], [], `surplus after ${after}`);
  }

  /** Whoever holds objects of ours by a finalizer lets go. */
  release(): void {
    for (const held of this.world.children.of(this.#key).filter(({ terminating }) => terminating))
      this.world.store.edit(refOf(held), (object) => ({ ...object, metadata: { ...object.metadata, finalizers: [] } }));
  }

  /** The objects are those that are desired, field by field, and so is what they allow. */
  expectExactly(desired: readonly Child[]): void {
    assert.deepEqual(identities(this.world.children.of(this.#key)), identities(desired));
    for (const child of desired) {
      const found = this.world.children.occupant(child);
      assert.deepEqual(found?.content, child.content);
      assert.equal(metadataDiffers(child, this.owner, found), false);
    }
    assert.deepEqual(this.world.allowed(), allowedBy(desired, this.owner));
    for (const { type, object } of this.#foreign)
      assert.equal(
        this.world.store.get({ type, namespace: object.metadata.namespace ?? '', name: object.metadata.name }),
        object,
      );
  }

  #pending(desired: readonly Child[]): boolean {
    const { removals, additions } = this.diff(desired);
    return removals.length + additions.length > 0;
  }
}
