/** Whether what an object grants is all that its subjects have of it. */
import type { Ref } from '../../cluster/port.ts';
import { type Conferred, type Reach, conferring, reachOf, reachSize, widening } from '../../rbac/index.ts';
import type { Child } from '../../reconcile/child.ts';
import type { Key } from '../../reconcile/children.ts';
import type { Effect } from '../../reconcile/controller.ts';
import { hint, targets } from './hint.ts';
import { type Holdings, READABLE_REF, boundRef, reachedRef } from './holdings.ts';
import { type SeenBinding, bindingSubjects, childRole, childRules, sameOwner } from './seen.ts';
import { type Term, certainTerms } from './subject.ts';
import { bindingText, throughText, wideningText } from './wording.ts';

/** What children let somebody become, and whom. */
interface Granted {
  readonly subjects: readonly Term[];
  readonly reach: Reach;
  /** Of the reach: how many patterns it comes to at most. */
  readonly size: number;
}

export interface Judgement {
  readonly effect: Effect;
  /** What may change the effect. */
  readonly dependencies: readonly Ref[];
}

/** The impersonation that the children hand out by roles of their own. */
const granted = (children: readonly Child[]): Granted => {
  const rules = new Map(children.flatMap((child) => childRules(child) ?? []));
  const bound = children.flatMap((child) => {
    const own = conferring(rules.get(childRole(child) ?? '') ?? []);
    return own.length === 0 ? [] : [{ child, rules: own }];
  });
  const conferred = bound.map(({ child, rules: own }) => ({ rules: own, namespace: placeOf(child) }));
  return {
    subjects: [...new Set(bound.flatMap(({ child }) => bindingSubjects(child)))],
    reach: reachOf(conferred),
    size: reachSize(conferred),
  };
};

/** As `Conferred` wants it: undefined for the whole cluster. */
const placeOf = ({ namespace }: Pick<Child, 'namespace'>): string | undefined =>
  namespace === '' ? undefined : namespace;

/** One other object that hands out impersonation: a binding of somebody else, or whatever belongs to one of ours. */
interface Source {
  readonly text: string;
  readonly isOurs: boolean;
  readonly bindings: readonly SeenBinding[];
  readonly through: Term;
}

const sources = (terms: readonly Term[], self: Key, holdings: Holdings): Source[] => {
  const found = new Map<string, { text: string; isOurs: boolean; bindings: SeenBinding[]; through: Term }>();
  for (const term of terms)
    for (const binding of holdings.of(term)) {
      const { owner } = binding;
      if (sameOwner(owner, self)) continue;
      const text = owner === undefined ? bindingText(binding) : `${owner.kind} "${owner.name}"`;
      const known = found.get(text);
      if (known === undefined)
        found.set(text, { text, isOurs: owner !== undefined, bindings: [binding], through: term });
      else known.bindings.push(binding);
    }
  return [...found.values()];
};

const conferredBy = ({ bindings }: Source, holdings: Holdings): Conferred[] =>
  bindings.map((binding) => ({ rules: holdings.rulesOf(binding), namespace: placeOf(binding) }));

/** Patterns of others that are built for one grant, and pairs that are compared: anybody can write a role that comes to millions. */
const MOST_PATTERNS = 10_000;
const MOST_PAIRS = 4_000_000;

/** Each source that makes the grant more than it says, once; those of others first. */
const widenings = (
  { subjects, reach, size }: Granted,
  self: Key,
  holdings: Holdings,
): { text: string; isOurs: boolean }[] => {
  const found = new Map<string, { text: string; isOurs: boolean }>();
  const known = new Map<string, ReturnType<typeof widening>>();
  let patterns = 0;
  for (const subject of subjects)
    for (const source of sources(certainTerms(subject), self, holdings)) {
      if (found.has(source.text)) continue;
      const conferred = conferredBy(source, holdings);
      patterns += reachSize(conferred);
      if (patterns > MOST_PATTERNS || patterns * size > MOST_PAIRS) {
        const text = `${source.text} lets ${throughText(subject, source.through)} become more than can be compared`;
        found.set(source.text, { text, isOurs: source.isOurs });
        continue;
      }
      // everybody may be bound by the same one
      const id = `${source.text} ${source.bindings.length}`;
      const how = known.has(id) ? known.get(id) : widening(reach, reachOf(conferred));
      known.set(id, how);
      if (how === undefined) continue;
      const text = `${source.text} lets ${throughText(subject, source.through)} ${wideningText(how)}`;
      found.set(source.text, { text, isOurs: source.isOurs });
    }
  return [...found.values()].toSorted(
    (one, other) => Number(one.isOurs) - Number(other.isOurs) || (one.text < other.text ? -1 : 1),
  );
};

const MOST_SHOWN = 3;

const effectOf = (all: Granted, named: ReadonlyMap<Term, readonly Term[]>, self: Key, holdings: Holdings): Effect => {
  if (holdings.unreadable !== undefined)
    return {
      is: 'judged',
      status: 'Unknown',
      reason: 'RbacNotReadable',
      message: `the operator lacks the permission to ${holdings.unreadable}, so it cannot tell whether others give these subjects more; whoever installed it can grant it`,
    };
  const found = widenings(all, self, holdings);
  const [first] = found;
  if (first === undefined)
    return {
      is: 'judged',
      status: 'True',
      reason: 'Honoured',
      message: `the API server honours it, and nothing that is known gives its subjects more${hint(named, holdings)}`,
    };
  const rest = found.length - MOST_SHOWN;
  return {
    is: 'judged',
    status: 'False',
    reason: first.isOurs ? 'WidenedByGrant' : 'WidenedByBinding',
    message:
      found
        .slice(0, MOST_SHOWN)
        .map(({ text }) => text)
        .join('; ') + (rest > 0 ? `; and ${rest} more` : ''),
  };
};

/** What becomes of a grant beside everything else that is bound to its subjects. Pure but for the index. */
export const judge = (self: Key, children: readonly Child[], holdings: Holdings): Judgement => {
  const all = granted(children);
  const named = targets(all.reach);
  return {
    effect: effectOf(all, named, self, holdings),
    dependencies: [
      READABLE_REF,
      ...[...new Set(all.subjects.flatMap(certainTerms))].map(reachedRef),
      ...[...new Set([...named.values()].flat())].map(boundRef),
    ],
  };
};
