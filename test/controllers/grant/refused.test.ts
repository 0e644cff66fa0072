import { expect, test } from 'vitest';
import type { RejectReason } from '../../../src/reconcile/outcome.ts';
import { type Found, NOW, binding, grant, planOfGrant, ceiling } from '../given.ts';

type Fields = Readonly<Record<string, unknown>>;
type Row = readonly [spec: Fields, reason: RejectReason, message: string, found?: Found];

const users = (...names: string[]) => ({ impersonate: { users: names } });
const groups = (...names: string[]) => ({ impersonate: { users: ['jane'], groups: names } });
const account = (namespace: string, name: string) => ({ impersonate: { serviceAccounts: [{ namespace, name }] } });
const subject = (namespace: string, name: string) => ({ subjects: [{ kind: 'ServiceAccount', namespace, name }] });
const allowed = { allowPrivileged: true };

const PRIVILEGED = 'which is privileged; set spec.allowPrivileged, or remove it';
const beyond = (list: string, has = 'nothing'): string =>
  `which is privileged and not in the ceiling of this installation: ceiling.${list} has ${has}; whoever installed the operator can add it`;

const bound = (spec: Fields): Found => ({ bindings: [binding({ ...spec })] });
const john = { impersonate: { userBindings: ['john'] } };

const ROWS: readonly Row[] = [
  [
    {},
    'ExpiryRequired',
    'spec.expiresAt is not set; this installation takes nothing without an end',
    { installation: { requireExpiry: true } },
  ],
  [
    {},
    'ExpiryRequired',
    'spec.expiresAt is not set; this installation takes nothing without an end',
    { installation: { maxGrantMs: 1 } },
  ],
  [
    { expiresAt: '2026-11-24T09:00:01Z' },
    'GrantTooLong',
    'spec.expiresAt is 2026-11-24T09:00:01Z; this installation allows 2026-11-24T09:00:00.000Z at the latest, 7200 s after the creation, or after spec.notBefore if that is later',
    { installation: { maxGrantMs: 7_200_000 } },
  ],
  [
    subject('impersonation-system', 'bot'),
    'ForbiddenSubject',
    'spec.subjects names the account "impersonation-system/bot", in the namespace of the operator; choose an account of another namespace',
  ],
  [
    subject('more-credentials', 'bot'),
    'ForbiddenSubject',
    'spec.subjects names the account "more-credentials/bot", in a credential namespace, where each account is for one grant alone; choose an account of another namespace',
  ],
  [
    { credential: { secretName: 'bot', namespace: 'default' } },
    'ForbiddenNamespace',
    'spec.credential.namespace is "default"; this installation allows credentials, more-credentials',
  ],
  [
    { credential: { secretName: 'impersonation-grant-other-0123abcd' } },
    'Invalid',
    'spec.credential.secretName is "impersonation-grant-other-0123abcd"; names that begin with impersonation-grant- or impersonation-binding- are for what the operator makes: choose another',
  ],
  [
    john,
    'NotImpersonable',
    'spec.impersonate.userBindings names "john", which is of kind Group; kinds User and ServiceAccount are allowed',
    bound({ subject: { kind: 'Group', name: 'developers' } }),
  ],
  [
    { ...users('system:admin'), ...allowed },
    'BeyondCeiling',
    `spec.impersonate names "system:admin", ${beyond('privilegedUsers')}`,
  ],
  [
    { ...users('kubeadm:x'), ...allowed },
    'BeyondCeiling',
    `spec.impersonate names "kubeadm:x", ${beyond('privilegedUsers', 'system:admin')}`,
    {
      installation: {
        ceiling: ceiling({
          users: new Set(['system:admin']),
          groups: new Set(['kubeadm:x']),
          serviceAccounts: new Set(['kubeadm:x']),
        }),
      },
    },
  ],
  [
    { ...groups('system:nodes'), ...allowed },
    'BeyondCeiling',
    `spec.impersonate names "system:nodes", ${beyond('privilegedGroups')}`,
  ],
  [account('vault', 'root'), 'PrivilegedTarget', `spec.impersonate names "vault/root", ${PRIVILEGED}`],
  [
    { ...account('kube-system', 'root'), ...allowed },
    'BeyondCeiling',
    `spec.impersonate names "kube-system/root", ${beyond('privilegedServiceAccounts', 'kube-system/other')}`,
    {
      installation: {
        ceiling: ceiling({ serviceAccounts: new Set(['kube-system/other']) }),
      },
    },
  ],
  [
    account('impersonation-system', 'bot'),
    'ForbiddenTarget',
    'spec.impersonate names "impersonation-system/bot", in the namespace of the operator; choose an account of another namespace',
  ],
  [
    { ...account('impersonation-system', 'bot'), ...allowed },
    'ForbiddenTarget',
    'spec.impersonate names "impersonation-system/bot", in the namespace of the operator; choose an account of another namespace',
    {
      installation: {
        ceiling: ceiling({ serviceAccounts: new Set(['impersonation-system/bot']) }),
      },
    },
  ],
  [
    account('credentials', 'impersonation-grant-other-0123abcd'),
    'ForbiddenTarget',
    'spec.impersonate names "credentials/impersonation-grant-other-0123abcd", which the operator made to hold a grant; choose another account',
  ],
  [
    account('credentials', 'impersonation-binding-other-0123abcd'),
    'ForbiddenTarget',
    'spec.impersonate names "credentials/impersonation-binding-other-0123abcd", which the operator made to hold a grant; choose another account',
  ],
  [
    john,
    'PrivilegedTarget',
    `spec.impersonate names "system:nodes", ${PRIVILEGED}`,
    bound({ identity: { groups: ['system:nodes'] } }),
  ],
  [
    john,
    'PrivilegedTarget',
    `spec.impersonate names "system:kube-scheduler", ${PRIVILEGED}`,
    bound({ subject: { kind: 'User', name: 'system:kube-scheduler' } }),
  ],
  [
    john,
    'PrivilegedTarget',
    `spec.impersonate names "kube-system/root", ${PRIVILEGED}`,
    bound({ subject: { kind: 'ServiceAccount', namespace: 'kube-system', name: 'root' } }),
  ],
];

test.for(ROWS)('%j is refused: %s', async ([spec, reason, message, found]) => {
  const { outcome, children } = await planOfGrant(grant(spec), found);
  expect(outcome).toEqual({ is: 'rejected', reason, message });
  expect(children).toEqual([]);
});

test('what the schema refuses is refused again when it was stored before', async () => {
  const { outcome, children } = await planOfGrant(grant({ impersonate: { groups: ['system:masters'], users: ['*'] } }));
  expect(outcome).toMatchObject({ is: 'rejected', reason: 'Invalid' });
  expect(outcome.message).toContain('spec.impersonate.users');
  expect(children).toEqual([]);
});

test.for<[string, Fields, Found]>([
  [
    'a user',
    { ...users('system:admin'), ...allowed },
    {
      installation: {
        ceiling: ceiling({ users: new Set(['system:admin']) }),
      },
    },
  ],
  [
    'a group',
    { ...groups('system:nodes'), ...allowed },
    {
      installation: {
        ceiling: ceiling({ groups: new Set(['system:nodes']) }),
      },
    },
  ],
  [
    'an account',
    { ...account('vault', 'root'), ...allowed },
    {
      namespaces: ['vault'],
      installation: {
        ceiling: ceiling({ serviceAccounts: new Set(['vault/root']) }),
      },
    },
  ],
])('%s that is privileged is granted when spec and ceiling both say so', async ([, spec, found]) => {
  expect((await planOfGrant(grant(spec), found)).outcome).toMatchObject({ is: 'ready', reason: 'Granted' });
});

test('nobody but the ceiling decides, a spec that only looks privileged is none', async () => {
  for (const spec of [
    users('systems:admin'),
    groups('my-system:x'),
    account('production', 'impersonation-grant-x'),
    subject('production', 'bot'),
  ])
    expect((await planOfGrant(grant(spec))).outcome).toMatchObject({ is: 'ready', reason: 'Granted' });
});

test.for<[string, string | undefined, string]>([
  ['from its creation', undefined, '2026-11-24T09:00:00Z'],
  ['from its beginning, if that is later', '2026-11-24T07:30:00Z', '2026-11-24T09:30:00Z'],
  ['from its creation, if the beginning was earlier', '2026-11-24T06:00:00Z', '2026-11-24T09:00:00Z'],
])('a grant lasts %s, and may last exactly as long as is allowed', async ([, notBefore, expiresAt]) => {
  const found: Found = { installation: { maxGrantMs: 7_200_000 }, now: NOW };
  const spec = { expiresAt, ...(notBefore === undefined ? {} : { notBefore }) };
  expect((await planOfGrant(grant(spec), found)).outcome).toMatchObject({ is: 'ready', reason: 'Granted' });
  const longer = { ...spec, expiresAt: expiresAt.replace(':00Z', ':00.001Z') };
  expect((await planOfGrant(grant(longer), found)).outcome).toMatchObject({ reason: 'GrantTooLong' });
});

test('a refusal comes before a suspension, so that it is known before the grant is in force', async () => {
  const { outcome } = await planOfGrant(grant({ ...subject('credentials', 'x'), suspend: true }));
  expect(outcome).toMatchObject({ is: 'rejected', reason: 'ForbiddenSubject' });
});
