import type { Condition, Status } from '../../../src/crds/index.ts';
import type { Custom, Plan, Summary } from '../../../src/reconcile/controller.ts';
import type { Outcome } from '../../../src/reconcile/outcome.ts';

export const NOW = Date.parse('2026-11-24T08:00:00Z');

/** A custom resource of generation 2 as the cache keeps it. */
export const custom = (fields: Partial<Custom<unknown>> = {}): Custom<unknown> => ({
  namespace: '',
  name: 'g',
  uid: 'uid-of-now',
  resourceVersion: '7',
  generation: 2,
  createdAt: NOW,
  terminating: false,
  verifyRequestedAt: undefined,
  spec: { ok: true, value: {} },
  status: { observedGeneration: -1 },
  ...fields,
});

export const plan = (outcome: Outcome, summary: Partial<Summary> = {}, fields: Partial<Plan> = {}): Plan => ({
  children: [],
  later: [],
  additions: 'carried-out',
  outcome,
  dependencies: [],
  summary: {
    mode: 'Legacy',
    subjects: 'User alice',
    targets: 'User jane',
    credential: undefined,
    effect: { is: 'none' },
    verification: { is: 'none' },
    expiresAt: undefined,
    ...summary,
  },
  ...fields,
});

export const granted = (message = 'User alice may impersonate User jane'): Outcome => ({
  is: 'ready',
  reason: 'Granted',
  message,
  recheckAt: undefined,
});

export const statusWith = (...conditions: Condition[]): Status => ({ observedGeneration: 1, conditions });
