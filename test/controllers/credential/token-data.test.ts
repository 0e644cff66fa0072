import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredObject } from '../../../src/cluster/port.ts';
import { type CredentialSpec, requestHash } from '../../../src/controllers/credential/spec.ts';
import { DIGEST, REQUEST, base64, digestOf, tokenReading } from '../../../src/controllers/credential/token-data.ts';
import { SPEC } from './given.ts';

const secret = (fields: Record<string, unknown>, annotations: Record<string, string> = {}): StoredObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 's',
    uid: 'uid-of-secret',
    resourceVersion: '1',
    creationTimestamp: '2026-11-24T08:00:00Z',
    annotations,
  },
  type: 'Opaque',
  ...fields,
});

const jwt = (body: unknown): string => base64(`h.${Buffer.from(JSON.stringify(body)).toString('base64url')}.s`);

const BOUND = { iat: 1000, exp: 4600, 'kubernetes.io': { serviceaccount: { uid: 'a' }, secret: { uid: 'b' } } };

test('of a Bound token the reading has account, anchor and times, and never the token', () => {
  const reading = tokenReading(secret({ data: { token: jwt(BOUND) } }, { [REQUEST]: 'r' }));
  expect(reading).toEqual({
    secretUid: 'uid-of-secret',
    token: { accountUid: 'a', anchorUid: 'b', issuedAt: 1_000_000, expiresAt: 4_600_000 },
    digest: 'none',
    request: 'r',
    type: 'Opaque',
    frozen: false,
  });
  expect(tokenReading(secret({ data: {}, immutable: true })).frozen).toBe(true);
  expect(JSON.stringify(reading)).not.toContain('h.');
});

test('of a token that lives long it has the account', () => {
  const claims = { 'kubernetes.io/serviceaccount/service-account.uid': 'a' };
  expect(tokenReading(secret({ data: { token: jwt(claims) } })).token).toEqual({
    accountUid: 'a',
    anchorUid: undefined,
    issuedAt: undefined,
    expiresAt: undefined,
  });
});

test.for<[string, unknown]>([
  ['no data', undefined],
  ['no token', {}],
  ['a token that is none', { token: base64('nonsense') }],
  ['a token whose claims are no JSON', { token: base64('h.bm8.s') }],
  ['a token without an account', { token: jwt({ iat: 1 }) }],
  ['an account that is no text', { token: jwt({ 'kubernetes.io': { serviceaccount: { uid: 7 } } }) }],
  ['claims that are a list', { token: jwt([]) }],
  ['claims that are null', { token: jwt(null) }],
  ['a token that is no text', { token: 7 }],
  ['data that is no map', 'nonsense'],
])('%s is read as no token', ([, data]) => {
  expect(tokenReading(secret({ data })).token).toBeUndefined();
});

test('the reader takes whatever is stored', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (data, token) => {
      expect(() => tokenReading(secret({ data }))).not.toThrow();
      expect(() => tokenReading(secret({ data: { token } }))).not.toThrow();
      expect(() => tokenReading(secret({ data: { token: base64(`h.${token}.s`) } }))).not.toThrow();
    }),
  );
});

const data = { token: jwt(BOUND), namespace: base64('n'), 'ca.crt': base64('ca'), kubeconfig: base64('k') };

test.for<[string, Record<string, string>]>([
  ['another token', { ...data, token: base64('x') }],
  ['another namespace', { ...data, namespace: base64('x') }],
  ['another kubeconfig', { ...data, kubeconfig: base64('x') }],
  ['another authority', { ...data, 'ca.crt': base64('x') }],
  ['a key more', { ...data, more: base64('x') }],
  ['a key less', { token: data.token, namespace: data.namespace, 'ca.crt': data['ca.crt'] }],
  ['keys exchanged', { ...data, namespace: data.kubeconfig, kubeconfig: data.namespace }],
  ['no data', {}],
])('the digest tells %s', ([, changed]) => {
  const annotations = { [DIGEST]: digestOf(data, false) };
  expect(tokenReading(secret({ data }, annotations)).digest).toBe('same');
  expect(
    tokenReading(secret({ data: Object.fromEntries(Object.entries(data).toReversed()) }, annotations)).digest,
  ).toBe('same');
  expect(tokenReading(secret({ data: changed }, annotations)).digest).toBe('other');
});

test('a new authority that kube-controller-manager wrote is no change', () => {
  const annotations = { [DIGEST]: digestOf(data, true) };
  const filled = { type: 'kubernetes.io/service-account-token', data: { ...data, 'ca.crt': base64('new') } };
  expect(tokenReading(secret(filled, annotations)).digest).toBe('same');
  expect(tokenReading(secret({ ...filled, data: { ...filled.data, token: base64('x') } }, annotations)).digest).toBe(
    'other',
  );
});

const acting = { user: 'jane', uid: undefined, groups: ['b', 'a'], extra: [] };
const spec: CredentialSpec = { ...SPEC, audiences: ['a', 'b'], kubeconfig: acting, labels: { l: '1' } };

test.for<[string, Partial<CredentialSpec>]>([
  ['namespace', { namespace: 'other' }],
  ['account', { account: { own: true, name: 'other' } }],
  ['type', { type: 'LongLived' }],
  ['life', { expirationSeconds: 600 }],
  ['audiences', { audiences: ['a'] }],
  ['wish for a kubeconfig', { kubeconfig: undefined }],
  ['user of the kubeconfig', { kubeconfig: { ...acting, user: 'joe' } }],
  ['groups of the kubeconfig', { kubeconfig: { ...acting, groups: [] } }],
  ['server', { endpoint: { ...SPEC.endpoint, server: 'https://other' } }],
  ['authority', { endpoint: { ...SPEC.endpoint, certificateAuthority: 'pem' } }],
])('another %s is another request', ([, change]) => {
  expect(requestHash({ ...spec, ...change })).not.toBe(requestHash(spec));
});

test.for<[string, Partial<CredentialSpec>]>([
  ['the order of audiences', { audiences: ['b', 'a'] }],
  ['the overlap', { overlapSeconds: 0 }],
  ['a label', { labels: {} }],
  ['an annotation', { annotations: { a: '1' } }],
  ['the end of the grant', { notAfter: 5 }],
])('%s is no reason for another token', ([, change]) => {
  expect(requestHash({ ...spec, ...change })).toBe(requestHash(spec));
});
