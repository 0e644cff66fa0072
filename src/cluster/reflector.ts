import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff, type BackoffOptions } from './backoff.ts';
import type { ListInProgress } from './cache.ts';
import { JSON_TYPE, type ApiClient } from './client.ts';
import { isApiError } from './errors.ts';
import { isAbsentType, listPages } from './list.ts';
import { collectionPath } from './paths.ts';
import type { ResourceType } from './port.ts';
import { watch, type EventSink } from './watch.ts';

/** What a reflector fills. */
export interface ReflectorTarget extends EventSink {
  /** The version up to which everything has been taken. */
  readonly horizon: string;
  readonly size: number;
  beginList(): ListInProgress;
  /** There are no objects, because there is no such type. */
  clear(): void;
}

export interface ReflectorOptions {
  readonly client: ApiClient;
  readonly type: ResourceType;
  /** Empty for all. */
  readonly namespace: string;
  readonly metadataOnly: boolean;
  readonly target: ReflectorTarget;
  readonly signal: AbortSignal;
  readonly relistMs: number;
  readonly silenceMs: number;
  readonly backoff: BackoffOptions;
  /** Called when the target is complete, each time. */
  readonly onListed: () => void;
  readonly onError: (error: unknown) => void;
  /** Called with what the server does not permit, so that nothing is followed; with undefined when it is followed again. */
  readonly onRefused: (verb: 'list' | 'watch' | undefined) => void;
}

const FULL = { list: JSON_TYPE, watch: JSON_TYPE };

const METADATA_ONLY = {
  list: `${JSON_TYPE};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`,
  watch: `${JSON_TYPE};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`,
};

/** A watch that lived so long, or brought anything, was not a failure to connect. */
const STABLE_MS = 5000;

/** A server that failed so often in a row may have lost the version that it is asked to go on from. */
const FAILURES_BEFORE_LIST = 3;

/** A list that pages out of the server's memory is begun anew so often before that counts as a failure. */
const LIST_ATTEMPTS = 3;

const RELIST_RETRY_MS = 30_000;

/** Follows one type until stopped: a list, a watch from there, and a list again when only that can help or when it is time. */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #path: string;
  readonly #accept: typeof FULL;
  readonly #backoff: Backoff;
  /** Whether the horizon is a version to watch from. */
  #listed = false;
  #synced = false;
  /** Monotonic time of the next list. */
  #relistAt = 0;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#path = collectionPath(options.type, options.namespace);
    this.#accept = options.metadataOnly ? METADATA_ONLY : FULL;
    this.#backoff = new Backoff(options.backoff);
  }

  async run(): Promise<void> {
    const { signal, onError, onRefused } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#listIfDue();
        await this.#watch();
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        if (isApiError(error, 'Forbidden')) onRefused(this.#listed ? 'watch' : 'list');
        await this.#pause(isApiError(error) ? error.retryAfterSeconds : undefined);
      }
    }
  }

  async #listIfDue(): Promise<void> {
    if (!this.#listed) return this.#list();
    if (performance.now() < this.#relistAt) return undefined;
    try {
      return await this.#list();
    } catch (error) {
      if (!this.#listed) throw error;
      // The watch still follows everything; it must not stop because a list fails.
      this.#options.onError(error);
      this.#relistAt = performance.now() + Math.min(RELIST_RETRY_MS, this.#options.relistMs);
    }
    return undefined;
  }

  async #list(): Promise<void> {
    for (let attempt = 1; ; attempt += 1)
      try {
        await this.#listOnce();
        break;
      } catch (error) {
        if (isApiError(error, 'NotFound')) await this.#clearIfAbsent();
        if (!isApiError(error, 'Expired') || attempt === LIST_ATTEMPTS) throw error;
      }
    this.#listed = true;
    this.#relistAt = performance.now() + this.#options.relistMs * (0.9 + 0.2 * Math.random());
    this.#announce();
  }

  async #listOnce(): Promise<void> {
    const { client, target, signal } = this.#options;
    const list = target.beginList();
    let version = '';
    for await (const page of listPages({ client, path: this.#path, accept: this.#accept.list, signal })) {
      list.page(page.resourceVersion, page.items);
      version = page.resourceVersion;
    }
    list.finish(version);
  }

  /** With the type gone its objects are gone, and so is what they granted. */
  async #clearIfAbsent(): Promise<void> {
    const { client, type, target, signal } = this.#options;
    const changesNothing = this.#synced && target.size === 0;
    if (changesNothing || !(await isAbsentType(client, type, signal))) return;
    this.#listed = false;
    target.clear();
    this.#announce();
  }

  async #watch(): Promise<void> {
    const { client, target, signal, silenceMs, onRefused } = this.#options;
    const startedAt = performance.now();
    let progressed = false;
    const untilRelist = Math.ceil((this.#relistAt - startedAt) / 1000);
    try {
      await watch(client, {
        path: this.#path,
        accept: this.#accept.watch,
        resourceVersion: target.horizon,
        timeoutSeconds: Math.max(1, Math.min(300 + Math.floor(300 * Math.random()), untilRelist)),
        silenceMs,
        signal,
        sink: target,
        onOpen: () => onRefused(undefined),
        onEvent: () => {
          progressed = true;
          this.#backoff.reset();
        },
      });
    } catch (error) {
      const worn = isApiError(error, 'ServerError') && this.#backoff.failures >= FAILURES_BEFORE_LIST;
      if (worn || isApiError(error, 'Expired', 'NotFound')) this.#listed = false;
      throw error;
    } finally {
      if (performance.now() - startedAt > STABLE_MS) this.#backoff.reset();
    }
    if (!progressed && performance.now() - startedAt < STABLE_MS) await this.#pause(undefined);
  }

  #announce(): void {
    this.#synced = true;
    this.#options.onListed();
  }

  async #pause(retryAfterSeconds: number | undefined): Promise<void> {
    const { signal } = this.#options;
    await sleep(this.#backoff.next(retryAfterSeconds), undefined, { signal }).catch(() => {});
  }
}
