import { expect, test } from 'vitest';
import type { Condition } from '../../src/crds/index.ts';
import type { Effect } from '../../src/reconcile/controller.ts';
import type { Outcome } from '../../src/reconcile/outcome.ts';
import { statusOf } from '../../src/reconcile/status.ts';
import { NOW, custom, plan, statusWith } from './model/custom.ts';
import {
  EXPIRED,
  FAILED,
  GRANTED,
  NOT_YET,
  PARTLY,
  REJECTED,
  SUSPENDED,
  TAKEN,
  UNREAD,
  UNSEEN,
} from './model/outcomes.ts';

const WIDENED: Effect = { is: 'judged', status: 'False', reason: 'WidenedByBinding', message: 'cluster-admin' };

const told = (outcome: Outcome, effect: Effect, before: Condition[] = []) => {
  const object = custom({ status: statusWith(...before) });
  const { conditions = [] } = statusOf(object, plan(outcome, { effect }), outcome, NOW);
  return conditions.filter(({ type }) => type === 'Effective').map(({ status, reason }) => [status, reason]);
};

test.for<[string, Outcome, string, string]>([
  ['granted', GRANTED, 'False', 'WidenedByBinding'],
  ['granted but for what is missing', PARTLY, 'False', 'WidenedByBinding'],
  ['withdrawn', TAKEN, 'False', 'NameTaken'],
  ['suspended', SUSPENDED, 'False', 'Suspended'],
  ['not yet valid', NOT_YET, 'False', 'NotYetValid'],
  ['expired', EXPIRED, 'False', 'Expired'],
  ['rejected', REJECTED, 'False', 'PrivilegedTarget'],
  ['out of sight', UNSEEN, 'Unknown', 'RbacNotReadable'],
])('what is %s is judged while it is in force, else it says why it is not', ([, outcome, status, reason]) => {
  expect(told(outcome, WIDENED)).toEqual([[status, reason]]);
});

test('what lets nobody become anybody says nothing, in force or not', () => {
  for (const outcome of [GRANTED, SUSPENDED, REJECTED, FAILED, UNSEEN])
    expect(told(outcome, { is: 'none' })).toEqual([]);
});

test('after a failure what was said last stands', () => {
  const before: Condition = {
    type: 'Effective',
    status: 'True',
    reason: 'Honoured',
    message: 'honoured',
    observedGeneration: 1,
    lastTransitionTime: '2026-11-24T07:00:00Z',
  };
  for (const outcome of [FAILED, UNREAD]) expect(told(outcome, WIDENED, [before])).toEqual([['True', 'Honoured']]);
  expect(told(FAILED, WIDENED)).toEqual([]);
});
