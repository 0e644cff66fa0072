import { isApiError } from '../cluster/errors.ts';
import type { Cluster, Informer, ServerClock, StoredObject } from '../cluster/port.ts';
import { type Children, type Key, refOf } from './children.ts';
import type { Controller, Custom, Plan } from './controller.ts';
import { type Diff, diff } from './diff.ts';
import { EVENT, event } from './event.ts';
import { execute } from './execute.ts';
import type { Observed } from './observed.ts';
import { type Outcome, failure, isGranted, recheckAt } from './outcome.ts';
import type { OwnerIdentity } from './ownership.ts';
import { sameStatus, statusOf, toldReason } from './status.ts';

export interface ReconcilerOptions {
  readonly cluster: Cluster;
  readonly clock: ServerClock;
  readonly children: Children;
  /** Name of this process in events. */
  readonly instance: string;
  /** Puts the answer to a status write into the cache. */
  readonly observe: (object: StoredObject) => void;
  /** Whether others have rights to lose, so that they go first. */
  readonly yields: () => boolean;
  /** Takes what must not stop a reconcile: an event that could not be written. */
  readonly onError: (error: unknown) => void;
}

/** What a reconcile came to: undefined for a custom resource that is gone, with everything of it. */
export type Result = { readonly outcome: Outcome; readonly plan: Plan } | undefined;

/** A cache that lags may ask for another look; more rounds than this mean that somebody keeps changing what we write. */
const ROUNDS = 6;

/** One kind of custom resource with its cache. */
export class Reconciler {
  readonly #controller: Controller<unknown>;
  readonly #customs: Informer<Custom<unknown>>;
  readonly #options: ReconcilerOptions;
  /** By name: the version and reason of a custom resource whose status the API server does not take. */
  readonly #untold = new Map<string, string>();

  constructor(controller: Controller<unknown>, customs: Informer<Custom<unknown>>, options: ReconcilerOptions) {
    this.#controller = controller;
    this.#customs = customs;
    this.#options = options;
  }

  /**
   * Brings the cluster to what the custom resource says now, or part of the way where it has yielded: then it is to be called again.
   * Throws nothing but a lost lease: every other failure is an outcome.
   */
  async reconcile(key: Key): Promise<Result | 'yielded'> {
    for (let round = 0; ; round++) {
      const custom = this.#customs.get('', key.name);
      // from the deletion timestamp on nothing is desired, whatever else keeps the custom resource
      const plan = custom?.terminating === false ? await this.#plan(custom, key) : undefined;
      const settled = this.#settle(key, custom, plan);
      const pending = settled.diff.removals.length + settled.diff.additions.length > 0;
      const error = pending ? await this.#execute(settled.diff, custom) : undefined;
      if (error === 'yielded') return error;
      if (error === undefined && pending && round < ROUNDS) continue;
      if (custom === undefined || settled.plan === undefined) return this.#orphansLeft(error, pending);
      const outcome = error ?? (pending ? UNSETTLED : settled.plan.outcome);
      await this.#tell(custom, settled.plan, outcome);
      return { outcome, plan: settled.plan };
    }
  }

  async #plan(custom: Custom<unknown>, key: Key): Promise<Plan> {
    const { clock, cluster, children } = this.#options;
    const { occupant } = children;
    return this.#controller.plan(custom, { now: clock.now(), cluster, occupant, observed: children.of(key) });
  }

  /** The diff, after what it found was taken into the plan: a name that is taken withdraws everything. */
  #settle(
    key: Key,
    custom: Custom<unknown> | undefined,
    plan: Plan | undefined,
  ): { readonly diff: Diff; readonly plan: Plan | undefined } {
    const { children } = this.#options;
    const belongings = {
      observed: children.of(key),
      occupant: children.occupant,
      owner: custom && this.#owner(custom),
    };
    const first = diff({ ...belongings, desired: plan?.children ?? [] });
    if (plan === undefined) return { diff: first, plan };
    const later = plan.later.length === 0 ? [] : diff({ ...belongings, desired: plan.later }).taken;
    const [taken] = [...first.taken, ...later];
    if (taken !== undefined) return { diff: diff({ ...belongings, desired: [] }), plan: withdrawn(plan, taken) };
    if (plan.additions === 'withheld')
      return { diff: { ...first, additions: [] }, plan: unguarded(plan, belongings.observed) };
    const [held] = [
      ...first.held,
      ...belongings.observed.filter(({ terminating, kind }) => terminating && kind.inert === undefined),
    ];
    return { diff: first, plan: held === undefined ? plan : delayed(plan, held) };
  }

  async #execute(work: Diff, custom: Custom<unknown> | undefined): Promise<Outcome | 'yielded' | undefined> {
    const { cluster, children, clock, yields } = this.#options;
    try {
      const owner = custom && this.#owner(custom);
      const end = await execute(work, { cluster, children, owner, now: clock.now(), yields });
      return end === 'yielded' ? end : undefined;
    } catch (error) {
      if (isApiError(error, 'NotLeading')) throw error;
      return failure('WriteFailed', error);
    }
  }

  /** A failure to remove what a deleted custom resource left behind is thrown: there is no status to tell it. */
  #orphansLeft(error: Outcome | undefined, pending: boolean): undefined {
    if (error !== undefined || pending) throw new Error(error?.message ?? UNSETTLED.message);
    return undefined;
  }

  async #tell(custom: Custom<unknown>, plan: Plan, outcome: Outcome): Promise<void> {
    if (custom.terminating) return;
    const now = this.#options.clock.now();
    const status = statusOf(custom, plan, outcome, now);
    if (sameStatus(status, custom.status)) return;
    const { name, uid, resourceVersion } = custom;
    const { apiVersion, kind } = this.#controller;
    try {
      const metadata = { name, uid, resourceVersion };
      const object = { apiVersion, kind, metadata, status };
      this.#options.observe(await this.#options.cluster.replaceStatus(this.#customs.type, object));
      this.#untold.delete(name);
    } catch (error) {
      // a rule of the schema that cannot be evaluated on the stored spec keeps any status from being written
      const version = `${uid} ${custom.generation} ${outcome.reason}`;
      if (!isApiError(error, 'Invalid') || outcome.is !== 'rejected') throw error;
      if (this.#untold.get(name) === version) return;
      this.#untold.set(name, version);
      this.#options.onError(error);
    }
    if (toldReason(custom) === outcome.reason) return;
    await this.#options.cluster
      .create(EVENT, event(this.#controller, custom, outcome, now, this.#options.instance))
      .catch(this.#options.onError);
  }

  #owner({ name, uid }: Custom<unknown>): OwnerIdentity {
    const { kind, apiVersion, slug } = this.#controller;
    return { kind, apiVersion, slug, name, uid };
  }
}

const UNSETTLED = {
  is: 'failed',
  reason: 'WriteFailed',
  message: 'somebody else keeps changing the objects of this resource; trying again',
  retryAfterSeconds: undefined,
} as const satisfies Outcome;

const path = ({ kind, namespace, name }: Observed): string =>
  `${kind.type.kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;

/** To delete what another one of ours holds would only hand its name over. */
const foreign = ({ claim }: Observed): string =>
  claim === undefined
    ? 'exists and is not of this resource; it is left untouched and nothing is granted: delete it, or choose another name'
    : `belongs to ${claim.kind} "${claim.name}"; it is left untouched and nothing is granted: choose another name`;

/** Half of a grant could be a wrong one: a binding of ours to somebody else's role, for example. */
const withdrawn = (plan: Plan, taken: Observed): Plan => ({
  ...plan,
  children: [],
  later: [],
  // the name may become free
  dependencies: [...plan.dependencies, refOf(taken)],
  summary: {
    ...plan.summary,
    ...(plan.summary.credential && { credential: { ...plan.summary.credential, is: 'pending' } }),
  },
  outcome:
    plan.outcome.is === 'unseen'
      ? plan.outcome
      : {
          is: 'waiting',
          reason: 'NameTaken',
          granted: false,
          message: `${path(taken)} ${foreign(taken)}`,
          recheckAt: undefined,
        },
});

/** What was granted before stays. */
const unguarded = (plan: Plan, observed: readonly Observed[]): Plan =>
  plan.outcome.is === 'waiting'
    ? {
        ...plan,
        outcome: {
          ...plan.outcome,
          granted: observed.some(({ kind, namespace, name }) =>
            plan.children.some(
              (child) =>
                kind.inert !== undefined && child.kind === kind && child.namespace === namespace && child.name === name,
            ),
          ),
        },
      }
    : plan;

/** A refusal says who has to act, and a failed read when to try again: neither is hidden behind what is held. */
const delayed = (plan: Plan, held: Observed): Plan =>
  plan.outcome.is === 'rejected' || plan.outcome.is === 'failed'
    ? plan
    : {
        ...plan,
        outcome: {
          is: 'waiting',
          reason: 'FinalizerHeld',
          granted: isGranted(plan.outcome),
          message: `${path(held)} is deleted but kept by the finalizers ${(held.meta.finalizers ?? []).join(', ')}; whoever set them must remove them`,
          recheckAt: recheckAt(plan.outcome),
        },
      };
