import { expect, test } from 'vitest';
import { ApiError } from '../../src/cluster/errors.ts';
import type { CredentialPlan } from '../../src/controllers/credential/bound.ts';
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
  judge: undefined,
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

const verify = () => ({ is: 'pending' as const });

const waitingWith = (children: readonly Child[]) =>
  planOf(verdict, facts, () => ({ children, credential: undefined, granted: '', waits: [missing], verify })).outcome;

test('rights are in force while something is waited for and the rest is granted', () => {
  expect(waitingWith([role])).toMatchObject({ is: 'waiting', reason: 'UserBindingNotReady', granted: true });
});

test('no rights are in force while everything that the spec names is waited for', () => {
  expect(waitingWith([])).toMatchObject({ is: 'waiting', reason: 'UserBindingNotReady', granted: false });
});

const place = {
  owner: { slug: 'grant', name: 'desk' },
  namespace: 'credentials',
  secretName: 'desk',
  account: { own: true, name: 'a' },
};
const active: Verdict<'valid'> = { is: 'active', valid: 'valid', waits: [], recheckAt: 50 };

const planWith = (state: CredentialPlan['state'], waits: Wait[] = [], recheckAt?: number) =>
  planOf(active, { ...facts, place }, () => ({
    children: [role],
    credential: { children: [{ ...role, part: 'account' }], state, recheckAt },
    granted: 'User dana may',
    waits,
    verify,
  }));

test('a valid token is told with its end, to the second', () => {
  const plan = planWith({ is: 'ready', expiresAt: Date.parse('2026-11-24T09:00:00.900Z') });
  expect(plan.outcome).toEqual({ is: 'ready', reason: 'Granted', message: 'User dana may', recheckAt: 50 });
  expect(plan.summary.credential).toEqual({
    is: 'ready',
    namespace: 'credentials',
    secretName: 'desk',
    expirationTimestamp: '2026-11-24T09:00:00Z',
  });
  expect(planWith({ is: 'ready', expiresAt: undefined }).summary.credential).toHaveProperty(
    'expirationTimestamp',
    undefined,
  );
  expect(plan.children.map(({ part }) => part)).toEqual(['account', '']);
});

test('the earlier of two times is when to look again', () => {
  expect(planWith({ is: 'ready', expiresAt: 100 }, [], 20).outcome).toMatchObject({ recheckAt: 20 });
  expect(planWith({ is: 'ready', expiresAt: 100 }, [], 80).outcome).toMatchObject({ recheckAt: 50 });
});

test('a token that is not there yet is waited for, unless something else is', () => {
  expect(planWith({ is: 'pending' }).outcome).toMatchObject({ is: 'waiting', reason: 'TokenPending', granted: true });
  expect(planWith({ is: 'pending' }, [missing]).outcome).toMatchObject({
    reason: 'UserBindingNotReady',
    message: missing.message,
  });
  expect(planWith({ is: 'pending' }).summary.credential).toEqual({
    is: 'pending',
    namespace: 'credentials',
    secretName: 'desk',
  });
});

test('everything that is waited for is told, the first as the reason', () => {
  const second: Wait = { reason: 'NamespaceNotFound', message: 'namespace "x" does not exist' };
  expect(planWith({ is: 'ready', expiresAt: 1 }, [missing, second]).outcome).toMatchObject({
    reason: 'UserBindingNotReady',
    message: 'UserBinding "erin" does not exist; namespace "x" does not exist',
  });
});

test('a token that cannot be read is a failure to come back for, and the rest is kept', () => {
  const error = new ApiError({ reason: 'ServerError', message: 'GET: 500', status: 500, retryAfterSeconds: 4 });
  const plan = planWith({ is: 'unreadable', error }, [missing]);
  expect(plan.outcome).toEqual({ is: 'failed', reason: 'ReadFailed', message: 'GET: 500', retryAfterSeconds: 4 });
  expect(plan.children).toHaveLength(2);
});

test.for([
  [512, 'ready'],
  [513, 'rejected'],
] as const)('%s objects are %s', ([count, expected]) => {
  const children = Array.from({ length: count }, () => role);
  const plan = planOf(active, facts, () => ({ children, credential: undefined, granted: '', waits: [], verify }));
  expect(plan.outcome.is).toBe(expected);
  expect(plan.children).toHaveLength(expected === 'ready' ? 512 : 0);
  expect(plan.outcome.message).toBe(
    expected === 'ready' ? '' : 'the spec needs 513 objects; 512 are allowed: split it',
  );
});

test('so do those that come later, and none of them is made before', () => {
  const credential: CredentialPlan = { children: [], state: { is: 'remembered', later: [role] }, recheckAt: 9 };
  const planned = (count: number) =>
    planOf(active, { ...facts, place }, () => ({
      children: Array.from({ length: count }, () => role),
      credential,
      granted: '',
      waits: [],
      verify,
    }));
  expect(planned(512).outcome).toMatchObject({ is: 'rejected', reason: 'TooManyObjects' });
  expect(planned(511)).toMatchObject({
    children: { length: 511 },
    later: [role],
    outcome: { is: 'waiting', reason: 'TokenRemembered', granted: true, recheckAt: 9 },
  });
});

test('the objects of a credential count too', () => {
  const children = Array.from({ length: 512 }, () => role);
  const credential = { children: [role], state: { is: 'pending' as const }, recheckAt: undefined };
  const plan = planOf(active, { ...facts, place }, () => ({ children, credential, granted: '', waits: [], verify }));
  expect(plan.outcome).toMatchObject({ is: 'rejected', reason: 'TooManyObjects' });
});

test.for<Exclude<Verdict<'valid'>, { is: 'active' }>>([
  { is: 'rejected', reason: 'Invalid', message: 'no' },
  { is: 'inactive', reason: 'Suspended', message: 'suspended', recheckAt: 9 },
])('nothing is desired of a spec that is $is', (given) => {
  const plan = planOf(given, { ...facts, place }, () => {
    throw new Error('nothing is asked of it');
  });
  expect(plan.children).toEqual([]);
  expect(plan.outcome).toMatchObject({ message: given.message, reason: given.reason });
  expect(plan.summary.credential).toMatchObject({ is: 'pending' });
});

test('what is in force is tried where somebody asks, and nothing else is', () => {
  expect(planWith({ is: 'ready', expiresAt: undefined }).summary.verification).toEqual({ is: 'pending' });
  expect(planWith({ is: 'pending' }).summary.verification).toEqual({ is: 'pending' });
  const none = planOf(active, facts, () => ({
    children: [],
    credential: undefined,
    granted: '',
    waits: [missing],
    verify,
  }));
  expect(none.summary.verification).toEqual({ is: 'none' });
});
