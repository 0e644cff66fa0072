import type { Cached, Change, Informer, Ref, StoredObject } from '../cluster/port.ts';
import { type ChildCache, Children, type Key } from './children.ts';
import type { Controller, Custom } from './controller.ts';
import { Dependencies } from './dependencies.ts';
import { PRIORITY, type Priority, type Queue } from './queue.ts';

/** One kind of custom resource and the cache that follows it. */
export interface Watched {
  readonly controller: Controller<unknown>;
  readonly customs: Informer<Custom<unknown>>;
}

/** Something whose changes are told. */
export type ChangeSource = Pick<Informer<Cached>, 'type' | 'onChange'>;

/** Tells of what plans depend on and no cache holds; `by` is the owner of what changed. */
export interface SignalSource {
  onSignal(listener: (ref: Ref, by?: Key) => void): void;
}

/** How urgent it is to look again when a source tells of something. */
export interface Signals {
  readonly source: SignalSource;
  readonly priority: Priority;
}

/** What the engine follows. */
export interface Caches {
  readonly watched: readonly Watched[];
  readonly childCaches: readonly ChildCache[];
  /** Caches of objects that plans depend on. */
  readonly others: readonly ChangeSource[];
  readonly signals: readonly Signals[];
}

/** Turns changes in the caches into keys in the queue. */
export class Triggers {
  readonly children: Children;
  readonly dependencies = new Dependencies();
  readonly #watched: readonly Watched[];
  readonly #queue: Pick<Queue, 'add'>;
  #own = false;

  constructor({ watched, childCaches, others, signals }: Caches, queue: Pick<Queue, 'add'>) {
    this.#watched = watched;
    this.#queue = queue;
    this.children = new Children(childCaches, (owner, ref, own) => {
      // whoever writes looks again by itself
      if (owner !== undefined && !own) queue.add(owner, PRIORITY.change);
      this.#wake(ref, own ? owner : undefined);
    });
    for (const one of watched) one.customs.onChange((change) => this.#customChanged(one, change));
    for (const cache of others) {
      cache.onChange(({ before, after }) => {
        const object = after ?? before;
        if (object !== undefined) this.#wake({ type: cache.type, namespace: object.namespace, name: object.name });
      });
    }
    for (const { source, priority } of signals) source.onSignal((ref, by) => this.#wake(ref, by, priority));
  }

  /** Puts every custom resource in line, and every owner that is gone but for what it left behind. */
  all(priority: Priority): void {
    for (const { controller, customs } of this.#watched) {
      for (const { name } of customs.list()) this.#queue.add({ kind: controller.kind, name }, priority);
    }
    for (const owner of this.children.owners()) this.#queue.add(owner, priority);
  }

  /** Takes the answer to a write of ours to a custom resource; whoever writes looks again by itself. */
  wrote(customs: Informer<Custom<unknown>>, object: StoredObject): void {
    this.#own = true;
    try {
      customs.observe(object);
    } finally {
      this.#own = false;
    }
  }

  #customChanged({ controller: { kind }, customs }: Watched, { before, after }: Change<Custom<unknown>>): void {
    const name = (after ?? before)?.name;
    if (name === undefined) return;
    const key: Key = { kind, name };
    if (!this.#own) this.#queue.add(key, urgency(before, after));
    // what others read of it is its spec
    if (specChanged(before, after)) this.#wake({ type: customs.type, namespace: '', name });
  }

  #wake(ref: Ref, by?: Key, priority: Priority = PRIORITY.revoke): void {
    for (const key of this.dependencies.changed(ref, by)) this.#queue.add(key, priority);
  }
}

/** An edit may take rights away; a new object cannot. */
const urgency = (before: Custom<unknown> | undefined, after: Custom<unknown> | undefined): Priority =>
  before !== undefined && (specChanged(before, after) || after?.terminating === true)
    ? PRIORITY.revoke
    : PRIORITY.change;

const specChanged = (before: Custom<unknown> | undefined, after: Custom<unknown> | undefined): boolean =>
  before?.uid !== after?.uid || before?.generation !== after?.generation || before?.terminating !== after?.terminating;
