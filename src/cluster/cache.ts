import type { Cached, Change, StoredMeta } from './port.ts';
import { keyOf, ProjectionStore, type StoreOptions } from './projections.ts';
import { isOlder, isVersion, newerOf, storedMetaOf } from './resource-version.ts';
import { isRecord } from './status.ts';

/**
 * Projections of all objects of a type, from three sources in any order: lists, events, and answers to our own writes.
 * Invariant: what is cached for a name is the newest version that any of them brought, unless that was a deletion.
 */
export class ProjectionCache<T extends Cached> {
  readonly #store: ProjectionStore<T>;
  /** Uids that we deleted, until their event or a later list: an event of before must not bring them back. */
  readonly #forgotten = new Set<string>();
  /** Everything up to this version has been taken; an object that is not here then is gone. */
  #horizon = '0';
  /** The newest version that an answer to a write of ours brought. */
  #observed = '0';

  constructor(options: StoreOptions<T>) {
    this.#store = new ProjectionStore(options);
  }

  get(namespace: string, name: string): T | undefined {
    return this.#store.get(keyOf(namespace, name));
  }

  list(): IterableIterator<T> {
    return this.#store.values();
  }

  get size(): number {
    return this.#store.size;
  }

  onChange(handler: (change: Change<T>) => void): void {
    this.#store.onChange(handler);
  }

  /** An event ADDED or MODIFIED. */
  update(object: unknown): void {
    this.#store.guarded(() => {
      const meta = storedMetaOf(object);
      this.#advance(meta.resourceVersion);
      if (!this.#forgotten.has(meta.uid)) this.#take(object, meta);
    });
  }

  /** An event DELETED. It is final for its uid, whatever version is cached. */
  remove(object: unknown): void {
    this.#store.guarded(() => {
      const meta = storedMetaOf(object);
      this.#advance(meta.resourceVersion);
      this.#forgotten.delete(meta.uid);
      this.#store.drop(keyOf(meta.namespace, meta.name), meta.uid);
    });
  }

  bookmark(object: unknown): void {
    const meta = isRecord(object) ? object['metadata'] : undefined;
    const version = isRecord(meta) ? meta['resourceVersion'] : undefined;
    if (isVersion(version)) this.#advance(version);
  }

  /** The version that a watch goes on from. */
  get horizon(): string {
    return this.#horizon;
  }

  observe(object: unknown): void {
    this.#store.guarded(() => {
      const meta = storedMetaOf(object);
      this.#observed = newerOf(this.#observed, meta.resourceVersion);
      // The events have passed this version: what they left is at least as new, and if they left nothing it is gone.
      if (!isOlder(this.#horizon, meta.resourceVersion) || this.#forgotten.has(meta.uid)) return;
      this.#take(object, meta);
    });
  }

  forget(namespace: string, name: string, uid: string): void {
    this.#forgotten.add(uid);
    this.#store.drop(keyOf(namespace, name), uid);
  }

  /** Call before the list is asked for. */
  beginList(): ListInProgress {
    const forgotten = new Set(this.#forgotten);
    const known = newerOf(this.#horizon, this.#observed);
    const seen = new Set<string>();
    // A list is never older than what was known when it was asked for, unless the server went back to a backup.
    const restored = (version: string): boolean => isOlder(version, known);
    return {
      page: (version, items) => {
        for (const item of items)
          this.#store.guarded(() => {
            const meta = storedMetaOf(item);
            seen.add(keyOf(meta.namespace, meta.name));
            if (this.#forgotten.has(meta.uid) && !forgotten.has(meta.uid)) return;
            const cached = this.get(meta.namespace ?? '', meta.name);
            if (cached !== undefined && outlasts(cached, version, known)) return;
            if (restored(version) || !isSame(cached, meta)) this.#store.put(item, meta);
          });
      },
      finish: (version) => {
        for (const uid of forgotten) this.#forgotten.delete(uid);
        const missing = [...this.#store.entries()].filter(
          ([key, entry]) => !seen.has(key) && !outlasts(entry, version, known),
        );
        this.#horizon = version;
        this.#observed = restored(version) ? version : newerOf(this.#observed, version);
        for (const [key, { uid }] of missing) this.#store.drop(key, uid);
      },
    };
  }

  /** The type is served no more, so there are no objects of it. */
  clear(): void {
    this.#forgotten.clear();
    for (const [key, { uid }] of Array.from(this.#store.entries())) this.#store.drop(key, uid);
  }

  #advance(version: string): void {
    this.#horizon = newerOf(this.#horizon, version);
  }

  #take(object: unknown, meta: StoredMeta): void {
    const cached = this.#store.get(keyOf(meta.namespace, meta.name));
    if (cached === undefined || isOlder(cached.resourceVersion, meta.resourceVersion)) this.#store.put(object, meta);
  }
}

/** Whether an entry came, by `observe`, after the list was taken: the events to come decide on it. */
const outlasts = (entry: Cached, listed: string, known: string): boolean =>
  isOlder(newerOf(listed, known), entry.resourceVersion);

const isSame = (entry: Cached | undefined, { uid, resourceVersion }: StoredMeta): boolean =>
  entry?.uid === uid && entry.resourceVersion === resourceVersion;

export interface ListInProgress {
  /** `version` is that of the list. */
  readonly page: (version: string, items: readonly unknown[]) => void;
  readonly finish: (version: string) => void;
}
