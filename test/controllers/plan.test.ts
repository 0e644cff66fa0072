import { expect, test } from 'vitest';
import { CLUSTER_ROLE, roleContent } from '../../src/controllers/kinds.ts';
import { planOf } from '../../src/controllers/plan.ts';
import type { Verdict } from '../../src/controllers/verdict.ts';
import { type Child, CONTENT_ONLY } from '../../src/reconcile/child.ts';
import type { Wait } from '../../src/reconcile/outcome.ts';

const missing: Wait = { reason: 'UserBindingNotReady', message: 'UserBinding "erin" does not exist' };
const verdict: Verdict<'valid'> = { is: 'active', valid: 'valid', waits: [missing], recheckAt: undefined };
const facts = {
  mode: undefined,
  subjects: 'User dana',
  targets: 'UserBinding erin',
  expiresAt: undefined,
  dependencies: [],
  place: undefined,
};

const role: Child = {
  kind: CLUSTER_ROLE,
  namespace: '',
  name: 'impersonation:grant:desk',
  part: '',
  content: roleContent([]),
  fixed: {},
  labels: {},
  annotations: {},
  source: CONTENT_ONLY,
};

const waitingWith = (children: readonly Child[]) =>
  planOf(verdict, facts, () => ({ children, credential: undefined, granted: '', waits: [missing] })).outcome;

test('rights are in force while something is waited for and the rest is granted', () => {
  expect(waitingWith([role])).toMatchObject({ is: 'waiting', reason: 'UserBindingNotReady', granted: true });
});

test('no rights are in force while everything that the spec names is waited for', () => {
  expect(waitingWith([])).toMatchObject({ is: 'waiting', reason: 'UserBindingNotReady', granted: false });
});
