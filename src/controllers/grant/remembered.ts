import { type PolicyRule, uncovered } from '../../rbac/index.ts';
import type { Child } from '../../reconcile/child.ts';
import type { World } from '../../reconcile/controller.ts';
import { rbacName } from '../../reconcile/names.ts';
import type { Observed } from '../../reconcile/observed.ts';
import { type Wait, earliest } from '../../reconcile/outcome.ts';
import { GRANT_SLUG, ROLES, rulesOf } from '../kinds.ts';
import type { Verdict } from '../verdict.ts';
import { ACTIONS, desired } from './desired.ts';
import type { ValidGrant } from './validate.ts';

/**
 * How long the API server remembers whom a client may become, apart from what it may do then: 10 s (`cache.go` in
 * k8s.io/apiserver, pkg/endpoints/filters/impersonation), and one more for its own view of RBAC.
 */
const REMEMBERED_MS = 11_000;

/** Longer than between two looks at a grant that is there; one that was not looked at for so long is gone. */
const FORGOTTEN_MS = 25 * 3_600_000;

/** Whom a role lets its holders become, and where. */
interface Whom {
  readonly namespace: string;
  readonly rule: PolicyRule;
}

interface Seen extends Whom {
  readonly isThere: boolean;
  /** The server may remember it until then, milliseconds since the epoch. */
  readonly until: number;
}

/** Legacy impersonation is not remembered. */
const isConstrained = ({ verbs }: PolicyRule): boolean => verbs.some((verb) => verb.startsWith('impersonate:'));

const whom = (name: string, objects: readonly Pick<Child, 'kind' | 'namespace' | 'name' | 'content'>[]): Whom[] =>
  objects
    .filter((one) => ROLES.includes(one.kind) && one.name === rbacName({ slug: GRANT_SLUG, name }, ''))
    .flatMap(({ namespace, content }) => rulesOf(content).map((rule) => ({ namespace, rule })))
    .filter(({ rule }) => isConstrained(rule));

/** What is there already of an action, and no more; undefined where nothing is. */
const notGrown = (child: Child, observed: readonly Observed[]): Child | undefined => {
  const { kind, namespace, name } = child;
  const found = observed.find((one) => one.kind === kind && one.namespace === namespace && one.name === name);
  return found && { ...child, content: kind.common(found.content, child.content) };
};

const contents = (children: readonly Child[]): string => JSON.stringify(children.map(({ content }) => content));

const REMEMBERED: Wait = {
  reason: 'IdentityRemembered',
  message:
    'what may be done is added in some seconds: the API server still remembers that somebody may be impersonated whom the grant no longer names',
};

/** A verdict with what it comes to for now. */
export interface Held {
  readonly verdict: Verdict<ValidGrant>;
  readonly children: readonly Child[];
}

/**
 * What a grant lets be done must not grow while the server remembers somebody whom the grant no longer names: with that memory it
 * would be done as him, which neither the old nor the new spec allows. Kept by name, for a grant that is made anew is one edit more;
 * known to this process alone.
 */
export class RememberedIdentities {
  /** By grant, the one that was looked at least lately first. */
  readonly #byGrant = new Map<string, { readonly lookedAt: number; readonly seen: ReadonlyMap<string, Seen> }>();

  held(name: string, verdict: Verdict<ValidGrant>, { observed, now }: Pick<World, 'observed' | 'now'>): Held {
    const all = verdict.is === 'active' ? desired(verdict.valid) : [];
    const until = this.#until(name, whom(name, observed), whom(name, all), now);
    if (until === undefined || verdict.is !== 'active') return { verdict, children: all };
    const actions = rbacName({ slug: GRANT_SLUG, name }, ACTIONS);
    const children = all.flatMap((child) => (child.name === actions ? (notGrown(child, observed) ?? []) : child));
    if (contents(children) === contents(all)) return { verdict, children: all };
    const waits = [...verdict.waits, REMEMBERED];
    return { verdict: { ...verdict, waits, recheckAt: earliest(verdict.recheckAt, until) }, children };
  }

  /** Until when the server may remember somebody whom `wanted` leaves out. */
  #until(name: string, observed: readonly Whom[], wanted: readonly Whom[], now: number): number | undefined {
    const seen = this.#look(name, observed, now);
    const rulesIn = (namespace: string): PolicyRule[] =>
      wanted.filter((one) => one.namespace === namespace).map(({ rule }) => rule);
    const left = [...seen.values()].filter(({ namespace, rule }) => uncovered(rulesIn(namespace), rule) !== undefined);
    return left.length === 0 ? undefined : Math.max(...left.map(({ until }) => until));
  }

  /** The time runs from the first look at a cluster without it. */
  #look(name: string, observed: readonly Whom[], now: number): ReadonlyMap<string, Seen> {
    const before = this.#byGrant.get(name)?.seen ?? new Map<string, Seen>();
    const fresh = now + REMEMBERED_MS;
    const gone = [...before]
      .map(([key, one]) => [key, { ...one, isThere: false, until: one.isThere ? fresh : one.until }] as const)
      .filter(([, { until }]) => until > now);
    const there = observed.map((one) => [JSON.stringify(one), { ...one, isThere: true, until: fresh }] as const);
    const seen = new Map<string, Seen>([...gone, ...there]);
    this.#byGrant.delete(name);
    if (seen.size > 0) this.#byGrant.set(name, { lookedAt: now, seen });
    for (const [other, { lookedAt }] of this.#byGrant) {
      if (lookedAt > now - FORGOTTEN_MS) break;
      this.#byGrant.delete(other);
    }
    return seen;
  }
}
