import { createHash } from 'node:crypto';
import type { StoredObject } from '../../cluster/port.ts';
import { isRecord } from '../../cluster/status.ts';
import { GROUP } from '../../reconcile/ownership.ts';

/** Annotation: digest of the data that we wrote, to see that somebody else changed it. */
export const DIGEST = `${GROUP}/digest`;
/** Annotation: hash of the request that the token answers. */
export const REQUEST = `${GROUP}/request`;

/** Data of a Secret: base64 by key. */
export type SecretData = Readonly<Record<string, string>>;

/** What the operator keeps of a token Secret: nothing that could be used in the token's place. */
export interface TokenReading {
  readonly secretUid: string;
  /** Undefined while the Secret holds no token that can be read. */
  readonly token: TokenClaims | undefined;
  readonly digest: 'same' | 'other' | 'none';
  readonly request: string | undefined;
  readonly type: string;
  /** Somebody set `immutable`: the API server refuses every change of the data. */
  readonly frozen: boolean;
}

/** Times are milliseconds since the epoch. */
export interface TokenClaims {
  readonly accountUid: string;
  /** Uid of the Secret that a Bound token is bound to. */
  readonly anchorUid: string | undefined;
  readonly issuedAt: number | undefined;
  readonly expiresAt: number | undefined;
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** kube-controller-manager fills Secrets of this type. */
export const FILLED_TYPE = 'kubernetes.io/service-account-token';

/** kube-controller-manager rewrites `ca.crt` of the Secrets that it fills when the authority is renewed, which is no reason for another token. */
export const digestOf = (data: SecretData, filled: boolean): string => {
  const entries = Object.entries(data).filter(([key]) => !filled || key !== 'ca.crt');
  return createHash('sha256')
    .update(JSON.stringify(entries.toSorted(([one], [other]) => (one < other ? -1 : 1))))
    .digest('hex');
};

export const tokenReading = (secret: StoredObject): TokenReading => {
  const data = stringMap(secret['data']);
  const written = secret.metadata.annotations?.[DIGEST];
  const type = String(secret['type']);
  return {
    secretUid: secret.metadata.uid,
    token: claims(data['token']),
    digest: written === undefined ? 'none' : written === digestOf(data, type === FILLED_TYPE) ? 'same' : 'other',
    request: secret.metadata.annotations?.[REQUEST],
    type,
    frozen: secret['immutable'] === true,
  };
};

export const stringMap = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(record(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

const record = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

/** Reads a JWT without trusting it: the API server decides what it is worth, this only tells whether it is the one we wrote. */
const claims = (encoded: string | undefined): TokenClaims | undefined => {
  const payload = Buffer.from(encoded ?? '', 'base64')
    .toString()
    .split('.')[1];
  if (payload === undefined) return undefined;
  const body = record(json(Buffer.from(payload, 'base64url').toString()));
  const kubernetes = record(body['kubernetes.io']);
  const accountUid =
    record(kubernetes['serviceaccount'])['uid'] ?? body['kubernetes.io/serviceaccount/service-account.uid'];
  if (typeof accountUid !== 'string') return undefined;
  const anchorUid = record(kubernetes['secret'])['uid'];
  return {
    accountUid,
    anchorUid: typeof anchorUid === 'string' ? anchorUid : undefined,
    issuedAt: instant(body['iat']),
    expiresAt: instant(body['exp']),
  };
};

const instant = (seconds: unknown): number | undefined => (typeof seconds === 'number' ? seconds * 1000 : undefined);

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // the parser's error quotes the text
    return undefined;
  }
};
