import type { Cluster } from '../../cluster/port.ts';
import type { Impersonated } from '../../cluster/self-review.ts';
import { refOf } from '../../reconcile/children.ts';
import type { Custom, Verification } from '../../reconcile/controller.ts';
import type { Observed } from '../../reconcile/observed.ts';
import { type CredentialObserved, isOf } from '../credential/resolve.ts';
import { stringMap } from '../credential/token-data.ts';
import type { Verifier } from './verifier.ts';

/** Read at the moment of its use, from the very Secret that the plan saw. */
const tokenOf = (secret: Observed, cluster: Pick<Cluster, 'get'>) => async (): Promise<string | undefined> => {
  const stored = await cluster.get(refOf(secret));
  if (stored?.metadata.uid !== secret.uid) return undefined;
  const { token } = stringMap(stored['data']);
  return token === undefined ? undefined : Buffer.from(token, 'base64').toString('utf8');
};

export interface Asked {
  readonly kind: string;
  readonly custom: Custom<unknown>;
  /** Undefined where the spec asks for no credential. */
  readonly credential: CredentialObserved | undefined;
  readonly probes: readonly Impersonated[];
}

/** What was found out for the value of the annotation, where one is set that was not answered yet. Never with a token that is not ours. */
export const verification = (
  verifier: Verifier,
  { kind, custom, credential, probes }: Asked,
  cluster: Pick<Cluster, 'get'>,
): Verification => {
  const { uid, name, generation, verifyRequestedAt: requestedAt } = custom;
  if (requestedAt === undefined || requestedAt === custom.status.lastHandledVerifyAt) {
    verifier.forget(uid);
    return { is: 'none' };
  }
  if (credential === undefined)
    return {
      is: 'found',
      requestedAt,
      status: 'Unknown',
      reason: 'NoCredential',
      message: 'only a credential of its own can be tried, and spec.credential is not set',
    };
  const { secret } = credential;
  if (secret === undefined || !isOf(uid, secret)) return { is: 'pending' };
  const request = { uid, kind, name, generation, requestedAt, probes, token: tokenOf(secret, cluster) };
  const finding = verifier.finding(request);
  return finding === undefined ? { is: 'pending' } : { is: 'found', requestedAt, ...finding };
};
