import { isApiError } from '../cluster/errors.ts';
import type { Cached, Change, Cluster, Informer, Ref, ServerClock } from '../cluster/port.ts';
import { type ChildCache, Children, type Key, keyOf } from './children.ts';
import type { Controller, Custom } from './controller.ts';
import { Dependencies } from './dependencies.ts';
import { isGranted, recheckAt } from './outcome.ts';
import { PRIORITY, type Priority, Queue } from './queue.ts';
import { Reconciler, type Result } from './reconciler.ts';

/** One kind of custom resource and the cache that follows it. */
export interface Watched {
  readonly controller: Controller<unknown>;
  readonly customs: Informer<Custom<unknown>>;
}

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

export interface EngineOptions {
  readonly cluster: Cluster;
  readonly clock: ServerClock;
  readonly watched: readonly Watched[];
  readonly childCaches: readonly ChildCache[];
  /** Caches of objects that plans depend on. */
  readonly others: readonly Informer<Cached>[];
  readonly mayWrite: () => boolean;
  readonly workers: number;
  readonly sweepMs: number;
  readonly instance: string;
  readonly observer: EngineObserver;
}

/** Queue, workers and what wakes them. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #queue = new Queue({ now: () => performance.now(), random: Math.random });
  readonly #dependencies = new Dependencies();
  readonly #children: Children;
  readonly #reconcilers = new Map<
    string,
    { readonly reconciler: Reconciler; readonly customs: Informer<Custom<unknown>> }
  >();
  readonly #standings = new Map<string, Standing>();
  /** Keys that came up while this replica might not write. */
  readonly #parked = new Map<string, Key>();
  #workers: Promise<void>[] = [];
  #unpark: NodeJS.Timeout | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #own = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { cluster, clock, instance, observer } = options;
    this.#children = new Children(options.childCaches, (owner, ref) => {
      if (owner !== undefined) this.#queue.add(owner, PRIORITY.change);
      this.#wake(ref);
    });
    for (const { controller, customs } of options.watched) {
      const reconciler = new Reconciler(controller, customs, {
        cluster,
        clock,
        children: this.#children,
        instance,
        observe: (object) => this.#quietly(() => customs.observe(object)),
        onError: (error) => observer.failed(controller.kind, '', error),
      });
      this.#reconcilers.set(controller.kind, { reconciler, customs });
      customs.onChange((change) => this.#changed(controller.kind, customs, change));
    }
    for (const cache of options.others) {
      cache.onChange(({ before, after }) => {
        const object = after ?? before;
        if (object !== undefined) this.#wake({ type: cache.type, namespace: object.namespace, name: object.name });
      });
    }
  }

  /** How many keys wait. */
  get depth(): number {
    return this.#queue.depth;
  }

  /** How every custom resource that exists came out of its last reconcile. */
  standings(): IterableIterator<Standing> {
    return this.#standings.values();
  }

  /** Starts the workers. Call once every cache is synced: what is not in the caches counts as absent. */
  start(): void {
    this.#workers = Array.from({ length: this.#options.workers }, async () => this.#work());
    this.#sweep = setInterval(() => this.#enqueueAll(PRIORITY.sweep), this.#options.sweepMs);
    // a window that closes and opens again between two renewals is told to nobody
    this.#unpark = setInterval(() => {
      if (this.#options.mayWrite()) this.resume();
    }, UNPARK_MS);
    this.#enqueueAll(PRIORITY.change);
  }

  /** Takes up what was put aside while this replica might not write; call it when it may. */
  resume(): void {
    const parked = [...this.#parked.values()];
    this.#parked.clear();
    for (const key of parked) this.#queue.add(key, PRIORITY.change);
  }

  /** Takes no more work and resolves when what runs is done. */
  async drain(): Promise<void> {
    clearInterval(this.#sweep);
    clearInterval(this.#unpark);
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
    const { observer, clock } = this.#options;
    try {
      const result = await this.#reconcilers.get(key.kind)?.reconciler.reconcile(key);
      this.#remember(key, result);
      if (result === undefined) {
        this.#queue.succeeded(key);
        return;
      }
      const { outcome } = result;
      observer.reconciled(key.kind, key.name, outcome.reason, (performance.now() - started) / 1000);
      if (outcome.is === 'failed') {
        this.#queue.retry(key, (outcome.retryAfterSeconds ?? 0) * 1000, PRIORITY.revoke);
        return;
      }
      this.#queue.succeeded(key);
      const at = recheckAt(outcome);
      if (at !== undefined) this.#queue.addAfter(key, Math.max(at - clock.now(), MINIMUM_DELAY_MS), PRIORITY.revoke);
    } catch (error) {
      if (isApiError(error, 'NotLeading')) {
        this.#parked.set(keyOf(key), key);
        return;
      }
      if (!isApiError(error, 'Conflict', 'NotFound')) observer.failed(key.kind, key.name, error);
      const atLeastMs = isApiError(error) ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      this.#queue.retry(key, atLeastMs, PRIORITY.revoke);
    }
  }

  #remember(key: Key, result: Result): void {
    this.#dependencies.set(key, result?.plan.dependencies ?? []);
    if (result === undefined) this.#standings.delete(keyOf(key));
    else this.#standings.set(keyOf(key), standing(key.kind, result));
  }

  #changed(kind: string, customs: Informer<Custom<unknown>>, { before, after }: Change<Custom<unknown>>): void {
    const name = (after ?? before)?.name;
    if (name === undefined) return;
    if (!this.#own) this.#queue.add({ kind, name }, urgency(before, after));
    this.#wake({ type: customs.type, namespace: '', name });
  }

  #wake(ref: Ref): void {
    for (const key of this.#dependencies.of(ref)) this.#queue.add(key, PRIORITY.revoke);
  }

  #enqueueAll(priority: Priority): void {
    for (const [kind, { customs }] of this.#reconcilers) {
      for (const { name } of customs.list()) this.#queue.add({ kind, name }, priority);
    }
    for (const owner of this.#children.owners()) this.#queue.add(owner, priority);
  }

  #quietly(act: () => void): void {
    this.#own = true;
    try {
      act();
    } finally {
      this.#own = false;
    }
  }
}

const UNPARK_MS = 1000;

const standing = (kind: string, { outcome, plan: { summary } }: NonNullable<Result>): Standing => ({
  kind,
  granted: isGranted(outcome),
  credential: summary.credential?.is === 'ready',
  expiresAt: summary.expiresAt,
});

/** A clock that says "not yet" by a hair must not make the worker spin. */
const MINIMUM_DELAY_MS = 50;

/** An edit may take rights away; a new object cannot. */
const urgency = (before: Custom<unknown> | undefined, after: Custom<unknown> | undefined): Priority =>
  before !== undefined && (after === undefined || after.terminating || after.generation !== before.generation)
    ? PRIORITY.revoke
    : PRIORITY.change;
