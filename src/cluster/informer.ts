import { ProjectionCache } from './cache.ts';
import type { ApiClient } from './client.ts';
import type { Cached, Change, Informer, InformerOptions, ResourceType, StoredObject } from './port.ts';
import { Reflector } from './reflector.ts';

export interface HttpInformerOptions<T extends Cached> extends InformerOptions<T> {
  readonly client: ApiClient;
  /** Told of what failed and will be tried again, of objects that cannot be read, and of handlers that threw. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds between lists of everything, 10 % more or less. Default 600,000. */
  readonly relistMs?: number;
  /** A watch that brought nothing for so long is begun anew, milliseconds. Default 90,000: a server sends a bookmark every 60 s. */
  readonly silenceMs?: number;
  /** First and longest delay between attempts, milliseconds. Default 200 and 10,000. */
  readonly backoff?: { readonly baseMs: number; readonly capMs: number };
}

/** A reflector and the cache that it fills. */
export class HttpInformer<T extends Cached> implements Informer<T> {
  readonly type: ResourceType;
  readonly #cache: ProjectionCache<T>;
  readonly #reflector: Reflector;
  readonly #stopping = new AbortController();
  readonly #firstList = Promise.withResolvers<void>();
  #synced = false;
  #running: Promise<void> | undefined;

  constructor(options: HttpInformerOptions<T>) {
    const { client, type, onError, onRefused, dispensable, namespace, metadataOnly, relistMs, silenceMs, backoff } =
      options;
    this.type = type;
    this.#cache = new ProjectionCache(options);
    this.#reflector = new Reflector({
      client,
      type,
      namespace: namespace ?? '',
      metadataOnly: metadataOnly ?? false,
      target: this.#cache,
      signal: this.#stopping.signal,
      relistMs: relistMs ?? 600_000,
      silenceMs: silenceMs ?? 90_000,
      backoff: backoff ?? { baseMs: 200, capMs: 10_000 },
      onError,
      onRefused: (verb) => {
        onRefused?.(verb);
        if (dispensable === true && verb !== undefined) this.#firstList.resolve();
      },
      onListed: () => {
        // a watch may be refused or hang: whoever waited for the list need not
        const first = !this.#synced;
        this.#synced = true;
        if (first) onRefused?.(undefined);
        this.#firstList.resolve();
      },
    });
    // Whoever does not wait for it need not handle its failure.
    this.#firstList.promise.catch(() => {});
  }

  get synced(): boolean {
    return this.#synced;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#cache.get(namespace, name);
  }

  list(): IterableIterator<T> {
    return this.#cache.list();
  }

  onChange(handler: (change: Change<T>) => void): void {
    this.#cache.onChange(handler);
  }

  observe(object: StoredObject): void {
    this.#cache.observe(object);
  }

  forget(namespace: string, name: string, uid: string): void {
    this.#cache.forget(namespace, name, uid);
  }

  whenSynced(): Promise<void> {
    return this.#firstList.promise;
  }

  start(): void {
    this.#running ??= this.#reflector.run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#firstList.reject(new Error(`stopped before the first list of ${this.type.plural}`));
    await this.#running;
  }
}
