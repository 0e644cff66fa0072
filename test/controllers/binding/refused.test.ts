import { expect, test } from 'vitest';
import type { RejectReason } from '../../../src/reconcile/outcome.ts';
import { type Found, binding, planOfBinding } from '../given.ts';

type Fields = Readonly<Record<string, unknown>>;

const account = (namespace: string, name: string, more: Fields = {}) => ({
  subject: { kind: 'ServiceAccount', namespace, name },
  ...more,
});
const BEGIN = { expiresAt: '2026-11-24T09:00:01Z' };

test.for<[Fields, RejectReason, string, Found?]>([
  [
    {},
    'ExpiryRequired',
    'spec.expiresAt is not set; this installation takes nothing without an end',
    { installation: { requireExpiry: true } },
  ],
  [
    BEGIN,
    'GrantTooLong',
    'spec.expiresAt is 2026-11-24T09:00:01Z; this installation allows 2026-11-24T09:00:00.000Z at the latest, 7200 s after the creation, or after spec.notBefore if that is later',
    { installation: { maxGrantMs: 7_200_000 } },
  ],
  [
    account('impersonation-system', 'bot'),
    'ForbiddenSubject',
    'spec.subject names the account "impersonation-system/bot", in the namespace of the operator; choose an account of another namespace',
  ],
  [
    account('credentials', 'impersonation-grant-x-0123abcd'),
    'ForbiddenSubject',
    'spec.subject names the account "credentials/impersonation-grant-x-0123abcd", which the operator made to hold a grant; choose another account',
  ],
  [
    { credential: { namespace: 'default' } },
    'ForbiddenNamespace',
    'spec.credential.namespace is "default"; credentials live in credentials, more-credentials',
  ],
  [
    account('production', 'app', { credential: { secretName: 'app' } }),
    'ForbiddenNamespace',
    'spec.subject.namespace is "production"; credentials live in credentials, more-credentials',
  ],
  [
    { credential: { secretName: 'impersonation-binding-x-0123abcd' } },
    'Invalid',
    'spec.credential.secretName is "impersonation-binding-x-0123abcd"; names that begin with impersonation-grant- or impersonation-binding- are for what the operator makes: choose another',
  ],
])('%j is refused: %s', async ([spec, reason, message, found]) => {
  const { outcome, children } = await planOfBinding(binding(spec), found);
  expect(outcome).toEqual({ is: 'rejected', reason, message });
  expect(children).toEqual([]);
});

test('a binding whose own name would be the Secret is held to the same', async () => {
  const named = binding({ credential: {} }, { name: 'impersonation-grant-other-0123abcd' });
  expect((await planOfBinding(named)).outcome).toMatchObject({ is: 'rejected', reason: 'Invalid' });
  const other = binding({}, { name: 'impersonation-grant-other-0123abcd' });
  expect((await planOfBinding(other)).outcome).toMatchObject({ is: 'ready' });
});

test.for<Fields>([
  { credential: {}, subject: { kind: 'User', name: 'system:admin' } },
  { credential: {}, identity: { groups: ['system:nodes'] } },
  { credential: {}, identity: { groups: ['kubeadm:cluster-admins'] } },
  { roles: [{ rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['*'] }] }] },
  { subject: { kind: 'User', name: 'system:serviceaccount:a:b' } },
])('what the schema refuses is refused again when it was stored before: %j', async (spec) => {
  const { outcome, children } = await planOfBinding(binding(spec));
  expect(outcome).toMatchObject({ is: 'rejected', reason: 'Invalid' });
  expect(children).toEqual([]);
});
