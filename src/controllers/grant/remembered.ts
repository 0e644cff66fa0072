import type { PolicyRule } from '../../rbac/index.ts';
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

type Placed = Pick<Child, 'kind' | 'namespace' | 'name'>;

const isSame = (one: Placed, other: Placed): boolean =>
  one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;

/** Legacy impersonation is not remembered. */
const isConstrained = ({ verbs }: PolicyRule): boolean => verbs.some((verb) => verb.startsWith('impersonate:'));

/** Whether the cluster still lets somebody be impersonated whom these children leave out. */
const isLeaving = (name: string, observed: readonly Observed[], children: readonly Child[]): boolean =>
  observed
    .filter((one) => ROLES.includes(one.kind) && one.name === rbacName({ slug: GRANT_SLUG, name }, ''))
    .filter((one) => rulesOf(one.content).some(isConstrained))
    .some((one) => {
      const child = children.find((wanted) => isSame(wanted, one));
      const stays = child && one.kind.common(one.content, child.content);
      return JSON.stringify(stays) !== JSON.stringify(one.content);
    });

/** What is there already of an action, and no more; undefined where nothing is. */
const notGrown = (child: Child, observed: readonly Observed[]): Child | undefined => {
  const found = observed.find((one) => isSame(one, child));
  return found && { ...child, content: child.kind.common(found.content, child.content) };
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
 * would be done as him, which neither the old nor the new spec allows. Known to this process alone.
 */
export class RememberedIdentities {
  readonly #byGrant = new Map<string, { readonly isLeaving: boolean; readonly until: number }>();

  held(name: string, verdict: Verdict<ValidGrant>, { observed, now }: Pick<World, 'observed' | 'now'>): Held {
    const all = verdict.is === 'active' ? desired(verdict.valid) : [];
    const until = this.#until(name, isLeaving(name, observed, all), now);
    if (until === undefined || verdict.is !== 'active') return { verdict, children: all };
    const actions = rbacName({ slug: GRANT_SLUG, name }, ACTIONS);
    const children = all.flatMap((child) => (child.name === actions ? (notGrown(child, observed) ?? []) : child));
    if (contents(children) === contents(all)) return { verdict, children: all };
    const waits = [...verdict.waits, REMEMBERED];
    return { verdict: { ...verdict, waits, recheckAt: earliest(verdict.recheckAt, until) }, children };
  }

  /** The time runs from the first look at a cluster that lets nobody more be impersonated. */
  #until(name: string, leaving: boolean, now: number): number | undefined {
    const before = this.#byGrant.get(name);
    const until = leaving || before?.isLeaving === true ? now + REMEMBERED_MS : before?.until;
    if (until === undefined || until <= now) {
      this.#byGrant.delete(name);
      return undefined;
    }
    this.#byGrant.set(name, { isLeaving: leaving, until });
    return until;
  }
}
