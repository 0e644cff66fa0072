import { binding, grant, refused } from './row.ts';
import type { Row } from './row.ts';

const KEY = 'must be lower-case letters';
const RESERVED = 'must not be under kubernetes.io';
const DOMAIN = 'must have keys of the form domain/path';

const keyed = (key: string) => ({ users: ['jane'], extra: [{ key, values: ['x'] }] });

const legacy = (key: string, says?: string): Row =>
  grant(
    `the extra key ${JSON.stringify(key)} is ${says === undefined ? 'taken' : 'refused'} in Legacy mode`,
    { impersonate: keyed(key), mode: 'Legacy' },
    says === undefined ? undefined : refused('spec.impersonate.extra[0].key', says),
  );

const constrained = (key: string, says?: string): Row =>
  grant(
    `the extra key ${JSON.stringify(key)} is ${says === undefined ? 'taken' : 'refused'} in Constrained mode`,
    { impersonate: keyed(key), mode: 'Constrained' },
    says === undefined ? undefined : refused('spec.impersonate.extra', says),
  );

export const extraRows: readonly Row[] = [
  ...['team', 'acme.io/team', 'a', '0', 'scopes.authorization.openshift.io', 'a_b', 'a//b', 'a:b'].map((key) =>
    legacy(key),
  ),
  legacy('kubernetes.io.example.com/x'),
  legacy('notkubernetes.io/x'),
  legacy('acme.io/kubernetes.io'),
  ...['', 'Team', 'acme.io/Team', 'teåm', 'a b', 'a*', '*', '/a', 'a/', '.a', 'a-', 'a%2fb', 'a\n'].map((key) =>
    legacy(key, KEY),
  ),
  ...[
    'kubernetes.io/x',
    'k8s.io/x',
    'authentication.kubernetes.io/credential-id',
    'x.k8s.io/y',
    'a_b.k8s.io/y',
    'kubernetes.io',
    'authentication.kubernetes.io',
  ].map((key) => legacy(key, RESERVED)),
  ...['acme.io/team', 'acme/team', 'acme.io/a/b', 'a-b.c/d', 'acme.io//x'].map((key) => constrained(key)),
  ...['team', 'acme.io', 'a_b/c', 'a..b/c', 'a-/b', 'a:b/c'].map((key) => constrained(key, DOMAIN)),
  grant(
    'one key without a domain among others is refused where actions make the mode Constrained',
    {
      impersonate: {
        users: ['jane'],
        extra: [
          { key: 'acme.io/team', values: ['x'] },
          { key: 'team', values: ['x'] },
        ],
      },
      actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    },
    refused('spec.impersonate.extra', DOMAIN),
  ),
  grant(
    'a key without a domain is refused where nodes make the mode Constrained',
    { impersonate: { ...keyed('team'), nodes: ['worker-1'] }, allowPrivileged: true },
    refused('spec.impersonate.extra', DOMAIN),
  ),
  grant('a key without a domain is taken where nothing makes the mode Constrained', {
    impersonate: keyed('team'),
    mode: 'Auto',
  }),
  grant(
    'the same key twice is refused',
    {
      impersonate: {
        users: ['jane'],
        extra: [
          { key: 'a', values: ['x'] },
          { key: 'a', values: ['y'] },
        ],
      },
    },
    refused('spec.impersonate.extra[1]'),
  ),
  grant(
    'the same value twice is refused',
    { impersonate: { users: ['jane'], extra: [{ key: 'a', values: ['x', 'x'] }] } },
    refused('spec.impersonate.extra[0].values[1]'),
  ),
  grant(
    'a key without values is refused',
    { impersonate: { users: ['jane'], extra: [{ key: 'a', values: [] }] } },
    refused('spec.impersonate.extra[0].values'),
  ),
  binding('a binding may carry a key without a domain', { identity: { extra: [{ key: 'team', values: ['x'] }] } }),
  binding(
    'a binding with a key in capitals is refused',
    { identity: { extra: [{ key: 'Team', values: ['x'] }] } },
    refused('spec.identity.extra[0].key', KEY),
  ),
  binding(
    'a binding with a key of Kubernetes is refused',
    { identity: { extra: [{ key: 'authentication.kubernetes.io/pod-name', values: ['x'] }] } },
    refused('spec.identity.extra[0].key', RESERVED),
  ),
  binding(
    'a binding with the same key twice is refused',
    {
      identity: {
        extra: [
          { key: 'a', values: ['x'] },
          { key: 'a', values: ['y'] },
        ],
      },
    },
    refused('spec.identity.extra[1]'),
  ),
];
