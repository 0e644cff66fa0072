import { accountBinding, binding, grant, numbered, refused } from './row.ts';
import type { Fields, Row } from './row.ts';

const held = (claim: string, credential: Fields, bad?: Row['refused']): Row =>
  grant(claim, { credential: { secretName: 'bot', ...credential } }, bad);

const carried = (claim: string, credential: Fields, bad?: Row['refused']): Row => binding(claim, { credential }, bad);

const BOUND_ONLY = 'must be Bound beside expirationSeconds';
const NO_END = 'must be Bound beside expiresAt';
const KEYS = 'must have keys as Kubernetes takes them';
const RESERVED = 'must not have keys under kubernetes.io';
const VALUE = 'must be a label value';
const EXPIRES = '2036-01-01T00:00:00Z';

type Change = readonly [claim: string, credential: Fields, field?: string, says?: string];

const BAD_KEYS = ['', '-a', 'a b', '/a', 'a/', 'a/b/c', 'Acme.io/x', 'å', 'x'.repeat(64), `${'x'.repeat(252)}/y`];
const RESERVED_KEYS = ['kubernetes.io/service-account.name', 'impersonation.dev/owner-uid', 'x.impersonation.dev/y'];
const LONGEST_KEY = `${'x'.repeat(189)}/${'y'.repeat(63)}`;

const mapRows = (field: 'labels' | 'annotations'): Change[] => {
  const path = `.secretTemplate.${field}`;
  const keyed = (...keys: string[]) => ({
    secretTemplate: { [field]: Object.fromEntries(keys.map((key) => [key, 'x'])) },
  });
  return [
    ...BAD_KEYS.map((key): Change => [`a key ${JSON.stringify(key.slice(0, 70))} in ${field}`, keyed(key), path, KEYS]),
    ...RESERVED_KEYS.map((key): Change => [`the key ${key} in ${field}`, keyed(key), path, RESERVED]),
    [`the longest key in ${field}`, keyed(LONGEST_KEY)],
    [`32 ${field}`, keyed(...numbered('k', 32))],
    [`33 ${field}`, keyed(...numbered('k', 33)), path],
  ];
};

/** What holds for both kinds. */
const BOTH: readonly Change[] = [
  ['a bound token', { type: 'Bound' }],
  [
    'everything of a bound token',
    { expirationSeconds: 600, overlapSeconds: 0, audiences: ['a', 'b'], namespace: 'ops', secretTemplate: {} },
  ],
  ['a long-lived token', { type: 'LongLived' }],
  [
    'a long-lived token with the defaults written out',
    { type: 'LongLived', expirationSeconds: 3600, overlapSeconds: 120 },
  ],
  ['another type', { type: 'bound' }, '.type'],
  ['a life of 599 seconds', { expirationSeconds: 599 }, '.expirationSeconds'],
  ['a life of 86401 seconds', { expirationSeconds: 86_401 }, '.expirationSeconds'],
  ['a life of a broken number', { expirationSeconds: 600.5 }, '.expirationSeconds'],
  ['a life in words', { expirationSeconds: '3600' }, '.expirationSeconds'],
  ['a negative overlap', { overlapSeconds: -1 }, '.overlapSeconds'],
  ['an overlap of more than an hour', { overlapSeconds: 3601 }, '.overlapSeconds'],
  ['no audience', { audiences: [] }, '.audiences'],
  ['the same audience twice', { audiences: ['a', 'a'] }, '.audiences[1]'],
  ['a long-lived token with a life', { type: 'LongLived', expirationSeconds: 7200 }, '.type', BOUND_ONLY],
  ['a long-lived token with an overlap', { type: 'LongLived', overlapSeconds: 0 }, '.type', BOUND_ONLY],
  ['a long-lived token with an audience', { type: 'LongLived', audiences: ['a'] }, '.type', BOUND_ONLY],
  [
    'labels and annotations',
    { secretTemplate: { labels: { app: 'bot', 'acme.io/a': '' }, annotations: { 'acme.io/a': 'any\ntext' } } },
  ],
  ['a label that is null, and so is dropped', { secretTemplate: { labels: { app: null } } }],
  ['labels under app.kubernetes.io', { secretTemplate: { labels: { 'app.kubernetes.io/name': 'bot' } } }],
  ['a label value with a space', { secretTemplate: { labels: { app: 'a b' } } }, '.secretTemplate.labels.app', VALUE],
  [
    'a label value that ends in a dash',
    { secretTemplate: { labels: { app: 'a-' } } },
    '.secretTemplate.labels.app',
    VALUE,
  ],
  ['a label value of 63 letters', { secretTemplate: { labels: { app: 'x'.repeat(63) } } }],
  [
    'a label value of 64 letters',
    { secretTemplate: { labels: { app: 'x'.repeat(64) } } },
    '.secretTemplate.labels.app',
  ],
  ['a label value that is a number', { secretTemplate: { labels: { app: 1 } } }, '.secretTemplate.labels.app'],
  [
    'an annotation of 1025 letters',
    { secretTemplate: { annotations: { a: 'x'.repeat(1025) } } },
    '.secretTemplate.annotations.a',
  ],
  ...mapRows('labels'),
  ...mapRows('annotations'),
];

const kubeconfig = (claim: string, impersonate: Fields, bad: boolean): Row =>
  grant(
    `a kubeconfig for ${claim} is ${bad ? 'refused' : 'taken'}`,
    { impersonate, credential: { secretName: 'bot', kubeconfig: true } },
    bad ? refused('spec.credential.kubeconfig', 'must be false unless') : undefined,
  );

const APP = { namespace: 'production', name: 'app' };

export const credentialRows: readonly Row[] = [
  ...BOTH.flatMap(([claim, credential, field, says]) => [
    held(
      `a grant with ${claim}`,
      credential,
      field === undefined ? undefined : refused(`spec.credential${field}`, says),
    ),
    carried(
      `a binding with ${claim}`,
      credential,
      field === undefined ? undefined : refused(`spec.credential${field}`, says),
    ),
  ]),
  grant('a grant without the name of its Secret is refused', { credential: {} }, refused('spec.credential.secretName')),
  carried('a binding without the name of its Secret is taken', {}),
  ...[held('a grant', { type: 'LongLived' }), carried('a binding', { type: 'LongLived' })].flatMap((made) => [
    {
      ...made,
      claim: `a long-lived token of ${made.claim} that expires is refused`,
      spec: { ...(made.spec as Fields), expiresAt: EXPIRES },
      refused: refused('spec.credential.type', NO_END),
    },
    {
      ...made,
      claim: `a long-lived token of ${made.claim} that begins is taken`,
      spec: { ...(made.spec as Fields), notBefore: EXPIRES },
    },
  ]),
  grant('a bound token that expires is taken', { expiresAt: EXPIRES, credential: { secretName: 'bot' } }),

  kubeconfig('one user', { users: ['jane'] }, false),
  kubeconfig(
    'one user with groups, a uid and extra',
    { users: ['jane'], groups: ['a', 'b'], uids: ['1'], extra: [{ key: 'a', values: ['x', 'y'] }] },
    false,
  ),
  kubeconfig('one service account', { serviceAccounts: [APP] }, false),
  kubeconfig('one user binding', { userBindings: ['jane'] }, false),
  kubeconfig('two users', { users: ['jane', 'bob'] }, true),
  kubeconfig('a user and a service account', { users: ['jane'], serviceAccounts: [APP] }, true),
  kubeconfig('a user and a user binding', { users: ['jane'], userBindings: ['bob'] }, true),
  kubeconfig('one user with two uids', { users: ['jane'], uids: ['1', '2'] }, true),
  grant(
    'a kubeconfig for nodes only is refused',
    {
      impersonate: { nodes: ['worker-1'] },
      allowPrivileged: true,
      credential: { secretName: 'bot', kubeconfig: true },
    },
    refused('spec.credential.kubeconfig', 'must be false unless'),
  ),

  binding(
    'a credential of a group is refused',
    { subject: { kind: 'Group', name: 'developers' }, credential: {} },
    refused('spec.credential', 'must not be set for a subject of kind Group'),
  ),
  accountBinding('a credential of a service account is taken', { credential: { secretName: 'bot', kubeconfig: true } }),
  accountBinding(
    'a credential of a service account elsewhere is refused',
    { credential: { namespace: 'ops' } },
    refused('spec.credential.namespace', 'must not be set for a subject of kind ServiceAccount'),
  ),
  accountBinding(
    'a long-lived credential of a service account is refused',
    { credential: { type: 'LongLived' } },
    refused('spec.credential.type', 'must be Bound for a subject of kind ServiceAccount'),
  ),
  ...[
    { subject: { kind: 'User', name: 'system:kube-scheduler' } },
    { subject: { kind: 'User', name: 'kubeadm:jane' } },
    { identity: { groups: ['developers', 'system:nodes'] } },
    { subject: { kind: 'ServiceAccount', namespace: 'kube-system', name: 'admin' } },
  ].flatMap((change) => [
    binding(
      `a credential of the privileged ${JSON.stringify(change)} is refused`,
      { ...change, credential: {} },
      refused('spec.credential', 'must not be set for a privileged identity'),
    ),
    binding(`the privileged ${JSON.stringify(change)} without a credential is taken`, change),
  ]),
  binding('a credential of a user whose name holds system is taken', {
    subject: { kind: 'User', name: 'oidc:system:x' },
    identity: { groups: ['systemd'] },
    credential: {},
  }),
];
