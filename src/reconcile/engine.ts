import { isApiError } from '../cluster/errors.ts';
import type { Cluster, ServerClock } from '../cluster/port.ts';
import { type Key, keyOf } from './children.ts';
import { isGranted, recheckAt } from './outcome.ts';
import { PRIORITY, Queue } from './queue.ts';
import { Reconciler, type Result } from './reconciler.ts';
import { type Caches, Triggers } from './triggers.ts';

export type { Caches, Watched } from './triggers.ts';

/** What the engine tells the outside; for metrics and logs. */
export interface EngineObserver {
  reconciled(kind: string, name: string, reason: string, seconds: number): void;
  waited(seconds: number): void;
  failed(kind: string, name: string, error: unknown): void;
}

/** One custom resource, for metrics. */
export interface Standing {
  readonly kind: string;
  /** Rights are in force. */
  readonly granted: boolean;
  /** A valid token is in its Secret. */
  readonly credential: boolean;
  /** Milliseconds since the epoch at which its rights end; undefined for no end. */
  readonly expiresAt: number | undefined;
}

export interface EngineOptions extends Caches {
  readonly cluster: Cluster;
  readonly clock: ServerClock;
  readonly mayWrite: () => boolean;
  readonly workers: number;
  readonly sweepMs: number;
  /** Name of this process in events. */
  readonly instance: string;
  readonly observer: EngineObserver;
}

/** The workers, and the times at which they look again. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #queue = new Queue({ now: () => performance.now(), random: Math.random });
  readonly #triggers: Triggers;
  readonly #reconcilers: ReadonlyMap<string, Reconciler>;
  readonly #standings = new Map<string, Standing>();
  /** Keys that came up while this replica might not write. */
  readonly #parked = new Map<string, Key>();
  readonly #timers: NodeJS.Timeout[] = [];
  #workers: Promise<void>[] = [];

  constructor(options: EngineOptions) {
    this.#options = options;
    const { cluster, clock, instance, observer, watched } = options;
    this.#triggers = new Triggers(options, this.#queue);
    this.#reconcilers = new Map(
      watched.map(({ controller, customs }) => [
        controller.kind,
        new Reconciler(controller, customs, {
          cluster,
          clock,
          instance,
          children: this.#triggers.children,
          observe: (object) => this.#triggers.wrote(customs, object),
          yields: () => this.#queue.waits(PRIORITY.revoke),
          onError: (error) => observer.failed(controller.kind, '', error),
        }),
      ]),
    );
  }

  /** How many keys wait. */
  get depth(): number {
    return this.#queue.depth;
  }

  /** How every custom resource that exists came out of its last reconcile. */
  standings(): IterableIterator<Standing> {
    return this.#standings.values();
  }

  /** Starts the workers. Call once every cache is synced that plans do without: what is not in the caches counts as absent. */
  start(): void {
    const { workers, sweepMs, mayWrite } = this.#options;
    this.#workers = Array.from({ length: workers }, async () => this.#work());
    this.#timers.push(
      setInterval(() => this.#triggers.all(PRIORITY.sweep), sweepMs),
      // a window that closes and opens again between two renewals is told to nobody
      setInterval(() => mayWrite() && this.resume(), UNPARK_MS),
    );
    this.#triggers.all(PRIORITY.change);
  }

  /** Takes up what was put aside while this replica might not write; call it when it may. */
  resume(): void {
    const parked = [...this.#parked.values()];
    this.#parked.clear();
    for (const key of parked) this.#queue.add(key, PRIORITY.change);
  }

  /** Takes no more work and resolves when what runs is done. */
  async drain(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#queue.close();
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    for (let taken = await this.#queue.take(); taken !== undefined; taken = await this.#queue.take()) {
      const { key, waitedMs } = taken;
      this.#options.observer.waited(waitedMs / 1000);
      try {
        if (this.#options.mayWrite()) await this.#run(key);
        else this.#parked.set(keyOf(key), key);
      } finally {
        this.#queue.done(key);
      }
    }
  }

  /** The one place where an exception ends. */
  async #run(key: Key): Promise<void> {
    const started = performance.now();
    this.#triggers.dependencies.begin(key);
    try {
      const result = await this.#reconcilers.get(key.kind)?.reconcile(key);
      if (result === 'yielded') {
        this.#triggers.dependencies.abandon(key);
        this.#queue.add(key, PRIORITY.revoke);
      } else this.#conclude(key, result, (performance.now() - started) / 1000);
    } catch (error) {
      this.#triggers.dependencies.abandon(key);
      if (isApiError(error, 'NotLeading')) {
        this.#parked.set(keyOf(key), key);
        return;
      }
      // a status that lost a race is written again, against the newer version
      if (!isApiError(error, 'Conflict', 'NotFound')) this.#options.observer.failed(key.kind, key.name, error);
      this.#queue.retry(key, isApiError(error) ? seconds(error.retryAfterSeconds) : 0, PRIORITY.revoke);
    }
  }

  /** The outcome alone decides when to come back. */
  #conclude(key: Key, result: Result, tookSeconds: number): void {
    if (this.#triggers.dependencies.end(key, result?.plan.dependencies ?? [])) this.#queue.add(key, PRIORITY.revoke);
    if (result === undefined) {
      this.#standings.delete(keyOf(key));
      this.#queue.succeeded(key);
      return;
    }
    const { outcome } = result;
    this.#standings.set(keyOf(key), standing(key.kind, result));
    this.#options.observer.reconciled(key.kind, key.name, outcome.reason, tookSeconds);
    if (outcome.is === 'failed') {
      this.#queue.retry(key, seconds(outcome.retryAfterSeconds), PRIORITY.revoke);
      return;
    }
    this.#queue.succeeded(key);
    const at = recheckAt(outcome);
    if (at === undefined) return;
    this.#queue.addAfter(key, Math.max(at - this.#options.clock.now(), MINIMUM_DELAY_MS), PRIORITY.revoke);
  }
}

const UNPARK_MS = 1000;

/** A clock that says "not yet" by a hair must not make the worker spin. */
const MINIMUM_DELAY_MS = 50;

/** As milliseconds. */
const seconds = (retryAfterSeconds: number | undefined): number => (retryAfterSeconds ?? 0) * 1000;

const standing = (kind: string, { outcome, plan: { summary } }: NonNullable<Result>): Standing => ({
  kind,
  granted: isGranted(outcome),
  credential: summary.credential?.is === 'ready',
  expiresAt: summary.expiresAt,
});
