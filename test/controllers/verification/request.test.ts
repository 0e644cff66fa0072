import { expect, test, vi } from 'vitest';
import type { StoredObject } from '../../../src/cluster/port.ts';
import { VERIFY_REQUESTED_AT } from '../../../src/controllers/custom.ts';
import type { CredentialObserved } from '../../../src/controllers/credential/resolve.ts';
import { SECRET } from '../../../src/controllers/kinds.ts';
import { verification } from '../../../src/controllers/verification/request.ts';
import { Verifier } from '../../../src/controllers/verification/verifier.ts';
import type { Observed } from '../../../src/reconcile/observed.ts';
import { grant } from '../given.ts';

const john = { user: 'john', groups: [], uid: undefined, extra: [] };
const info = { username: 'john', uid: '', groups: [], extra: {} };
const asking = (value: string, status: object = {}) => ({
  ...grant({}, { annotations: { [VERIFY_REQUESTED_AT]: value } }),
  status: { observedGeneration: 2, ...status },
});

const stored = (uid: string): StoredObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'bot',
    namespace: 'credentials',
    uid,
    resourceVersion: '1',
    creationTimestamp: '2026-11-24T08:00:00Z',
  },
  data: { token: Buffer.from('the-token').toString('base64') },
});

const secret = (ownerUid: string): Observed => ({
  kind: SECRET,
  namespace: 'credentials',
  name: 'bot',
  uid: 'secret-uid',
  resourceVersion: '1',
  claim: { kind: 'ImpersonationGrant', name: 'support', uid: ownerUid, by: 'reference' },
  meta: stored('secret-uid').metadata,
  content: {},
  terminating: false,
});

const credential = (found: Observed | undefined): CredentialObserved => ({
  account: undefined,
  freeAt: undefined,
  anchors: { 'anchor-a': undefined, 'anchor-b': undefined },
  secret: found,
  reading: undefined,
});

const world = (uid = 'secret-uid') => {
  const tokens: string[] = [];
  const verifier = new Verifier({
    intervalMs: 0,
    review: async (token) => {
      tokens.push(token);
      return info;
    },
  });
  const ask = (custom = asking('now'), found: CredentialObserved | undefined = credential(secret(custom.uid))) =>
    verification(
      verifier,
      { kind: 'ImpersonationGrant', custom, credential: found, probes: [john] },
      {
        get: async () => stored(uid),
      },
    );
  return { ask, tokens };
};

test('the finding is of the token in the Secret of the grant, and answers the value that asked', async () => {
  const { ask, tokens } = world();
  expect(ask()).toEqual({ is: 'pending' });
  await vi.waitFor(() => expect(ask().is).toBe('found'), { timeout: 60_000 });
  expect(ask()).toMatchObject({ requestedAt: 'now', status: 'True', reason: 'Verified' });
  expect(tokens).toEqual(['the-token']);
});

test('what nobody asked for, and what was answered, is not tried', () => {
  const { ask, tokens } = world();
  expect(ask(grant())).toEqual({ is: 'none' });
  expect(ask(asking('now', { lastHandledVerifyAt: 'now' }))).toEqual({ is: 'none' });
  expect(ask(asking('later', { lastHandledVerifyAt: 'now' }))).toEqual({ is: 'pending' });
  expect(tokens).toEqual([]);
});

test('a grant without a credential is told so', () => {
  const { ask } = world();
  const found = verification(
    new Verifier({ intervalMs: 0, review: async () => info }),
    { kind: 'ImpersonationGrant', custom: asking('now'), credential: undefined, probes: [john] },
    { get: async () => undefined },
  );
  expect(found).toMatchObject({ is: 'found', requestedAt: 'now', status: 'Unknown', reason: 'NoCredential' });
  expect(ask(asking('now'), credential(undefined))).toEqual({ is: 'pending' });
});

test('a token of somebody else is never tried', async () => {
  const foreign = world();
  expect(foreign.ask(asking('now'), credential(secret('another-uid')))).toEqual({ is: 'pending' });
  const exchanged = world('another-secret');
  exchanged.ask();
  await vi.waitFor(() => expect(exchanged.ask().is).toBe('found'), { timeout: 60_000 });
  expect(exchanged.ask()).toMatchObject({ status: 'Unknown', reason: 'VerificationFailed' });
  expect([...foreign.tokens, ...exchanged.tokens]).toEqual([]);
});

test('a long value is cut to what the status takes', () => {
  expect(asking('x'.repeat(300)).verifyRequestedAt).toHaveLength(256);
});
