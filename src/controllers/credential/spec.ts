import { createHash } from 'node:crypto';
import type { BindingCredential, GrantCredential } from '../../crds/index.ts';
import { dnsName } from '../../reconcile/names.ts';
import { type Endpoint, isMadeName } from '../installation.ts';
import { sorted } from '../../rbac/index.ts';
import { ACCOUNT_PART } from '../kinds.ts';
import type { Named } from '../objects.ts';
import { type Rejection, rejected } from '../verdict.ts';

/** Whom the holder of a kubeconfig is at once; a plain account where every list is empty and `user` is undefined. */
export interface ActingAs {
  readonly user: string | undefined;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** Where a credential is; names only, so that it can be looked up before the spec is validated. */
export interface CredentialPlace {
  readonly owner: Named;
  readonly namespace: string;
  readonly secretName: string;
  readonly account: Account;
}

/** `own`: made for this custom resource, and ended with it. */
export interface Account {
  readonly own: boolean;
  readonly name: string;
}

/** A credential that is to exist. */
export interface CredentialSpec extends CredentialPlace {
  readonly type: 'Bound' | 'LongLived';
  readonly expirationSeconds: number;
  readonly overlapSeconds: number;
  readonly audiences: readonly string[];
  /** Undefined: no kubeconfig is wanted. */
  readonly kubeconfig: ActingAs | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch after which no token may work; undefined for no end. */
  readonly notAfter: number | undefined;
  readonly endpoint: Endpoint;
  /**
   * Until then a token of an account of this name that is gone may still be accepted, so that nothing may be granted to the name;
   * milliseconds since the epoch. Undefined when there is none.
   */
  readonly freeAt: number | undefined;
}

/** The account that is made for a custom resource. */
export const ownAccount = (owner: Named): Account => ({ own: true, name: dnsName(owner, ACCOUNT_PART) });

export const credentialSpec = (
  place: CredentialPlace,
  credential: GrantCredential | BindingCredential,
  rest: Pick<CredentialSpec, 'notAfter' | 'endpoint' | 'freeAt'> & { readonly actingAs: ActingAs },
): CredentialSpec => ({
  ...place,
  type: credential.type,
  expirationSeconds: credential.expirationSeconds,
  overlapSeconds: credential.overlapSeconds,
  audiences: credential.audiences ?? [],
  kubeconfig: credential.kubeconfig ? rest.actingAs : undefined,
  labels: credential.secretTemplate?.labels ?? {},
  annotations: credential.secretTemplate?.annotations ?? {},
  notAfter: rest.notAfter,
  endpoint: rest.endpoint,
  freeAt: rest.freeAt,
});

/** Changes exactly when a token that was issued for the spec no longer serves it. */
export const requestHash = (spec: CredentialSpec): string => {
  const { namespace, account, type, expirationSeconds, audiences, kubeconfig, endpoint } = spec;
  const asked = [namespace, account.name, type, expirationSeconds, sorted(audiences), kubeconfig ?? null, endpoint];
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 16);
};

/** The anchor of another custom resource could not be made under a name that a token Secret has. */
export const reservedName = (secretName: string | undefined): Rejection | undefined =>
  secretName !== undefined && isMadeName(secretName)
    ? rejected(
        'Invalid',
        `spec.credential.secretName is "${secretName}"; names that begin with impersonation-grant- or impersonation-binding- are for what the operator makes: choose another`,
      )
    : undefined;
