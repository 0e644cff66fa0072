import { expect, test } from 'vitest';
import { type CredentialPlan, boundCredential } from '../../../src/controllers/credential/bound.ts';
import type { CredentialObserved } from '../../../src/controllers/credential/resolve.ts';
import type { CredentialSpec } from '../../../src/controllers/credential/spec.ts';
import { dnsName } from '../../../src/reconcile/names.ts';
import {
  FOREIGN,
  ISSUED,
  MINUTE,
  NOTHING,
  OF_BEFORE,
  OWNER,
  OWNER_UID,
  SPEC,
  STRIPPED,
  account,
  anchor,
  atRest,
  lines,
  reading,
  secret,
} from './given.ts';

const planned = (found: CredentialObserved, minutes = 1, spec: Partial<CredentialSpec> = {}): CredentialPlan =>
  boundCredential({ ...SPEC, ...spec }, OWNER_UID, found, ISSUED + minutes * MINUTE);

const NEW = ['anchor-a: there', 'token: issued'];
const REISSUED = ['anchor-a: there instead of uid-of-anchor-a', 'token: issued'];
const KEPT = ['anchor-a: there', 'token: kept'];

test('where there is nothing, an anchor and a token are made', () => {
  const plan = planned(NOTHING);
  expect(lines(plan)).toEqual(NEW);
  expect(plan.state).toEqual({ is: 'pending' });
  const [first, token] = plan.children;
  expect(first).toMatchObject({
    namespace: 'credentials',
    name: dnsName(OWNER, 'anchor-a'),
    fixed: { type: 'impersonation.dev/anchor', immutable: true },
  });
  expect(token).toMatchObject({ namespace: 'credentials', name: 'support-bot', fixed: { type: 'Opaque' } });
});

test('a good token is kept, with the time of its end and of its renewal', () => {
  const plan = planned(atRest());
  expect(lines(plan)).toEqual(KEPT);
  expect(plan.state).toEqual({ is: 'ready', expiresAt: ISSUED + 60 * MINUTE });
  const renewal = (plan.recheckAt ?? 0) - ISSUED;
  expect(renewal).toBeGreaterThan(60 * MINUTE * 0.75);
  expect(renewal).toBeLessThanOrEqual(60 * MINUTE * 0.8);
});

test('renewals of tokens that were issued together are spread, the same for the same token', () => {
  const times = Array.from({ length: 40 }, (_, index) => {
    const uid = `uid-${index}`;
    const found = atRest({
      anchors: { 'anchor-a': anchor('anchor-a', { uid }), 'anchor-b': undefined },
      reading: reading({}, { anchorUid: uid }),
    });
    expect(planned(found).recheckAt).toBe(planned(found, 2).recheckAt);
    return planned(found).recheckAt ?? 0;
  });
  expect(new Set(times).size).toBeGreaterThan(35);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(MINUTE);
});

test.for<[string, Partial<CredentialObserved>, string[]]>([
  ['data that somebody changed', { reading: reading({ digest: 'other' }) }, REISSUED],
  ['no digest', { reading: reading({ digest: 'none' }) }, REISSUED],
  ['another request', { reading: reading({ request: 'other' }) }, REISSUED],
  ['no request', { reading: reading({ request: undefined }) }, REISSUED],
  ['no token', { reading: { ...reading(), token: undefined } }, REISSUED],
  ['the token of another account', { reading: reading({}, { accountUid: 'uid-of-another' }) }, REISSUED],
  ['a token on no anchor of ours', { reading: reading({}, { anchorUid: 'uid-of-another' }) }, REISSUED],
  ['a token on no anchor', { reading: reading({}, { anchorUid: undefined }) }, REISSUED],
  ['a token without an end', { reading: reading({}, { expiresAt: undefined }) }, REISSUED],
  ['no Secret', { secret: undefined, reading: undefined }, REISSUED],
  ['an anchor that is gone', { anchors: { 'anchor-a': undefined, 'anchor-b': undefined } }, NEW],
  [
    'an anchor without its reference',
    { anchors: { 'anchor-a': anchor('anchor-a', STRIPPED), 'anchor-b': undefined } },
    REISSUED,
  ],
  [
    'an anchor of an earlier owner',
    { anchors: { 'anchor-a': anchor('anchor-a', OF_BEFORE), 'anchor-b': undefined } },
    REISSUED,
  ],
  ['a foreign anchor', { anchors: { 'anchor-a': anchor('anchor-a', FOREIGN), 'anchor-b': undefined } }, REISSUED],
  ['an account that is on its way out', { account: account({ terminating: true }) }, REISSUED],
  ['an account that is gone', { account: undefined }, REISSUED],
  [
    'an anchor that a finalizer keeps',
    { anchors: { 'anchor-a': anchor('anchor-a', { terminating: true }), 'anchor-b': undefined } },
    ['anchor-b: there', 'token: issued'],
  ],
  [
    'anchors that finalizers keep both',
    {
      anchors: {
        'anchor-a': anchor('anchor-a', { terminating: true }),
        'anchor-b': anchor('anchor-b', { terminating: true }),
      },
    },
    [],
  ],
  [
    'a Secret that somebody froze',
    { reading: reading({ frozen: true }) },
    ['anchor-a: there instead of uid-of-anchor-a', 'token: issued instead of uid-of-secret'],
  ],
  [
    'a Secret of another type',
    { reading: reading({ type: 'kubernetes.io/service-account-token' }, { anchorUid: undefined }) },
    ['anchor-a: there instead of uid-of-anchor-a', 'token: issued instead of uid-of-secret'],
  ],
])('%s ends the token at once, and another one is issued', ([, change, expected]) => {
  const plan = planned(atRest(change));
  expect(lines(plan)).toEqual(expected);
  expect(plan.state).toEqual({ is: 'pending' });
});

test('the token is good until its very end', () => {
  expect(lines(planned(atRest(), 60)).at(-1)).toBe('token: issued');
  const [oneBefore] = [boundCredential(SPEC, OWNER_UID, atRest(), ISSUED + 60 * MINUTE - 1)];
  expect(oneBefore?.state.is).toBe('ready');
});

const renewedAt = (planned(atRest()).recheckAt ?? 0) - ISSUED;

test('a token that comes of age is renewed in the other slot, and goes on until the new one is there', () => {
  const before = planned(atRest(), (renewedAt - 1) / MINUTE);
  expect(lines(before)).toEqual(KEPT);
  const due = planned(atRest(), renewedAt / MINUTE);
  expect(lines(due)).toEqual(['anchor-a: there', 'anchor-b: there', 'token: issued']);
  expect(due.state).toEqual({ is: 'ready', expiresAt: ISSUED + 60 * MINUTE });
});

test('a renewal that did not get to its end begins again with a new anchor', () => {
  const found = atRest({
    anchors: { 'anchor-a': anchor('anchor-a'), 'anchor-b': anchor('anchor-b', {}, ISSUED + renewedAt) },
  });
  expect(lines(planned(found, 50))).toEqual([
    'anchor-a: there',
    'anchor-b: there instead of uid-of-anchor-b',
    'token: issued',
  ]);
});

test('a renewal waits while a finalizer keeps the spare anchor, without spinning, and happens at the end of the token at the latest', () => {
  const found = atRest({
    anchors: { 'anchor-a': anchor('anchor-a'), 'anchor-b': anchor('anchor-b', { terminating: true }, ISSUED - MINUTE) },
  });
  const plan = planned(found, 50);
  expect(lines(plan)).toEqual(KEPT);
  expect(plan.recheckAt).toBe(ISSUED + 60 * MINUTE);
  expect(lines(planned(found, 60))).toEqual(REISSUED);
});

/** The second token, on anchor-b since minute 48; the first one is on anchor-a. */
const overlapping = (fields: Partial<CredentialObserved> = {}): CredentialObserved =>
  atRest({
    anchors: { 'anchor-a': anchor('anchor-a'), 'anchor-b': anchor('anchor-b', {}, ISSUED + 48 * MINUTE) },
    reading: reading(
      {},
      { anchorUid: 'uid-of-anchor-b', issuedAt: ISSUED + 48 * MINUTE, expiresAt: ISSUED + 108 * MINUTE },
    ),
    ...fields,
  });

test('during the overlap both anchors are wanted, and its end is when to look again', () => {
  const plan = planned(overlapping(), 49);
  expect(lines(plan)).toEqual(['anchor-b: there', 'anchor-a: there', 'token: kept']);
  expect(plan.recheckAt).toBe(ISSUED + 50 * MINUTE);
});

test('anchors of one second are in order: the one that is not in use is the previous one', () => {
  const found = overlapping();
  const anchors = { ...found.anchors, 'anchor-a': anchor('anchor-a', {}, ISSUED + 48 * MINUTE) };
  expect(lines(planned({ ...found, anchors }, 49))).toContain('anchor-a: there');
});

test('the overlap ends at the second, and the anchor of the first token with it', () => {
  expect(lines(planned(overlapping(), 50 - 1 / MINUTE))).toHaveLength(3);
  const over = planned(overlapping(), 50);
  expect(lines(over)).toEqual(['anchor-b: there', 'token: kept']);
  expect(over.recheckAt).toBeGreaterThan(ISSUED + 90 * MINUTE);
});

test('without an overlap the first token ends with the renewal', () => {
  expect(lines(planned(overlapping(), 48, { overlapSeconds: 0 }))).toEqual(['anchor-b: there', 'token: kept']);
});

test.for<[string, Parameters<typeof anchor>[1], number]>([
  ['is on its way out', { terminating: true }, ISSUED],
  ['lost its reference', STRIPPED, ISSUED],
  ['is of an earlier owner', OF_BEFORE, ISSUED],
  ['is foreign', FOREIGN, ISSUED],
  ['is younger than the one in use', {}, ISSUED + 48 * MINUTE + 1000],
])('an other anchor that %s is no previous one, and gets no overlap', ([, fields, createdAt]) => {
  const found = overlapping();
  const anchors = { ...found.anchors, 'anchor-a': anchor('anchor-a', fields, createdAt) };
  expect(lines(planned({ ...found, anchors }, 49))).toEqual(['anchor-b: there', 'token: kept']);
});

test('a change of the request ends both tokens of an overlap at once', () => {
  const plan = planned(overlapping({ reading: reading({ request: 'other' }, { anchorUid: 'uid-of-anchor-b' }) }), 49);
  expect(lines(plan)).toEqual(REISSUED);
});

test('a renewal while an overlap still runs takes the slot of the previous token', () => {
  const plan = planned(overlapping(), 48 + 48, { overlapSeconds: 3600 });
  expect(lines(plan)).toEqual(['anchor-b: there', 'anchor-a: there instead of uid-of-anchor-a', 'token: issued']);
});

test('the token Secret carries the labels and annotations of the template', () => {
  const plan = planned(NOTHING, 1, { labels: { team: 'ops' }, annotations: { note: 'x' } });
  expect(plan.children.at(-1)).toMatchObject({ labels: { team: 'ops' }, annotations: { note: 'x' } });
  expect(plan.children[0]).toMatchObject({ labels: {}, annotations: {} });
});

test('a Secret that is not ours is left to be found taken', () => {
  const plan = planned(atRest({ secret: secret(FOREIGN), reading: undefined }));
  expect(plan.children.at(-1)?.name).toBe('support-bot');
  expect(plan.children.at(-1)?.source.replaces).toBeUndefined();
});

const until = (minutes: number): Partial<CredentialSpec> => ({ notAfter: ISSUED + minutes * MINUTE });

test('a token that lasts to the end of the grant is not renewed', () => {
  expect(planned(atRest(), 50, until(60)).recheckAt).toBeUndefined();
  expect(lines(planned(atRest(), 59, until(60)))).toEqual(KEPT);
});

test('nor one that ends a hair before it, by the clock of the API server', () => {
  expect(lines(planned(atRest(), 59, { notAfter: ISSUED + 60 * MINUTE + 9000 }))).toEqual(KEPT);
  expect(lines(planned(atRest(), 59, { notAfter: ISSUED + 60 * MINUTE + 11_000 }))).toContain('token: issued');
});

test('a token that would outlive the grant is replaced by a shorter one, unless it is the shortest or outlives it by a hair', () => {
  expect(lines(planned(atRest(), 1, until(30)))).toEqual(REISSUED);
  expect(lines(planned(atRest(), 1, { notAfter: ISSUED + 60 * MINUTE - 9000 }))).toEqual(KEPT);
  expect(lines(planned(atRest(), 1, { notAfter: ISSUED + 60 * MINUTE - 11_000 }))).toEqual(REISSUED);
  const shortest = atRest({ reading: reading({}, { expiresAt: ISSUED + 10 * MINUTE }) });
  expect(lines(planned(shortest, 1, until(5)))).toEqual(KEPT);
});
