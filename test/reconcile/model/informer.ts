import { ProjectionCache } from '../../../src/cluster/cache.ts';
import type {
  Cached,
  Change,
  Informer,
  InformerOptions,
  ResourceType,
  StoredObject,
} from '../../../src/cluster/port.ts';
import type { Store, StoreEvent } from './store.ts';

const onError = (error: unknown): void => {
  throw error;
};

/** A cache of the store that follows it at once, or when told to. */
export class ModelInformer<T extends Cached> implements Informer<T> {
  readonly type: ResourceType;
  synced = true;
  /** Events wait for `deliver`. */
  lagging = false;
  /** Events come by themselves, but after the answer to the write that they are of. */
  late = false;
  readonly #cache: ProjectionCache<T>;
  readonly #options: InformerOptions<T>;
  readonly #waiting: StoreEvent[] = [];

  constructor(store: Store, options: InformerOptions<T>) {
    this.#options = options;
    this.type = options.type;
    this.#cache = new ProjectionCache({ type: options.type, project: options.project, onError });
    const list = this.#cache.beginList();
    list.page(
      store.version,
      store
        .list(options.type)
        .filter((object) => this.#follows(object))
        .map((object) => this.#seen(object)),
    );
    list.finish(store.version);
    store.onEvent((event) => {
      if (event.type.plural !== options.type.plural || !this.#follows(event.object)) return;
      this.#waiting.push(event);
      if (this.late) setTimeout(() => this.deliver(), 0);
      else if (!this.lagging) this.deliver();
    });
  }

  deliver(): void {
    for (const { object, deleted } of this.#waiting.splice(0))
      if (deleted) this.#cache.remove(this.#seen(object));
      else this.#cache.update(this.#seen(object));
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
    this.#cache.observe(this.#seen(object));
  }

  forget(namespace: string, name: string, uid: string): void {
    this.#cache.forget(namespace, name, uid);
  }

  async whenSynced(): Promise<void> {}

  start(): void {}

  async stop(): Promise<void> {}

  #follows({ metadata }: StoredObject): boolean {
    return this.#options.namespace === undefined || this.#options.namespace === metadata.namespace;
  }

  #seen(object: StoredObject): StoredObject {
    const { apiVersion, kind, metadata } = object;
    return this.#options.metadataOnly === true ? { apiVersion, kind, metadata } : object;
  }
}
