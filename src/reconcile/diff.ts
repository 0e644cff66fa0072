import type { Child, ChildKind, Content } from './child.ts';
import { type Observed, metadataDiffers } from './observed.ts';
import type { OwnerIdentity } from './ownership.ts';

/** One write. */
export type Step =
  | { readonly op: 'delete'; readonly target: Observed }
  /** Takes the rights out of an object that a finalizer keeps after its deletion. */
  | { readonly op: 'disarm'; readonly target: Observed; readonly content: Content }
  | { readonly op: 'replace'; readonly target: Observed; readonly child: Child; readonly content: Content }
  | { readonly op: 'create'; readonly child: Child };

export type Batch = readonly Step[];

export interface Diff {
  /** Writes after each of which the cluster allows no more than before. The writes of one batch do not depend on each other. */
  readonly removals: readonly Batch[];
  /** Writes after each of which the cluster allows no more than what is desired; only once every removal is done. */
  readonly additions: readonly Batch[];
  /** Foreign objects under names that are needed. */
  readonly taken: readonly Observed[];
  /** Objects of ours that a finalizer keeps after their deletion, under names that are needed. */
  readonly held: readonly Observed[];
}

/** Looks up what is stored under a name, whoever owns it. */
export type Occupant = (child: Pick<Child, 'kind' | 'namespace' | 'name'>) => Observed | undefined;

/** What belongs to one owner: wanted by it, and claiming it (by kind and name; the uid may be that of an earlier owner of this name). */
export interface Belongings {
  readonly desired: readonly Child[];
  readonly observed: readonly Observed[];
  readonly occupant: Occupant;
  /** Undefined once the custom resource is gone. */
  readonly owner: OwnerIdentity | undefined;
}

const same = (one: Content, other: Content): boolean => JSON.stringify(one) === JSON.stringify(other);

const key = (object: { kind: ChildKind; namespace: string; name: string }): string =>
  `${object.kind.type.plural}/${object.namespace}/${object.name}`;

/** Ours to update: named for this owner, referring to this very owner, and changeable into what is desired. */
const isKept = (child: Child | undefined, owner: OwnerIdentity | undefined, target: Observed): boolean =>
  child !== undefined &&
  target.claim?.by === 'reference' &&
  target.claim.uid === owner?.uid &&
  !target.terminating &&
  child.source.replaces !== target.uid &&
  !child.kind.immutable(target.content, child.content);

const removal = (target: Observed): Step[] => {
  if (!target.terminating) return [{ op: 'delete', target }];
  const inert = target.kind.inert?.(target.content, target.name);
  return inert === undefined || same(inert, target.content) ? [] : [{ op: 'disarm', target, content: inert }];
};

type Change =
  | { readonly way: 'none' | 'narrows' | 'widens' }
  /** Takes some rights away and adds others; `common` is what stays. */
  | { readonly way: 'both'; readonly common: Content };

const change = (child: Child, owner: OwnerIdentity, target: Observed): Change => {
  const differs = metadataDiffers(child, owner, target);
  if (child.source.from === 'io') return { way: child.source.due || differs ? 'widens' : 'none' };
  if (!differs && same(child.content, target.content)) return { way: 'none' };
  const common = child.kind.common(target.content, child.content);
  if (same(common, child.content)) return { way: 'narrows' };
  return same(common, target.content) && !differs ? { way: 'widens' } : { way: 'both', common };
};

const rank = (step: Step): number => {
  if (step.op === 'delete' || step.op === 'disarm') return step.target.kind.rank;
  // what IO completes depends on its siblings: a token on the Secret that it is bound to
  return step.child.kind.rank + (step.child.source.from === 'io' ? 0.5 : 0);
};

const batches = (steps: readonly Step[], direction: 1 | -1): Batch[] =>
  [...Map.groupBy(steps, rank)]
    .toSorted(([one], [other]) => direction * (one - other))
    .map(([, batch]) => batch.toSorted((one, other) => Number(isNamespaced(one)) - Number(isNamespaced(other))));

/** What is for the whole cluster comes first: nobody but its administrators can put more of it in the way. */
const isNamespaced = (step: Step): boolean => (step.op === 'create' ? step.child : step.target).namespace !== '';

/**
 * The writes that turn what is observed into what is desired.
 *
 * Rights are products over objects (whom × by whom × with which groups), so one object changed before another could allow a pair that
 * neither the old nor the new state allows. Hence every object first shrinks to what old and new have in common, then grows.
 * Each by a write of its own: where the one that grows is refused, what it was to lose is gone all the same.
 */
export const diff = ({ desired, observed, occupant, owner }: Belongings): Diff => {
  const wanted = new Map(desired.map((child) => [key(child), child]));
  const removals: Step[] = observed
    .filter((target) => !isKept(wanted.get(key(target)), owner, target))
    .flatMap((target) => removal(target));
  const additions: Step[] = [];
  const taken: Observed[] = [];
  const held: Observed[] = [];
  const claimed = new Set(observed.map((target) => target.uid));
  for (const child of owner === undefined ? [] : desired) {
    const target = occupant(child);
    if (target === undefined) additions.push({ op: 'create', child });
    else if (!claimed.has(target.uid)) taken.push(target);
    else if (target.terminating) held.push(target);
    else if (!isKept(child, owner, target)) additions.push({ op: 'create', child });
    else if (owner !== undefined) {
      const step: Step = { op: 'replace', target, child, content: child.content };
      const how = change(child, owner, target);
      if (how.way === 'narrows') removals.push(step);
      else if (how.way === 'widens') additions.push(step);
      else if (how.way === 'both') {
        removals.push({ ...step, content: how.common });
        additions.push(step);
      }
    }
  }
  return {
    removals: batches(removals, -1),
    additions: batches(additions, 1),
    taken,
    held,
  };
};
