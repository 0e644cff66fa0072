import type { Change, Informer, Ref, StoredObject } from '../cluster/port.ts';
import type { Child, ChildKind } from './child.ts';
import { type Claim, refKey } from './names.ts';
import type { Observed } from './observed.ts';

/** Names a custom resource for the queue. */
export interface Key {
  readonly kind: string;
  readonly name: string;
}

export const keyOf = ({ kind, name }: Key): string => `${kind}/${name}`;

/** The cache of one child kind, in one namespace or everywhere. */
export interface ChildCache {
  readonly kind: ChildKind;
  readonly namespace: string | undefined;
  readonly informer: Informer<Observed>;
}

export const refOf = (object: Pick<Observed, 'kind' | 'namespace' | 'name'>): Ref => ({
  type: object.kind.type,
  namespace: object.namespace,
  name: object.name,
});

/** An object that was somebody's stays so, and his to remove, though others strip or change every mark of it. */
const marked = (after: Observed, { uid, claim }: Observed): Observed =>
  claim === undefined || after.uid !== uid || (after.claim && keyOf(after.claim) === keyOf(claim))
    ? after
    : { ...after, claim: { ...claim, by: 'record' } };

/** The index over the caches of all child kinds: by owner, and by name. */
export class Children {
  readonly #byOwner = new Map<string, Map<string, Observed>>();
  readonly #byName = new Map<string, Observed>();
  readonly #caches: readonly ChildCache[];
  #own = false;

  /** `changed` is told the owner of every object that changed, its name, which somebody may be waiting for, and whether we changed it. */
  constructor(caches: readonly ChildCache[], changed: (owner: Key | undefined, ref: Ref, own: boolean) => void) {
    this.#caches = caches;
    for (const { informer } of caches) {
      informer.onChange((change) => {
        const [claim, ref] = this.#take(change);
        changed(claim, ref, this.#own);
      });
    }
  }

  /** Everything that claims this owner by kind and name, whatever the uid. */
  of(key: Key): Observed[] {
    return [...(this.#byOwner.get(keyOf(key))?.values() ?? [])];
  }

  /** Every owner that something claims. */
  *owners(): IterableIterator<Key> {
    for (const children of this.#byOwner.values()) {
      for (const { claim } of children.values()) {
        if (claim !== undefined) yield { kind: claim.kind, name: claim.name };
        break;
      }
    }
  }

  /** What is stored under the name of this child, whoever owns it. */
  readonly occupant = (child: Pick<Child, 'kind' | 'namespace' | 'name'>): Observed | undefined =>
    this.#byName.get(refKey(refOf(child)));

  /** Takes the response of a write of ours. */
  wrote(child: Pick<Child, 'kind' | 'namespace'>, object: StoredObject): void {
    this.#quietly(() => this.#informer(child).observe(object));
  }

  /** Takes a delete of ours, or the absence of an object that the cache still has. */
  gone({ kind, namespace, name, uid }: Pick<Observed, 'kind' | 'namespace' | 'name' | 'uid'>): void {
    this.#quietly(() => this.#informer({ kind, namespace }).forget(namespace, name, uid));
  }

  #quietly(act: () => void): void {
    this.#own = true;
    try {
      act();
    } finally {
      this.#own = false;
    }
  }

  #informer(child: Pick<Child, 'kind' | 'namespace'>): Informer<Observed> {
    const found = this.#caches.find(
      ({ kind, namespace }) => kind === child.kind && (namespace === undefined || namespace === child.namespace),
    );
    if (found === undefined)
      throw new Error(`no cache for ${child.kind.type.plural} in namespace "${child.namespace}"`);
    return found.informer;
  }

  #take({ before, after }: Change<Observed>): [Claim | undefined, Ref] {
    const known = before && this.#byName.get(refKey(refOf(before)));
    if (known !== undefined) this.#remove(known);
    const now = after && known ? marked(after, known) : after;
    if (now !== undefined) this.#add(now);
    const subject = now ?? known ?? before;
    if (subject === undefined) throw new Error('a change has a before or an after');
    return [subject.claim, refOf(subject)];
  }

  #add(object: Observed): void {
    this.#byName.set(refKey(refOf(object)), object);
    if (object.claim === undefined) return;
    const owner = keyOf(object.claim);
    const siblings = this.#byOwner.get(owner) ?? new Map<string, Observed>();
    this.#byOwner.set(owner, siblings.set(object.uid, object));
  }

  #remove(object: Observed): void {
    this.#byName.delete(refKey(refOf(object)));
    if (object.claim === undefined) return;
    const owner = keyOf(object.claim);
    const siblings = this.#byOwner.get(owner);
    siblings?.delete(object.uid);
    if (siblings?.size === 0) this.#byOwner.delete(owner);
  }
}
