import { expect, test } from 'vitest';
import { longLivedCredential } from '../../../src/controllers/credential/long-lived.ts';
import type { CredentialObserved } from '../../../src/controllers/credential/resolve.ts';
import type { CredentialSpec } from '../../../src/controllers/credential/spec.ts';
import type { TokenReading } from '../../../src/controllers/credential/token-data.ts';
import { NOTHING, OF_BEFORE, OWNER_UID, SPEC, STRIPPED, account, atRest, lines, reading, secret } from './given.ts';

const LONG: CredentialSpec = { ...SPEC, type: 'LongLived' };
const TYPE = 'kubernetes.io/service-account-token';

const filled = (fields: Partial<TokenReading> = {}, accountUid = 'uid-of-account'): TokenReading =>
  reading(
    { type: TYPE, ...fields },
    { accountUid, anchorUid: undefined, issuedAt: undefined, expiresAt: undefined },
    LONG,
  );

const good = (fields: Partial<CredentialObserved> = {}): CredentialObserved =>
  atRest({ anchors: NOTHING.anchors, reading: filled(), ...fields });

const planned = (found: CredentialObserved) => {
  const plan = longLivedCredential(LONG, OWNER_UID, found);
  return { ...plan, lines: lines(plan) };
};

const ANEW = {
  account: { from: 'content', replaces: 'uid-of-account' },
  lines: ['token: there instead of uid-of-secret'],
};
const WAITS = { account: { from: 'content' }, state: { is: 'pending' } };

test('where there is nothing, an account and a Secret for its token are made', () => {
  const plan = planned(NOTHING);
  expect(plan).toMatchObject({ ...WAITS, lines: ['token: there'] });
  expect(plan.children).toMatchObject([
    {
      name: 'support-bot',
      fixed: { type: TYPE },
      annotations: { 'kubernetes.io/service-account.name': SPEC.account.name },
    },
  ]);
});

test('a Secret that is not filled yet is waited for', () => {
  const plan = planned(good({ reading: { ...filled({ digest: 'none', request: undefined }), token: undefined } }));
  expect(plan).toMatchObject({ ...WAITS, lines: ['token: kept'] });
});

test('a Secret that was filled is sealed', () => {
  const plan = planned(good({ reading: filled({ digest: 'none', request: undefined }) }));
  expect(plan).toMatchObject({ ...WAITS, lines: ['token: issued'] });
});

test('a sealed token is good, without an end', () => {
  const plan = planned(good());
  expect(plan).toMatchObject({
    account: { from: 'content' },
    lines: ['token: kept'],
    state: { is: 'ready', expiresAt: undefined },
    recheckAt: undefined,
  });
  expect(plan.account).not.toHaveProperty('replaces');
});

test.for<[string, Partial<CredentialObserved>]>([
  ['data that somebody changed', { reading: filled({ digest: 'other' }) }],
  ['another request', { reading: filled({ request: 'other' }) }],
  ['a token that somebody took out', { reading: { ...filled(), token: undefined } }],
  ['the token of an account before', { reading: filled({}, 'uid-of-before') }],
  ['an unsealed token of an account before', { reading: filled({ digest: 'none' }, 'uid-of-before') }],
  ['a Secret of another type', { reading: filled({ type: 'Opaque' }) }],
  ['a Secret that somebody froze', { reading: filled({ frozen: true }) }],
  ['an account without its reference', { account: account(STRIPPED) }],
  ['an account of an earlier owner', { account: account(OF_BEFORE) }],
  ['a Secret without its reference', { secret: secret(STRIPPED), reading: undefined }],
])('%s ends account and Secret, for the Secret alone would come back with the same token', ([, change]) => {
  expect(planned(good(change))).toMatchObject({ ...WAITS, ...ANEW });
});

test('a Secret that is gone ends the account too', () => {
  expect(planned(good({ secret: undefined, reading: undefined }))).toMatchObject({
    ...WAITS,
    account: { replaces: 'uid-of-account' },
    lines: ['token: there'],
  });
});

test('an account that is gone ends the Secret', () => {
  const plan = planned(good({ account: undefined }));
  expect(plan.lines).toEqual(['token: there instead of uid-of-secret']);
  expect(plan.account).not.toHaveProperty('replaces');
});
