import { type Child, CONTENT_ONLY, type Source } from '../../reconcile/child.ts';
import { SECRET, TOKEN_PART } from '../kinds.ts';
import type { CredentialPlan } from './bound.ts';
import { longLivedToken } from './fill.ts';
import { type CredentialObserved, isFailure, isOf } from './resolve.ts';
import { type CredentialSpec, requestHash } from './spec.ts';
import { FILLED_TYPE } from './token-data.ts';

const secret = (spec: CredentialSpec, source: Source): Child => ({
  kind: SECRET,
  namespace: spec.namespace,
  name: spec.secretName,
  part: TOKEN_PART,
  content: {},
  fixed: { type: FILLED_TYPE },
  labels: spec.labels,
  annotations: { ...spec.annotations, 'kubernetes.io/service-account.name': spec.account.name },
  source,
});

type Stage = 'good' | 'unfilled' | 'unsealed' | 'spoilt';

/** How far the Secret has come: made, filled by kube-controller-manager, sealed by our digest; or changed by somebody since. */
const stage = (spec: CredentialSpec, ownerUid: string, { account, reading }: CredentialObserved): Stage => {
  if (reading === undefined || isFailure(reading) || reading.type !== FILLED_TYPE || reading.frozen) return 'spoilt';
  if (account === undefined || !isOf(ownerUid, account)) return 'spoilt';
  if (reading.token === undefined) return reading.digest === 'none' ? 'unfilled' : 'spoilt';
  if (reading.token.accountUid !== account.uid) return 'spoilt';
  if (reading.digest === 'none') return 'unsealed';
  return reading.digest === 'same' && reading.request === requestHash(spec) ? 'good' : 'spoilt';
};

/** The account of the credential, and the Secret with its token. */
export interface LongLivedPlan extends CredentialPlan {
  readonly account: Source;
}

/**
 * The token is a pure function of the account's uid, the Secret's name and the server's key: another Secret of the same name would
 * bring every leaked copy back to life. So whatever ends a token ends its account too.
 */
export const longLivedCredential = (
  spec: CredentialSpec,
  ownerUid: string,
  observed: CredentialObserved,
): LongLivedPlan => {
  const fill = longLivedToken(spec);
  const at = stage(spec, ownerUid, observed);
  const replaced =
    observed.account === undefined ? CONTENT_ONLY : ({ from: 'content', replaces: observed.account.uid } as const);
  switch (at) {
    case 'good':
      return {
        account: CONTENT_ONLY,
        children: [secret(spec, { from: 'io', due: false, fill })],
        state: { is: 'ready', expiresAt: undefined },
        recheckAt: undefined,
      };
    case 'unsealed':
    case 'unfilled':
      return {
        account: CONTENT_ONLY,
        children: [secret(spec, { from: 'io', due: at === 'unsealed', fill })],
        state: { is: 'pending' },
        recheckAt: undefined,
      };
    case 'spoilt':
      return {
        account: replaced,
        children: [
          secret(
            spec,
            observed.secret === undefined ? CONTENT_ONLY : { from: 'content', replaces: observed.secret.uid },
          ),
        ],
        state: { is: 'pending' },
        recheckAt: undefined,
      };
    default:
      return at satisfies never;
  }
};
