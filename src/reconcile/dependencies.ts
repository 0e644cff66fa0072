import type { Ref } from '../cluster/port.ts';
import { type Key, keyOf } from './children.ts';
import { refKey } from './names.ts';

/** Who looked at what: the change of an object wakes those whose plan read it. */
export class Dependencies {
  readonly #readers = new Map<string, Map<string, Key>>();
  readonly #reads = new Map<string, readonly string[]>();

  /** Replaces what this key depends on. */
  set(key: Key, refs: readonly Ref[]): void {
    const id = keyOf(key);
    for (const ref of this.#reads.get(id) ?? []) {
      const readers = this.#readers.get(ref);
      readers?.delete(id);
      if (readers?.size === 0) this.#readers.delete(ref);
    }
    if (refs.length === 0) {
      this.#reads.delete(id);
      return;
    }
    const ids = refs.map(refKey);
    this.#reads.set(id, ids);
    for (const ref of ids) this.#readers.set(ref, (this.#readers.get(ref) ?? new Map<string, Key>()).set(id, key));
  }

  of(ref: Ref): Key[] {
    return [...(this.#readers.get(refKey(ref))?.values() ?? [])];
  }
}
