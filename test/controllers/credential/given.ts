import type { StoredMeta } from '../../../src/cluster/port.ts';
import type { CredentialPlan } from '../../../src/controllers/credential/bound.ts';
import type { CredentialObserved, Slot } from '../../../src/controllers/credential/resolve.ts';
import { type CredentialSpec, ownAccount, requestHash } from '../../../src/controllers/credential/spec.ts';
import type { TokenClaims, TokenReading } from '../../../src/controllers/credential/token-data.ts';
import { SECRET, SERVICE_ACCOUNT } from '../../../src/controllers/kinds.ts';
import type { Child, ChildKind } from '../../../src/reconcile/child.ts';
import { dnsName } from '../../../src/reconcile/names.ts';
import type { Observed } from '../../../src/reconcile/observed.ts';

export const OWNER_UID = 'uid-of-now';
export const OWNER = { slug: 'grant', name: 'support' };

export const MINUTE = 60_000;
/** The instant at which the token at hand was issued. */
export const ISSUED = Date.parse('2026-11-24T08:00:00Z');

export const SPEC: CredentialSpec = {
  owner: OWNER,
  namespace: 'credentials',
  secretName: 'support-bot',
  account: ownAccount(OWNER),
  type: 'Bound',
  expirationSeconds: 3600,
  overlapSeconds: 120,
  audiences: [],
  kubeconfig: undefined,
  labels: {},
  annotations: {},
  notAfter: undefined,
  freeAt: undefined,
  endpoint: { clusterName: 'kubernetes', server: 'https://kubernetes.example:6443', certificateAuthority: undefined },
};

export const observed = (
  kind: ChildKind,
  name: string,
  uid: string,
  fields: Partial<Observed> = {},
  meta: Partial<StoredMeta> = {},
): Observed => ({
  kind,
  namespace: 'credentials',
  name,
  uid,
  resourceVersion: '7',
  claim: { kind: 'ImpersonationGrant', name: 'support', uid: OWNER_UID, by: 'reference' },
  meta: { name, uid, resourceVersion: '7', creationTimestamp: new Date(ISSUED).toISOString(), ...meta },
  content: {},
  terminating: false,
  ...fields,
});

export const FOREIGN = { claim: undefined };
export const STRIPPED: Partial<Observed> = {
  claim: { kind: 'ImpersonationGrant', name: 'support', uid: OWNER_UID, by: 'record' },
};
export const OF_BEFORE: Partial<Observed> = {
  claim: { kind: 'ImpersonationGrant', name: 'support', uid: 'uid-of-before', by: 'reference' },
};

export const anchor = (slot: Slot, fields: Partial<Observed> = {}, createdAt = ISSUED): Observed =>
  observed(SECRET, dnsName(OWNER, slot), `uid-of-${slot}`, fields, {
    creationTimestamp: `${new Date(createdAt).toISOString().slice(0, 19)}Z`,
  });

export const account = (fields: Partial<Observed> = {}): Observed =>
  observed(SERVICE_ACCOUNT, SPEC.account.name, 'uid-of-account', fields);

export const secret = (fields: Partial<Observed> = {}): Observed =>
  observed(SECRET, SPEC.secretName, 'uid-of-secret', fields);

export const reading = (
  fields: Partial<TokenReading> = {},
  claims: Partial<TokenClaims> = {},
  spec = SPEC,
): TokenReading => ({
  secretUid: 'uid-of-secret',
  token: {
    accountUid: 'uid-of-account',
    anchorUid: 'uid-of-anchor-a',
    issuedAt: ISSUED,
    expiresAt: ISSUED + 60 * MINUTE,
    ...claims,
  },
  digest: 'same',
  request: requestHash(spec),
  type: 'Opaque',
  frozen: false,
  ...fields,
});

/** A credential that is in order: one account, one anchor, one Secret with a good token. */
export const atRest = (fields: Partial<CredentialObserved> = {}): CredentialObserved => ({
  account: account(),
  freeAt: undefined,
  anchors: { 'anchor-a': anchor('anchor-a'), 'anchor-b': undefined },
  secret: secret(),
  reading: reading(),
  ...fields,
});

export const NOTHING: CredentialObserved = {
  account: undefined,
  freeAt: undefined,
  anchors: { 'anchor-a': undefined, 'anchor-b': undefined },
  secret: undefined,
  reading: undefined,
};

const how = ({ source }: Child): string => {
  const instead = source.replaces === undefined ? '' : ` instead of ${source.replaces}`;
  return source.from === 'io' ? `${source.due ? 'issued' : 'kept'}${instead}` : `there${instead}`;
};

/** The children of a plan, one line each: what for, and how. */
export const lines = ({ children }: Pick<CredentialPlan, 'children'>): string[] =>
  children.map((child) => `${child.part}: ${how(child)}`);
