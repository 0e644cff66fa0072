import type { Key } from './children.ts';
import { keyOf } from './children.ts';

/** Lower goes first. */
export const PRIORITY = { revoke: 0, change: 1, sweep: 2 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];
const PRIORITIES = Object.values(PRIORITY);

/** setTimeout fires at once for a longer delay. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Entry {
  readonly key: Key;
  priority: Priority;
  /** Milliseconds on the queue's clock. */
  since: number;
}

export interface QueueOptions {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 30_000;

/** A keyed work queue: one run per key at a time, duplicates dropped, revocations first, delays and back-off per key. */
export class Queue {
  readonly #waiting = PRIORITIES.map(() => new Map<string, Entry>());
  readonly #running = new Map<string, Entry | undefined>();
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly due: number }>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((entry: Entry | undefined) => void)[] = [];
  readonly #options: QueueOptions;
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get depth(): number {
    return this.#waiting.reduce((total, level) => total + level.size, 0);
  }

  /** Whether a key waits that is so urgent. */
  waits(priority: Priority): boolean {
    return (this.#waiting[priority]?.size ?? 0) > 0;
  }

  /** Puts a key in line; in line already, it moves up if this is more urgent. While it runs, it is put in line again afterwards. */
  add(key: Key, priority: Priority): void {
    if (this.#closed) return;
    const id = keyOf(key);
    const entry = { key, priority, since: this.#options.now() };
    if (this.#running.has(id)) {
      const again = this.#running.get(id);
      if (again === undefined || priority < again.priority) this.#running.set(id, entry);
      return;
    }
    const level = this.#waiting.findIndex((entries) => entries.has(id));
    if (level !== -1) {
      if (level <= priority) return;
      this.#waiting[level]?.delete(id);
    }
    const taker = this.#takers.shift();
    if (taker === undefined) this.#waiting[priority]?.set(id, entry);
    else {
      this.#running.set(id, undefined);
      taker(entry);
    }
  }

  /** Puts a key in line after a delay; of several delays the shortest counts. */
  addAfter(key: Key, delayMs: number, priority: Priority): void {
    if (this.#closed) return;
    const id = keyOf(key);
    const due = this.#options.now() + delayMs;
    const earlier = this.#timers.get(id);
    if (earlier !== undefined && earlier.due <= due) return;
    clearTimeout(earlier?.timer);
    const timer = setTimeout(
      () => {
        this.#timers.delete(id);
        const rest = due - this.#options.now();
        if (rest > 1) this.addAfter(key, rest, priority);
        else this.add(key, priority);
      },
      Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS),
    );
    timer.unref();
    this.#timers.set(id, { timer, due });
  }

  /** Puts a key in line after its next back-off, or later where the server asked for it. */
  retry(key: Key, atLeastMs: number, priority: Priority): void {
    const id = keyOf(key);
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    const ceiling = Math.min(FIRST_BACKOFF_MS * 2 ** failures, LONGEST_BACKOFF_MS);
    this.addAfter(key, Math.max(atLeastMs, ceiling * (0.5 + this.#options.random() / 2)), priority);
  }

  succeeded(key: Key): void {
    this.#failures.delete(keyOf(key));
  }

  /** The next key, once there is one; undefined once the queue is closed. Every key taken is given back with `done`. */
  async take(): Promise<{ readonly key: Key; readonly waitedMs: number } | undefined> {
    const entry =
      this.#next() ??
      (this.#closed ? undefined : await new Promise<Entry | undefined>((resolve) => this.#takers.push(resolve)));
    return entry && { key: entry.key, waitedMs: this.#options.now() - entry.since };
  }

  done(key: Key): void {
    const id = keyOf(key);
    const again = this.#running.get(id);
    this.#running.delete(id);
    if (again !== undefined) this.add(again.key, again.priority);
  }

  /** Nothing is taken or added any more. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const level of this.#waiting) level.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #next(): Entry | undefined {
    for (const level of this.#waiting) {
      for (const [id, entry] of level) {
        level.delete(id);
        this.#running.set(id, undefined);
        return entry;
      }
    }
    return undefined;
  }
}
