import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Condition, ConditionType, Reason, Status } from '../../src/crds/index.ts';
import { parseStatus } from '../../src/crds/index.ts';
import type { CredentialState } from '../../src/reconcile/controller.ts';
import type { Outcome } from '../../src/reconcile/outcome.ts';
import { statusOf } from '../../src/reconcile/status.ts';
import { NOW, custom, plan, statusWith } from './model/custom.ts';
import { kstatus } from './model/kstatus.ts';
import {
  EXPIRED,
  FAILED,
  GRANTED,
  NOT_YET,
  OUTCOMES,
  PARTLY,
  PENDING,
  READY,
  REJECTED,
  SUSPENDED,
  TAKEN,
  UNREAD,
} from './model/outcomes.ts';

type Told = readonly [type: ConditionType, status: Condition['status'], reason: Reason];

const told = (outcome: Outcome, credential?: CredentialState, before: Status = { observedGeneration: -1 }): Told[] =>
  (statusOf(custom({ status: before }), plan(outcome, { credential }), outcome, NOW).conditions ?? []).map(
    ({ type, status, reason }) => [type as ConditionType, status, reason as Reason],
  );

test.for<[string, Outcome, Told[]]>([
  [
    'granted',
    GRANTED,
    [
      ['Ready', 'True', 'Granted'],
      ['Active', 'True', 'Granted'],
    ],
  ],
  [
    'suspended',
    SUSPENDED,
    [
      ['Ready', 'True', 'Suspended'],
      ['Active', 'False', 'Suspended'],
    ],
  ],
  [
    'not yet valid',
    NOT_YET,
    [
      ['Ready', 'True', 'NotYetValid'],
      ['Active', 'False', 'NotYetValid'],
    ],
  ],
  [
    'expired',
    EXPIRED,
    [
      ['Ready', 'True', 'Expired'],
      ['Active', 'False', 'Expired'],
    ],
  ],
  [
    'rejected',
    REJECTED,
    [
      ['Ready', 'False', 'PrivilegedTarget'],
      ['Active', 'False', 'Rejected'],
      ['Stalled', 'True', 'PrivilegedTarget'],
    ],
  ],
  [
    'granted but for what is missing',
    PARTLY,
    [
      ['Ready', 'False', 'NamespaceNotFound'],
      ['Active', 'True', 'Granted'],
      ['Reconciling', 'True', 'NamespaceNotFound'],
    ],
  ],
  [
    'withdrawn',
    TAKEN,
    [
      ['Ready', 'False', 'NameTaken'],
      ['Active', 'False', 'NameTaken'],
      ['Reconciling', 'True', 'NameTaken'],
    ],
  ],
  [
    'failed',
    FAILED,
    [
      ['Ready', 'False', 'WriteFailed'],
      ['Reconciling', 'True', 'WriteFailed'],
    ],
  ],
])('what is %s is told so', ([, outcome, conditions]) => {
  expect(told(outcome)).toEqual(conditions);
});

test('after a failure nothing new is said of whether rights are in force', () => {
  const active: Condition = {
    type: 'Active',
    status: 'True',
    reason: 'Granted',
    message: 'granted',
    observedGeneration: 1,
    lastTransitionTime: '2026-11-24T07:00:00Z',
  };
  for (const outcome of [FAILED, UNREAD]) {
    const { conditions } = statusOf(custom({ status: statusWith(active) }), plan(outcome), outcome, NOW);
    expect(conditions).toContainEqual(active);
  }
});

test.for<[string, Outcome, CredentialState | undefined, Told[]]>([
  ['without a credential nothing is said of one', GRANTED, undefined, []],
  ['a valid token is told', GRANTED, READY, [['CredentialReady', 'True', 'CredentialIssued']]],
  [
    'a valid token is told while something else is missing',
    PARTLY,
    READY,
    [['CredentialReady', 'True', 'CredentialIssued']],
  ],
  ['a token that is not there is, with what it waits for', TAKEN, PENDING, [['CredentialReady', 'False', 'NameTaken']]],
  ['one that a refusal ended, with the refusal', REJECTED, PENDING, [['CredentialReady', 'False', 'PrivilegedTarget']]],
  ['one that a suspension ended, with the suspension', SUSPENDED, PENDING, [['CredentialReady', 'False', 'Suspended']]],
  ['one that a failure kept back, with the failure', FAILED, PENDING, [['CredentialReady', 'False', 'WriteFailed']]],
])('%s', ([, outcome, credential, expected]) => {
  expect(told(outcome, credential).filter(([type]) => type === 'CredentialReady')).toEqual(expected);
});

test('kstatus reads every outcome as it is meant', () => {
  const readings = OUTCOMES.map((outcome) => kstatus(2, undefined, statusOf(custom(), plan(outcome), outcome, NOW)));
  expect(readings).toEqual([
    'Current',
    'Current',
    'Current',
    'Current',
    'Failed',
    'InProgress',
    'InProgress',
    'InProgress',
    'InProgress',
    'InProgress',
  ]);
  expect(kstatus(3, undefined, statusOf(custom(), plan(GRANTED), GRANTED, NOW))).toBe('InProgress');
  expect(kstatus(1, undefined, parseStatus({}))).toBe('InProgress');
});

const histories = fc.array(fc.tuple(fc.constantFrom(...OUTCOMES), fc.constantFrom(undefined, READY, PENDING)), {
  minLength: 2,
  maxLength: 8,
});

test('lastTransitionTime moves exactly when the status of a condition does, and absence counts as a change', () => {
  fc.assert(
    fc.property(histories, (history) => {
      let status: Status = { observedGeneration: -1 };
      for (const [index, [outcome, credential]] of history.entries()) {
        const now = NOW + index * 60_000;
        const before = new Map((status.conditions ?? []).map((one) => [one.type, one]));
        const next = statusOf(custom({ status, generation: index }), plan(outcome, { credential }), outcome, now);
        for (const { type, status: value, lastTransitionTime } of next.conditions ?? []) {
          const earlier = before.get(type);
          const moved = `${new Date(now).toISOString().slice(0, 19)}Z`;
          expect(lastTransitionTime).toBe(earlier?.status === value ? earlier.lastTransitionTime : moved);
        }
        const types = (next.conditions ?? []).map(({ type }) => type);
        expect(new Set(types).size).toBe(types.length);
        expect(
          (next.conditions ?? [])
            .filter(({ type }) => type === 'Reconciling' || type === 'Stalled')
            .every((one) => one.status === 'True'),
        ).toBe(true);
        expect(next.observedGeneration).toBe(index);
        status = next;
      }
    }),
    { numRuns: 300 },
  );
});

const found = { is: 'found', requestedAt: 'now', status: 'True', reason: 'Verified', message: 'each of 1' } as const;
const verifiedBefore = (observedGeneration: number): Status => ({
  observedGeneration,
  lastHandledVerifyAt: 'before',
  conditions: [
    {
      type: 'Verified',
      status: 'True',
      reason: 'Verified',
      message: 'each of 1',
      observedGeneration,
      lastTransitionTime: '2026-11-24T07:00:00Z',
    },
  ],
});

test('a verification is told with the value that asked for it', () => {
  const status = statusOf(custom(), plan(GRANTED, { verification: found }), GRANTED, NOW);
  expect(status.lastHandledVerifyAt).toBe('now');
  expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Verified', observedGeneration: 2 }));
});

test.for([
  [2, ['Verified']],
  [1, []],
] as const)('what was verified of generation %i stands until the spec is edited', ([generation, left]) => {
  const status = statusOf(custom({ status: verifiedBefore(generation) }), plan(GRANTED), GRANTED, NOW);
  expect((status.conditions ?? []).filter(({ type }) => type === 'Verified').map(({ type }) => type)).toEqual(left);
  expect(status.lastHandledVerifyAt).toBe('before');
});
