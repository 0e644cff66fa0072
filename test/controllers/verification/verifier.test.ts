import { expect, test, vi } from 'vitest';
import { ApiError } from '../../../src/cluster/errors.ts';
import type { Impersonated, UserInfo } from '../../../src/cluster/self-review.ts';
import { probesOf } from '../../../src/controllers/verification/probes.ts';
import { type VerificationRequest, Verifier } from '../../../src/controllers/verification/verifier.ts';

const john: Impersonated = { user: 'john', groups: [], uid: undefined, extra: [] };
const info = ({ user, groups, uid, extra }: Impersonated): UserInfo => ({
  username: user,
  uid: uid ?? '',
  groups: [...groups, 'system:authenticated'],
  extra: Object.fromEntries(extra.map(({ key, values }) => [key, values])),
});
const refusal = (reason: 'Forbidden' | 'Unauthorized' | 'ServerError', status: number): ApiError =>
  new ApiError({ reason, message: 'no', status, retryAfterSeconds: undefined });

const request = (fields: Partial<VerificationRequest> = {}): VerificationRequest => ({
  uid: 'u1',
  kind: 'ImpersonationGrant',
  name: 'support',
  generation: 1,
  requestedAt: 'now',
  probes: [john],
  token: async () => 'secret',
  ...fields,
});

const found = async (review: (as: Impersonated) => UserInfo, asked = request()) => {
  const calls: [string, Impersonated][] = [];
  const verifier = new Verifier({
    intervalMs: 0,
    review: async (token, as) => {
      calls.push([token, as]);
      return review(as);
    },
  });
  const told: string[] = [];
  verifier.onSignal(({ namespace, name }) => told.push(`${namespace}/${name}`));
  expect(verifier.finding(asked)).toBeUndefined();
  await vi.waitFor(() => expect(verifier.finding(asked)).toBeDefined(), { timeout: 60_000 });
  return { finding: verifier.finding(asked), calls, told, verifier };
};

test('everybody that is named is tried, by the token, and the one who waits is told once', async () => {
  const jane = { ...john, user: 'jane' };
  const { finding, calls, told } = await found(info, request({ probes: [john, jane] }));
  expect(finding).toMatchObject({ status: 'True', reason: 'Verified' });
  expect(calls).toEqual([
    ['secret', john],
    ['secret', jane],
  ]);
  expect(told).toEqual(['ImpersonationGrant/support']);
});

test('a refusal that lasts is the finding, in the words of the server', async () => {
  const { finding, calls } = await found(() => {
    throw refusal('Forbidden', 403);
  });
  expect(finding).toEqual({ status: 'False', reason: 'ImpersonationRefused', message: 'user "john": no' });
  expect(calls).toHaveLength(5);
});

test('a refusal that passes is that of a server which has not seen the roles yet', async () => {
  let refusals = 2;
  const { finding } = await found((as) => {
    if (refusals-- > 0) throw refusal('Forbidden', 403);
    return info(as);
  });
  expect(finding?.status).toBe('True');
});

test.for<[string, (as: Impersonated) => UserInfo]>([
  ['another user', (as) => ({ ...info(as), username: 'jane' })],
  ['fewer groups', (as) => ({ ...info(as), groups: [] })],
  ['another uid', (as) => ({ ...info(as), uid: '0' })],
  ['no extra field', (as) => ({ ...info(as), extra: {} })],
])('%s than asked for is a finding', async ([, review]) => {
  const probe = { user: 'john', groups: ['a'], uid: '06f6', extra: [{ key: 'acme.io/team', values: ['payments'] }] };
  const { finding } = await found(review, request({ probes: [probe] }));
  expect(finding).toMatchObject({ status: 'False', reason: 'ImpersonationRefused' });
});

test.for<[string, () => UserInfo, Partial<VerificationRequest>]>([
  [
    'a token for others than the API server',
    () => {
      throw refusal('Unauthorized', 401);
    },
    {},
  ],
  [
    'a server that fails',
    () => {
      throw refusal('ServerError', 500);
    },
    {},
  ],
  ['a Secret without a token', () => info(john), { token: async () => undefined }],
])('%s proves nothing', async ([, review, fields]) => {
  const { finding } = await found(review, request(fields));
  expect(finding).toMatchObject({ status: 'Unknown', reason: 'VerificationFailed' });
  expect(finding?.message).not.toContain('secret');
});

test('each request is for one spec and one asking', async () => {
  const { verifier, calls } = await found(info);
  expect(verifier.finding(request())).toBeDefined();
  expect(calls).toHaveLength(1);
  expect(verifier.finding(request({ generation: 2 }))).toBeUndefined();
  expect(verifier.finding(request({ generation: 2, requestedAt: 'later' }))).toBeUndefined();
  await vi.waitFor(() => expect(verifier.finding(request({ generation: 2, requestedAt: 'later' }))).toBeDefined());
  // what was asked for in between is for nobody any more
  expect(calls).toHaveLength(2);
});

test('a user is tried with each thing that may be sent along, an account and a node alone', () => {
  const extra = [{ key: 'acme.io/team', values: ['payments', 'audit'] }];
  expect(
    probesOf({
      users: ['john', 'jane'],
      groups: ['a'],
      uids: ['06f6'],
      extra,
      serviceAccounts: [{ namespace: 'production', name: 'app' }],
      nodes: ['worker-1'],
    }),
  ).toEqual([
    john,
    { ...john, user: 'jane' },
    { ...john, user: 'system:serviceaccount:production:app' },
    { ...john, user: 'system:node:worker-1' },
    { ...john, groups: ['a'] },
    { ...john, uid: '06f6' },
    { ...john, extra },
  ]);
});
