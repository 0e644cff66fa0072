import type { Ref } from '../cluster/port.ts';
import type { Controller, Plan } from '../reconcile/controller.ts';
import type { Outcome } from '../reconcile/outcome.ts';

/** Something without which nothing may be added. */
export interface Precondition {
  /** Signalled when it comes to hold, and when it does no more. */
  readonly ref: Ref;
  /** What is said of a plan instead, undefined of one that it does not affect. Itself undefined while the precondition holds. */
  readonly unmet: ((plan: Plan) => Outcome | undefined) | undefined;
}

const unmetOf = (preconditions: readonly Precondition[]): NonNullable<Precondition['unmet']>[] =>
  preconditions.flatMap(({ unmet }) => unmet ?? []);

/**
 * The same controller; while any of its preconditions is unmet its plans add nothing, and take away what can be seen.
 * They have to hold at both ends of the planning: what was observed is of the beginning, what is written of the end.
 */
export const requiring = <Spec>(
  preconditions: readonly Precondition[],
  controller: Controller<Spec>,
): Controller<Spec> => ({
  kind: controller.kind,
  apiVersion: controller.apiVersion,
  slug: controller.slug,
  plan: async (custom, world) => {
    const before = unmetOf(preconditions);
    const made = await controller.plan(custom, world);
    const plan = { ...made, dependencies: [...made.dependencies, ...preconditions.map(({ ref }) => ref)] };
    const [outcome] = [...before, ...unmetOf(preconditions)].flatMap((tell) => tell(made) ?? []);
    return outcome === undefined ? plan : { ...plan, additions: 'withheld', outcome };
  },
});
