import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Status } from '../../src/crds/index.ts';
import { parseStatus } from '../../src/crds/index.ts';
import { rbacName } from '../../src/reconcile/names.ts';
import { sameStatus, statusOf, toldReason } from '../../src/reconcile/status.ts';
import { NOW, custom, plan } from './model/custom.ts';
import { GRANTED, OUTCOMES, PARTLY, PENDING, READY, REJECTED } from './model/outcomes.ts';
import { pair } from './model/samples.ts';

const anyOutcome = fc.constantFrom(...OUTCOMES);
const anyCredential = fc.constantFrom(undefined, READY, PENDING);

test('what is written passes the schema, and reads back as the same', () => {
  fc.assert(
    fc.property(
      anyOutcome,
      anyCredential,
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      (outcome, credential, text) => {
        const long = { ...outcome, message: text.repeat(6000) };
        const children = pair(['jane']);
        const status = statusOf(custom(), plan(long, { credential }, { children }), long, NOW);
        const stored: unknown = JSON.parse(Buffer.from(JSON.stringify({ status })).toString());
        expect(sameStatus(parseStatus(stored), status)).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});

test('the longest name that an object of ours can have fits', () => {
  const long = 'x'.repeat(253);
  const [role] = pair(['jane']);
  const children = [{ ...role, name: rbacName({ slug: 'binding', name: long }, `clusterrole:${long}`) }];
  const status = statusOf(custom(), plan(GRANTED, {}, { children }), GRANTED, NOW);
  expect(sameStatus(parseStatus({ status }), status)).toBe(true);
});

test('a message is cut to what the schema takes, and never in the middle of a character', () => {
  const outcome = { ...REJECTED, message: `${'x'.repeat(32_767)}😀` };
  const [ready] = statusOf(custom(), plan(outcome), outcome, NOW).conditions ?? [];
  expect(ready?.message).toHaveLength(32_768);
  expect(ready?.message.isWellFormed()).toBe(true);
});

test('the rest of the status is what the plan says', () => {
  const [role, binding] = pair(['jane']);
  const namespaced = { ...role, namespace: 'ci' };
  const given = plan(GRANTED, { credential: READY }, { children: [namespaced, binding] });
  expect(statusOf(custom(), given, GRANTED, NOW)).toMatchObject({
    observedGeneration: 2,
    mode: 'Legacy',
    subjects: 'User alice',
    targets: 'User jane',
    objects: [
      { kind: 'ClusterRole', namespace: 'ci', name: 'impersonation:grant:g' },
      { kind: 'ClusterRoleBinding', name: 'impersonation:grant:g' },
    ],
    credential: { namespace: 'credentials', secretName: 'support-bot', expirationTimestamp: '2026-11-24T09:00:00Z' },
  });
  const none = statusOf(custom(), plan(REJECTED, { mode: undefined, credential: PENDING }), REJECTED, NOW);
  for (const field of ['mode', 'objects', 'credential']) expect(none).not.toHaveProperty(field);
});

test('two statuses are the same whatever the order of fields and conditions, and differ in any value', () => {
  const status = statusOf(custom(), plan(PARTLY, { credential: READY }), PARTLY, NOW);
  const turned = Object.fromEntries(Object.entries(status).toReversed()) as Status;
  expect(sameStatus(status, { ...turned, conditions: (status.conditions ?? []).toReversed() })).toBe(true);
  expect(sameStatus(status, { ...status, observedGeneration: 3 })).toBe(false);
  const [first, ...rest] = status.conditions ?? [];
  expect(first && sameStatus(status, { ...status, conditions: [{ ...first, message: 'other' }, ...rest] })).toBe(false);
  expect(sameStatus(status, { ...status, conditions: rest })).toBe(false);
});

test('the reason that was told last is that of Ready', () => {
  const status = statusOf(custom(), plan(REJECTED), REJECTED, NOW);
  expect(toldReason(custom({ status }))).toBe('PrivilegedTarget');
  expect(toldReason(custom())).toBeUndefined();
});
