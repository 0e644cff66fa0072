import { createHash } from 'node:crypto';
import { type Child, CONTENT_ONLY, type Source } from '../../reconcile/child.ts';
import { earliest } from '../../reconcile/outcome.ts';
import { dnsName } from '../../reconcile/names.ts';
import type { Observed } from '../../reconcile/observed.ts';
import { SECRET, TOKEN_PART } from '../kinds.ts';
import { boundToken, keptToken } from './fill.ts';
import { type CredentialObserved, SLOTS, type Slot, isFailure, isOf } from './resolve.ts';
import { type CredentialSpec, requestHash } from './spec.ts';
import type { TokenClaims } from './token-data.ts';

/** The children of a credential, whether its token is good, and when time alone changes that. */
export interface CredentialPlan {
  readonly children: readonly Child[];
  readonly state:
    | { readonly is: 'ready'; readonly expiresAt: number | undefined }
    | { readonly is: 'pending' }
    /** The API server may still accept the token of before. */
    | { readonly is: 'remembered'; readonly later: readonly Child[] }
    | { readonly is: 'unreadable'; readonly error: unknown };
  readonly recheckAt: number | undefined;
}

/** The TokenRequest API takes no less. */
const SHORTEST_MS = 600_000;
/** The API server's clock and the way to it: a token may end this much before or after the grant and still be the last one. */
const CLOCK_ERROR_MS = 10_000;

const RENEWED_AT = 0.8;
/** Renewals of tokens that were issued together spread over this part of the life. */
const JITTER = 0.05;

const anchor = (spec: CredentialSpec, slot: Slot, source: Source): Child => ({
  kind: SECRET,
  namespace: spec.namespace,
  name: dnsName(spec.owner, slot),
  part: slot,
  content: {},
  fixed: { type: 'impersonation.dev/anchor', immutable: true },
  labels: {},
  annotations: {},
  source,
});

const SECRET_TYPE = 'Opaque';

const token = (spec: CredentialSpec, slot: Slot, due: boolean, replaces?: string): Child => ({
  kind: SECRET,
  namespace: spec.namespace,
  name: spec.secretName,
  part: TOKEN_PART,
  content: {},
  fixed: { type: SECRET_TYPE },
  labels: spec.labels,
  annotations: spec.annotations,
  source: {
    from: 'io',
    due,
    fill: due ? boundToken(spec, dnsName(spec.owner, slot)) : keptToken(spec),
    ...(replaces === undefined ? {} : { replaces }),
  },
});

/** In [0, 1), the same for the same token. */
const fraction = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;

/** When a token is to be renewed; undefined for one that lasts to the end of the grant. */
const renewAt = (
  spec: CredentialSpec,
  { issuedAt = 0, expiresAt = 0, anchorUid = '' }: TokenClaims,
): number | undefined =>
  spec.notAfter !== undefined && expiresAt >= spec.notAfter - CLOCK_ERROR_MS
    ? undefined
    : issuedAt + (expiresAt - issuedAt) * (RENEWED_AT - JITTER * fraction(anchorUid));

/** The uid of a token Secret that takes no token of this type: its type never changes, nor does anything of one that somebody froze. */
const unwritable = ({ reading }: CredentialObserved): string | undefined =>
  reading === undefined || isFailure(reading) || (reading.type === SECRET_TYPE && !reading.frozen)
    ? undefined
    : reading.secretUid;

interface Current {
  readonly slot: Slot;
  readonly anchor: Observed;
  readonly claims: TokenClaims;
}

/** The slot of the token that is in the Secret, if that token is exactly what the spec asks for and still works. */
const current = (
  spec: CredentialSpec,
  ownerUid: string,
  observed: CredentialObserved,
  now: number,
): Current | undefined => {
  const { reading, account } = observed;
  if (reading === undefined || isFailure(reading) || reading.token === undefined || account === undefined)
    return undefined;
  const claims = reading.token;
  const slot = SLOTS.find((name) => observed.anchors[name]?.uid === claims.anchorUid);
  const bound = slot === undefined ? undefined : observed.anchors[slot];
  if (slot === undefined || bound === undefined || !isOf(ownerUid, bound)) return undefined;
  const { issuedAt = 0, expiresAt = 0 } = claims;
  const overlong =
    spec.notAfter !== undefined && expiresAt > spec.notAfter + CLOCK_ERROR_MS && expiresAt - issuedAt > SHORTEST_MS;
  const good =
    reading.digest === 'same' &&
    !reading.frozen &&
    reading.request === requestHash(spec) &&
    claims.accountUid === account.uid &&
    !account.terminating &&
    now < expiresAt &&
    !overlong;
  return good ? { slot, anchor: bound, claims } : undefined;
};

const otherSlot = (slot: Slot): Slot => (slot === 'anchor-a' ? 'anchor-b' : 'anchor-a');

const replacing = (observed: Observed | undefined): Source =>
  observed === undefined ? CONTENT_ONLY : { from: 'content', replaces: observed.uid };

/** Milliseconds since the epoch until which the previous token goes on; undefined where there is none, or it is no previous one of ours. */
const overlapEnd = (
  spec: CredentialSpec,
  ownerUid: string,
  { anchor: inUse }: Current,
  other: Observed | undefined,
): number | undefined => {
  if (other === undefined || !isOf(ownerUid, other)) return undefined;
  // an anchor that is younger than the one in use was left by a renewal that did not get to its end
  const isPrevious = Date.parse(other.meta.creationTimestamp) <= Date.parse(inUse.meta.creationTimestamp);
  return isPrevious ? Date.parse(inUse.meta.creationTimestamp) + spec.overlapSeconds * 1000 : undefined;
};

/**
 * A token bound to a small Secret, its anchor: the token dies with it. At rest there is one anchor, during an overlap two.
 * A token that is not what the spec asks for is ended at once, its anchor first; one that only comes of age goes on for the overlap.
 */
export const boundCredential = (
  spec: CredentialSpec,
  ownerUid: string,
  observed: CredentialObserved,
  now: number,
): CredentialPlan => {
  const inUse = current(spec, ownerUid, observed, now);
  if (inUse === undefined) {
    // an anchor that a finalizer keeps after its deletion would end the token that is bound to it
    const slot = SLOTS.find((name) => observed.anchors[name]?.terminating !== true);
    const children =
      slot === undefined
        ? []
        : [anchor(spec, slot, replacing(observed.anchors[slot])), token(spec, slot, true, unwritable(observed))];
    return { children, state: { is: 'pending' }, recheckAt: undefined };
  }
  const kept = anchor(spec, inUse.slot, CONTENT_ONLY);
  const spare = otherSlot(inUse.slot);
  const other = observed.anchors[spare];
  const renewal = renewAt(spec, inUse.claims);
  if (renewal !== undefined && renewal <= now && other?.terminating !== true) {
    const children = [kept, anchor(spec, spare, replacing(other)), token(spec, spare, true)];
    return { children, state: { is: 'ready', expiresAt: inUse.claims.expiresAt }, recheckAt: undefined };
  }
  const end = overlapEnd(spec, ownerUid, inUse, other);
  const overlapping = end !== undefined && end > now;
  return {
    children: [kept, ...(overlapping ? [anchor(spec, spare, CONTENT_ONLY)] : []), token(spec, inUse.slot, false)],
    state: { is: 'ready', expiresAt: inUse.claims.expiresAt },
    // a renewal that is due waits for the spare slot to become free, which is an event, or for the token to end
    recheckAt: earliest(
      renewal !== undefined && renewal <= now ? inUse.claims.expiresAt : renewal,
      overlapping ? end : undefined,
    ),
  };
};
