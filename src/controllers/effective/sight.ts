import { recheckAt } from '../../reconcile/outcome.ts';
import type { Precondition } from '../precondition.ts';
import { type Holdings, READABLE_REF } from './holdings.ts';

/**
 * That roles and bindings were seen. As long as they never were nobody knows what is in force, so it is said neither that something is
 * granted nor that it has ended.
 */
export const sight = (holdings: Pick<Holdings, 'unseen'>): Precondition => ({
  ref: READABLE_REF,
  get unmet(): Precondition['unmet'] {
    const { unseen } = holdings;
    if (unseen === undefined) return undefined;
    const message = `the operator lacks the permission to ${unseen}, so it cannot tell what is in force: until whoever installed it grants it, nothing is added, and taken away is only what it sees`;
    return (plan) => ({ is: 'unseen', reason: 'RbacNotReadable', message, recheckAt: recheckAt(plan.outcome) });
  },
});
