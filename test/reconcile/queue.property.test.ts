import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Priority, Queue } from '../../src/reconcile/queue.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What the queue is to do, said with lists. */
class Model {
  readonly waiting: { name: string; priority: Priority }[] = [];
  readonly running = new Map<string, Priority | undefined>();
  readonly timers: { name: string; priority: Priority; due: number }[] = [];
  readonly given: string[] = [];
  takers = 0;
  now = 0;

  add(name: string, priority: Priority): void {
    if (this.running.has(name)) {
      const again = this.running.get(name);
      this.running.set(name, again === undefined || priority < again ? priority : again);
      return;
    }
    const index = this.waiting.findIndex((one) => one.name === name);
    const known = this.waiting[index];
    if (known !== undefined && known.priority <= priority) return;
    if (known !== undefined) this.waiting.splice(index, 1);
    this.waiting.push({ name, priority });
    this.serve();
  }

  addAfter(name: string, delay: number, priority: Priority): void {
    const due = this.now + delay;
    const index = this.timers.findIndex((one) => one.name === name);
    if (index !== -1 && (this.timers[index]?.due ?? 0) <= due) return;
    if (index !== -1) this.timers.splice(index, 1);
    this.timers.push({ name, priority, due });
  }

  take(): void {
    this.takers++;
    this.serve();
  }

  done(name: string): void {
    const again = this.running.get(name);
    this.running.delete(name);
    if (again !== undefined) this.add(name, again);
  }

  advance(ms: number): void {
    this.now += ms;
    for (const timer of this.timers.toSorted((a, b) => a.due - b.due)) {
      if (timer.due > this.now) continue;
      this.timers.splice(this.timers.indexOf(timer), 1);
      this.add(timer.name, timer.priority);
    }
  }

  serve(): void {
    while (this.takers > 0) {
      const [next] = this.waiting.toSorted((a, b) => a.priority - b.priority);
      if (next === undefined) return;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.running.set(next.name, undefined);
      this.given.push(next.name);
      this.takers--;
    }
  }
}

type Action =
  | { readonly do: 'add'; readonly name: string; readonly priority: Priority }
  | { readonly do: 'later'; readonly name: string; readonly priority: Priority; readonly delay: number }
  | { readonly do: 'take' }
  | { readonly do: 'done'; readonly index: number }
  | { readonly do: 'wait'; readonly ms: number };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const priority = fc.constantFrom<Priority>(0, 1, 2);
const anyAction = fc.oneof<fc.Arbitrary<Action>[]>(
  fc.record({ do: fc.constant('add'), name, priority }),
  fc.record({ do: fc.constant('later'), name, priority, delay: fc.nat(20) }),
  fc.constant({ do: 'take' }),
  fc.record({ do: fc.constant('done'), index: fc.nat(3) }),
  fc.record({ do: fc.constant('wait'), ms: fc.nat(15) }),
);

class Both {
  readonly model = new Model();
  readonly queue = new Queue({ now: () => Date.now(), random: Math.random });
  readonly given: string[] = [];

  async take(action: Action): Promise<void> {
    const { model, queue } = this;
    switch (action.do) {
      case 'add':
        model.add(action.name, action.priority);
        queue.add({ kind: 'K', name: action.name }, action.priority);
        break;
      case 'later':
        model.addAfter(action.name, action.delay, action.priority);
        queue.addAfter({ kind: 'K', name: action.name }, action.delay, action.priority);
        break;
      case 'take':
        model.take();
        void queue.take().then((taken) => taken && this.given.push(taken.key.name));
        break;
      case 'done': {
        const running = [...model.running.keys()];
        const one = running[action.index % Math.max(running.length, 1)];
        if (one === undefined) break;
        model.done(one);
        queue.done({ kind: 'K', name: one });
        break;
      }
      case 'wait':
        model.advance(action.ms);
        await vi.advanceTimersByTimeAsync(action.ms);
        break;
      default:
        action satisfies never;
    }
    await vi.advanceTimersByTimeAsync(0);
    model.advance(0);
  }
}

test('whatever comes in whatever order, the queue gives what a list of keys would, each once, no key twice at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAction, { maxLength: 40 }), async (actions) => {
      vi.setSystemTime(0);
      const both = new Both();
      for (const one of actions) {
        await both.take(one);
        expect(both.given).toEqual(both.model.given);
        expect(both.queue.depth).toBe(both.model.waiting.length);
      }
      both.queue.close();
    }),
    { numRuns: 300 },
  );
}, 60_000);
