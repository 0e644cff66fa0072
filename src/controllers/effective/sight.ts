import type { Controller } from '../../reconcile/controller.ts';
import { recheckAt } from '../../reconcile/outcome.ts';
import { type Holdings, READABLE_REF } from './holdings.ts';

/**
 * The same controller; as long as roles and bindings were never seen nobody knows what is in force, so its plans add nothing, take
 * away what can be seen, and say neither that something is granted nor that it has ended.
 */
export const seeing = <Spec>(holdings: Holdings, controller: Controller<Spec>): Controller<Spec> => ({
  kind: controller.kind,
  apiVersion: controller.apiVersion,
  slug: controller.slug,
  plan: async (custom, world) => {
    // what was observed is of this moment
    const { unseen } = holdings;
    const plan = await controller.plan(custom, world);
    if (unseen === undefined) return plan;
    const message = `the operator lacks the permission to ${unseen}, so it cannot tell what is in force: until whoever installed it grants it, nothing is added, and taken away is only what it sees`;
    return {
      ...plan,
      additions: 'withheld',
      dependencies: [...plan.dependencies, READABLE_REF],
      outcome: { is: 'unseen', reason: 'RbacNotReadable', message, recheckAt: recheckAt(plan.outcome) },
    };
  },
});
