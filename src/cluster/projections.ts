import type { Cached, Change, Project, ResourceType, StoredMeta } from './port.ts';
import { isRecord } from './status.ts';

export interface StoreOptions<T extends Cached> {
  readonly type: ResourceType;
  readonly project: Project<T>;
  /** Told of objects that cannot be read, and of handlers that threw. */
  readonly onError: (error: unknown) => void;
}

export const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/** Projections by key, and whoever wants to know of their changes. Which version is to be kept, the caller decides. */
export class ProjectionStore<T extends Cached> {
  readonly #options: StoreOptions<T>;
  readonly #entries = new Map<string, T>();
  readonly #handlers: ((change: Change<T>) => void)[] = [];

  constructor(options: StoreOptions<T>) {
    this.#options = options;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  entries(): MapIterator<[string, T]> {
    return this.#entries.entries();
  }

  values(): MapIterator<T> {
    return this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }

  onChange(handler: (change: Change<T>) => void): void {
    this.#handlers.push(handler);
    for (const after of Array.from(this.#entries.values())) this.#call(handler, { before: undefined, after });
  }

  put(object: unknown, meta: StoredMeta): void {
    const key = keyOf(meta.namespace, meta.name);
    const before = this.#entries.get(key);
    const after = this.#project(object, meta);
    if (before === undefined && after === undefined) return;
    if (after === undefined) this.#entries.delete(key);
    else this.#entries.set(key, after);
    if (before !== undefined && after !== undefined && before.uid !== after.uid) {
      this.#emit({ before, after: undefined });
      this.#emit({ before: undefined, after });
    } else this.#emit({ before, after });
  }

  /** Removes the entry if it is of this uid. */
  drop(key: string, uid: string): void {
    const before = this.#entries.get(key);
    if (before?.uid !== uid) return;
    this.#entries.delete(key);
    this.#emit({ before, after: undefined });
  }

  /** An object that cannot be projected is not kept: a stale projection would hide what it has become. */
  #project(object: unknown, meta: StoredMeta): T | undefined {
    const { group, version, kind } = this.#options.type;
    // Items of a list lack both, and metadata alone comes as another kind.
    const typed = {
      ...(isRecord(object) ? object : {}),
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      metadata: meta,
    };
    try {
      return this.#options.project(typed);
    } catch (cause) {
      this.#options.onError(new Error(`unable to read ${kind} ${keyOf(meta.namespace, meta.name)}`, { cause }));
      return undefined;
    }
  }

  #emit(change: Change<T>): void {
    for (const handler of this.#handlers) this.#call(handler, change);
  }

  #call(handler: (change: Change<T>) => void, change: Change<T>): void {
    this.guarded(() => handler(change));
  }

  /** Reports what the action throws. */
  guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
