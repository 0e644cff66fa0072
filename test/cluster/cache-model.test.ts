import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProjectionCache, type ListInProgress } from '../../src/cluster/cache.ts';
import { isOlder } from '../../src/cluster/resource-version.ts';
import type { StoredObject } from '../../src/cluster/port.ts';
import { grants, project, stored, type Projection } from './objects.ts';

/** What can happen next; what makes no sense in the state at hand does nothing. */
type Step =
  | { readonly kind: 'write' | 'delete'; readonly name: string; readonly ours: boolean }
  | { readonly kind: 'event' | 'answer' | 'beginList' | 'endList' | 'bookmark' };

interface Event {
  readonly version: number;
  readonly object: StoredObject;
  readonly deleted: boolean;
}

/** A server, a watch of it, the answers to our writes that are still under way, and the cache that all of it reaches in any order. */
class Model {
  readonly cache = new ProjectionCache<Projection>({
    type: grants,
    project,
    onError: (error) => {
      throw error;
    },
  });
  readonly live = new Map<string, StoredObject>();
  /** What the changes told a handler, which must be what the cache holds. */
  readonly told = new Map<string, Projection>();
  readonly #events: Event[] = [];
  /** Per object, as one reconcile at a time works on it. */
  readonly #answers = new Map<string, (() => void)[]>();
  readonly #forgotten = new Set<string>();
  #version = 100;
  #uids = 0;
  #delivered = 100;
  #list: { run: ListInProgress; version: number; items: StoredObject[] } | undefined;

  constructor() {
    this.cache.onChange(({ before, after }) => {
      const { name } = (before ?? after) as Projection;
      assert.deepEqual(this.told.get(name), before);
      if (after === undefined) this.told.delete(name);
      else this.told.set(name, after);
    });
    this.#beginList();
    this.#endList();
  }

  take(step: Step): void {
    if (step.kind === 'write') this.#write(step.name, step.ours);
    if (step.kind === 'delete') this.#delete(step.name, step.ours);
    if (step.kind === 'event') this.#deliver();
    if (step.kind === 'answer') this.#answer();
    if (step.kind === 'beginList') this.#beginList();
    if (step.kind === 'endList') this.#endList();
    if (step.kind === 'bookmark') this.#bookmark();
    this.#check();
  }

  settle(): void {
    this.#endList();
    while (this.#answers.size > 0) this.#answer();
    while (this.#deliver());
    this.#check();
  }

  cached(): Record<string, string> {
    return Object.fromEntries(
      [...this.cache.list()].map(({ name, uid, resourceVersion }) => [name, `${uid}@${resourceVersion}`]),
    );
  }

  stored(): Record<string, string> {
    const entries = [...this.live.values()].map(({ metadata }) => metadata);
    return Object.fromEntries(entries.map(({ name, uid, resourceVersion }) => [name, `${uid}@${resourceVersion}`]));
  }

  #write(name: string, ours: boolean): void {
    const uid = this.live.get(name)?.metadata.uid ?? `u${(this.#uids += 1)}`;
    const object = stored(name, (this.#version += 1), { uid });
    this.live.set(name, object);
    this.#events.push({ version: this.#version, object, deleted: false });
    if (ours) this.#queue(name, () => this.#observe(object));
  }

  #delete(name: string, ours: boolean): void {
    const before = this.live.get(name);
    if (before === undefined) return;
    const { uid } = before.metadata;
    this.live.delete(name);
    const object = stored(name, (this.#version += 1), { uid });
    this.#events.push({ version: this.#version, object, deleted: true });
    if (!ours) return;
    this.#queue(name, () => {
      this.#forgotten.add(uid);
      this.cache.forget('', name, uid);
    });
  }

  #observe(object: StoredObject): void {
    this.cache.observe(object);
    const { name, resourceVersion } = object.metadata;
    // Read your own writes: what is cached is as new, or the deletion has been seen too.
    const cached = this.cache.get('', name);
    if (cached === undefined) assert.notEqual(this.live.get(name), object);
    else assert(!isOlder(cached.resourceVersion, resourceVersion));
  }

  #queue(name: string, answer: () => void): void {
    this.#answers.set(name, [...(this.#answers.get(name) ?? []), answer]);
  }

  #answer(): void {
    for (const [name, [first, ...rest]] of this.#answers) {
      if (rest.length === 0) this.#answers.delete(name);
      // Moves to the end, so that the answers of different objects mix.
      else this.#answers.set(name, rest);
      first?.();
      return;
    }
  }

  /** No event is delivered while a list is under way: one comes after the other. */
  #deliver(): boolean {
    const event = this.#events.find(({ version }) => version > this.#delivered);
    if (this.#list !== undefined || event === undefined) return false;
    this.#delivered = event.version;
    if (event.deleted) this.cache.remove(event.object);
    else this.cache.update(event.object);
    return true;
  }

  #bookmark(): void {
    if (this.#list !== undefined) return;
    this.cache.bookmark({ metadata: { resourceVersion: String(this.#delivered) } });
  }

  #beginList(): void {
    this.#list ??= { run: this.cache.beginList(), version: this.#version, items: [...this.live.values()] };
  }

  #endList(): void {
    if (this.#list === undefined) return;
    const { run, version, items } = this.#list;
    for (const item of items) run.page(String(version), [item]);
    run.page(String(version), []);
    run.finish(String(version));
    this.#delivered = version;
    this.#list = undefined;
  }

  #check(): void {
    for (const { uid } of this.cache.list()) assert(!this.#forgotten.has(uid));
    assert.deepEqual(this.told, new Map([...this.cache.list()].map((entry) => [entry.name, entry])));
  }
}

const name = fc.constantFrom('a', 'b', 'c');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('write' as const), name, ours: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), name, ours: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'event' as const,
        'event' as const,
        'answer' as const,
        'beginList' as const,
        'endList' as const,
        'bookmark' as const,
      ),
    }),
  },
);

test('in whatever order events, lists and answers come, the cache ends as the server is, shows our writes, and no deleted object again', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Model();
      for (const each of steps) model.take(each);
      model.settle();
      expect(model.cached()).toEqual(model.stored());
    }),
    { numRuns: 2000 },
  );
});
