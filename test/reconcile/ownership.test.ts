import { expect, test } from 'vitest';
import type { KubeObject, ObjectMeta, ResourceType, StoredObject } from '../../src/cluster/port.ts';
import {
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  ROLE,
  ROLE_BINDING,
  SECRET,
  SERVICE_ACCOUNT,
} from '../../src/controllers/kinds.ts';
import type { ChildKind } from '../../src/reconcile/child.ts';
import { type Claim, dnsName } from '../../src/reconcile/names.ts';
import { projection } from '../../src/reconcile/observed.ts';
import { body, claims, ownerReference } from '../../src/reconcile/ownership.ts';
import { OWNER, pair, secret } from './model/samples.ts';
import { bindingOwner } from './model/world.ts';

const stored = (type: ResourceType, metadata: ObjectMeta): StoredObject => ({
  apiVersion: 'v1',
  kind: type.kind,
  metadata: { ...metadata, uid: 'u', resourceVersion: '1', creationTimestamp: '2026-11-24T08:00:00Z' },
});

const RECORD: ObjectMeta = {
  name: 'impersonation:grant:g',
  labels: { 'impersonation.dev/owner-uid': 'uid-of-now' },
  annotations: { 'impersonation.dev/owner-kind': 'ImpersonationGrant', 'impersonation.dev/owner-name': 'g' },
};

const claimOf = (kind: ChildKind, metadata: ObjectMeta): Claim | undefined =>
  projection(kind)(stored(kind.type, metadata))?.claim;

const OURS: Claim = { kind: 'ImpersonationGrant', name: 'g', uid: 'uid-of-now', by: 'reference' };

test('what is built carries the reference and the record of its owner, and is read back as his', () => {
  const [role] = pair(['jane']);
  const built: KubeObject = body(role, OWNER);
  expect(built).toEqual({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: 'impersonation:grant:g',
      labels: { 'app.kubernetes.io/managed-by': 'impersonation-operator', 'impersonation.dev/owner-uid': 'uid-of-now' },
      annotations: {
        'impersonation.dev/owner-kind': 'ImpersonationGrant',
        'impersonation.dev/owner-name': 'g',
        'impersonation.dev/part': '',
      },
      ownerReferences: [
        {
          apiVersion: 'impersonation.dev/v1alpha1',
          kind: 'ImpersonationGrant',
          name: 'g',
          uid: 'uid-of-now',
          controller: true,
          blockOwnerDeletion: false,
        },
      ],
    },
    rules: [{ verbs: ['impersonate'], apiGroups: [''], resources: ['users'], resourceNames: ['jane'] }],
  });
  expect(claimOf(CLUSTER_ROLE, built.metadata)).toEqual(OURS);
  expect(body(secret('support-bot'), OWNER)).toMatchObject({
    apiVersion: 'v1',
    type: 'Opaque',
    metadata: { namespace: 'credentials' },
  });
});

test('the record outlives the reference', () => {
  expect(claimOf(CLUSTER_ROLE, RECORD)).toEqual({ ...OURS, by: 'record' });
});

test.for([
  ['label', { labels: {} }],
  ['kind', { annotations: { 'impersonation.dev/owner-name': 'g' } }],
  ['name', { annotations: { 'impersonation.dev/owner-kind': 'ImpersonationGrant' } }],
] as const)('a record without its %s claims nothing', ([, part]) => {
  expect(claims(stored(CLUSTER_ROLE.type, { ...RECORD, ...part }).metadata)).toEqual([]);
});

test.for([
  ['is no controller', { controller: false }],
  ['is of another group', { apiVersion: 'impersonation.dev.example/v1' }],
  ['is of the core group', { apiVersion: 'v1' }],
] as const)('a reference that %s claims nothing', ([, part]) => {
  const reference = { ...ownerReference(OWNER), ...part };
  expect(claimOf(CLUSTER_ROLE, { name: RECORD.name, ownerReferences: [reference] })).toBeUndefined();
});

test('a reference to a kind that is none of ours does not hide the record', () => {
  for (const kind of ['Nothing', 'constructor', 'toString'])
    expect(claimOf(CLUSTER_ROLE, { ...RECORD, ownerReferences: [{ ...ownerReference(OWNER), kind }] })).toEqual({
      ...OURS,
      by: 'record',
    });
});

const claiming = (name: string, owner = OWNER): ObjectMeta => ({
  ...RECORD,
  name,
  ownerReferences: [ownerReference(owner)],
});

test.for([CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING].map((kind) => [kind.type.kind, kind] as const))(
  'a %s belongs to the owner in its name, and to nobody else',
  ([, kind]) => {
    expect(claimOf(kind, claiming('impersonation:grant:g'))?.name).toBe('g');
    expect(claimOf(kind, claiming('impersonation:grant:g:rules'))?.name).toBe('g');
    for (const name of [
      'impersonation:grant:gg',
      'impersonation:grant:g-2:rules',
      'impersonation:grant:other:g',
      'impersonation:binding:g',
      'impersonation:grant',
      'cluster-admin',
      'g',
    ])
      expect({ name, claim: claimOf(kind, claiming(name)) }).toEqual({ name, claim: undefined });
    expect(claimOf(kind, claiming('impersonation:binding:b', bindingOwner('u')))?.kind).toBe('UserBinding');
  },
);

test('an account belongs to the owner whose account has this name', () => {
  expect(claimOf(SERVICE_ACCOUNT, claiming(dnsName(OWNER, 'account')))?.name).toBe('g');
  expect(claimOf(SERVICE_ACCOUNT, claiming('default'))).toBeUndefined();
  expect(claimOf(SERVICE_ACCOUNT, claiming(dnsName({ ...OWNER, name: 'h' }, 'account')))).toBeUndefined();
});

test('an anchor is known by its name, a token Secret by what is noted on it', () => {
  const reference = { ownerReferences: [ownerReference(OWNER)] };
  expect(claimOf(SECRET, { ...reference, name: dnsName(OWNER, 'anchor-b') })?.name).toBe('g');
  expect(claimOf(SECRET, { ...reference, name: 'support-bot' })).toBeUndefined();
  const token = { 'impersonation.dev/part': 'token' };
  expect(claimOf(SECRET, { ...reference, name: 'support-bot', annotations: token })?.name).toBe('g');
  const label = { 'impersonation.dev/owner-uid': 'uid-of-now' };
  expect(claimOf(SECRET, { ...reference, name: 'support-bot', labels: label })?.name).toBe('g');
  const other = { 'impersonation.dev/owner-uid': 'uid-of-before' };
  expect(claimOf(SECRET, { ...reference, name: 'support-bot', labels: other })).toBeUndefined();
});

const cached = (kind: ChildKind, name: string): boolean => projection(kind)(stored(kind.type, { name })) !== undefined;

test('a foreign object is cached where its name may be needed, and nowhere else', () => {
  expect(cached(CLUSTER_ROLE, 'impersonation:grant:x')).toBe(true);
  expect(cached(CLUSTER_ROLE, 'cluster-admin')).toBe(false);
  expect(cached(SECRET, 'any')).toBe(true);
  expect(cached(SERVICE_ACCOUNT, 'any')).toBe(true);
});
