import type { Ref } from '../cluster/port.ts';
import { type Key, keyOf } from './children.ts';
import { refKey } from './names.ts';

/** Who looked at what: the change of an object wakes those whose plan read it. */
export class Dependencies {
  readonly #readers = new Map<string, Map<string, Key>>();
  readonly #reads = new Map<string, readonly string[]>();
  /** What changed while a key is being worked on: its plan may have read it before. */
  readonly #meanwhile = new Map<string, Set<string>>();

  /** Work on a key begins. */
  begin(key: Key): void {
    this.#meanwhile.set(keyOf(key), new Set());
  }

  /** Work on a key ends, having read these. True when one of them changed meanwhile, so that the key must be looked at again. */
  end(key: Key, refs: readonly Ref[]): boolean {
    const id = keyOf(key);
    const reads = refs.map(refKey);
    const changed = this.#meanwhile.get(id);
    this.#meanwhile.delete(id);
    this.#replace(id, key, reads);
    return reads.some((ref) => changed?.has(ref));
  }

  /** Work on a key broke off: what it read before still counts. */
  abandon(key: Key): void {
    this.#meanwhile.delete(keyOf(key));
  }

  /** Notes a change, and tells who read the object; whoever changed it himself knows. */
  changed(ref: Ref, by?: Key): Key[] {
    const id = refKey(ref);
    const author = by && keyOf(by);
    for (const [key, seen] of this.#meanwhile) if (key !== author) seen.add(id);
    return [...(this.#readers.get(id)?.values() ?? [])].filter((key) => keyOf(key) !== author);
  }

  #replace(id: string, key: Key, reads: readonly string[]): void {
    for (const ref of this.#reads.get(id) ?? []) {
      const readers = this.#readers.get(ref);
      readers?.delete(id);
      if (readers?.size === 0) this.#readers.delete(ref);
    }
    if (reads.length === 0) this.#reads.delete(id);
    else this.#reads.set(id, reads);
    for (const ref of reads) this.#readers.set(ref, (this.#readers.get(ref) ?? new Map<string, Key>()).set(id, key));
  }
}
