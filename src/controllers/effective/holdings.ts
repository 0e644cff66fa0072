import type { Change, Informer, Ref, ResourceType } from '../../cluster/port.ts';
import type { PolicyRule } from '../../rbac/index.ts';
import type { Key } from '../../reconcile/children.ts';
import { RefusedPermissions } from '../refused.ts';
import { type Seen, type SeenBinding, bindingOf, roleOf, sameOwner } from './seen.ts';
import type { Term } from './subject.ts';

/** No types of the API: what plans depend on is named by references. */
const signal = (kind: string, plural: string): ResourceType => ({
  group: 'impersonation.dev',
  version: '',
  kind,
  plural,
  namespaced: false,
});
const REACHED = signal('Reached', 'reached');
const BOUND = signal('Bound', 'bound');
const READABLE = signal('Readable', 'readable');

/** Changes when somebody comes to hold another impersonation through this term. */
export const reachedRef = (term: Term): Ref => ({ type: REACHED, namespace: '', name: term });
/** Changes when the first binding names this term, or none does any more. */
export const boundRef = (term: Term): Ref => ({ type: BOUND, namespace: '', name: term });
/** Changes when roles and bindings can be read no more, or again. */
export const READABLE_REF: Ref = { type: READABLE, namespace: '', name: '' };

type Listener = (ref: Ref, by: Key | undefined) => void;

/**
 * Who holds which impersonation, through which bindings: an index over the caches of roles and bindings.
 * Both come in any order; a binding counts while its role has impersonation in it.
 */
export class Holdings {
  /** Roles with impersonation in them; a change of any other is none. */
  readonly #rules = new Map<string, readonly PolicyRule[]>();
  readonly #byRole = new Map<string, Set<SeenBinding>>();
  /** Bindings of roles in `#rules` alone. */
  readonly #byTerm = new Map<Term, Set<SeenBinding>>();
  /** How many bindings of any role name a term. */
  readonly #bound = new Map<Term, number>();
  readonly #refused = new RefusedPermissions();
  readonly #sources: Pick<Informer<Seen>, 'synced'>[] = [];
  readonly #listeners: Listener[] = [];

  /** Follows a cache of roles or bindings. */
  follow(informer: Pick<Informer<Seen>, 'onChange' | 'synced'>): void {
    this.#sources.push(informer);
    informer.onChange((change) => {
      this.#takeRole(change);
      this.#takeBinding(change);
    });
  }

  onSignal(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Whether the API server refuses to let a type be read: `verb`, or undefined where it does not. */
  refused(type: ResourceType, verb: string | undefined): void {
    const before = this.unreadable;
    this.#refused.take(type, verb);
    if (before !== this.unreadable) this.#tell(READABLE_REF, undefined);
  }

  /** The permissions that are missing, in words; undefined where none is. */
  get unreadable(): string | undefined {
    return this.#refused.text;
  }

  /** What is missing to see them at all, in words; undefined once all were seen. */
  get unseen(): string | undefined {
    const isSeen = this.#sources.every(({ synced }) => synced);
    return isSeen ? undefined : (this.unreadable ?? 'read roles and bindings');
  }

  /** The bindings through which a term holds any impersonation. */
  of(term: Term): ReadonlySet<SeenBinding> {
    return this.#byTerm.get(term) ?? NOBODY;
  }

  /** The impersonation that a binding hands out. */
  rulesOf({ role }: SeenBinding): readonly PolicyRule[] {
    return this.#rules.get(role) ?? [];
  }

  /** Whether any binding names this term. */
  isBound(term: Term): boolean {
    return this.#bound.has(term);
  }

  #takeRole({ before, after }: Change<Seen>): void {
    const [old, now] = [roleOf(before), roleOf(after)];
    const key = (now ?? old)?.key;
    if (key === undefined || JSON.stringify(old?.rules) === JSON.stringify(now?.rules)) return;
    const bindings = this.#byRole.get(key) ?? NOBODY;
    if (old !== undefined) for (const each of bindings) this.#unlink(each);
    if (now === undefined) this.#rules.delete(key);
    else this.#rules.set(key, now.rules);
    if (now !== undefined) for (const each of bindings) this.#link(each);
    for (const each of bindings) this.#reached(each);
  }

  #takeBinding({ before, after }: Change<Seen>): void {
    const [old, now] = [bindingOf(before), bindingOf(after)];
    if (old !== undefined) this.#drop(old);
    if (now !== undefined) this.#add(now);
    const isSame = old?.role === now?.role && sameOwner(old?.owner, now?.owner);
    const stays = isSame ? new Set(old?.subjects).intersection(new Set(now?.subjects)) : new Set<Term>();
    for (const each of [old, now]) if (each !== undefined && this.#rules.has(each.role)) this.#reached(each, stays);
    this.#count(old?.subjects ?? [], now?.subjects ?? []);
  }

  #add(binding: SeenBinding): void {
    enter(this.#byRole, binding.role, binding);
    if (this.#rules.has(binding.role)) this.#link(binding);
  }

  #drop(binding: SeenBinding): void {
    leave(this.#byRole, binding.role, binding);
    this.#unlink(binding);
  }

  #link(binding: SeenBinding): void {
    for (const term of binding.subjects) enter(this.#byTerm, term, binding);
  }

  #unlink(binding: SeenBinding): void {
    for (const term of binding.subjects) leave(this.#byTerm, term, binding);
  }

  #reached({ subjects, owner }: SeenBinding, but: ReadonlySet<Term> = new Set()): void {
    for (const term of subjects) if (!but.has(term)) this.#tell(reachedRef(term), owner);
  }

  #count(gone: readonly Term[], come: readonly Term[]): void {
    const before = new Map([...gone, ...come].map((term) => [term, this.isBound(term)]));
    for (const term of come) this.#bound.set(term, (this.#bound.get(term) ?? 0) + 1);
    for (const term of gone) {
      const rest = (this.#bound.get(term) ?? 1) - 1;
      if (rest === 0) this.#bound.delete(term);
      else this.#bound.set(term, rest);
    }
    for (const [term, was] of before) if (was !== this.isBound(term)) this.#tell(boundRef(term), undefined);
  }

  #tell(ref: Ref, by: Key | undefined): void {
    for (const listener of this.#listeners) listener(ref, by);
  }
}

const NOBODY: ReadonlySet<SeenBinding> = new Set();

const enter = (map: Map<string, Set<SeenBinding>>, key: string, binding: SeenBinding): void => {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([binding]));
  else known.add(binding);
};

const leave = (map: Map<string, Set<SeenBinding>>, key: string, binding: SeenBinding): void => {
  const known = map.get(key);
  known?.delete(binding);
  if (known?.size === 0) map.delete(key);
};
