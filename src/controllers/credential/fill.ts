import type { Child, FillContext, Filling } from '../../reconcile/child.ts';
import { SECRET, SERVICE_ACCOUNT } from '../kinds.ts';
import { kubeconfig } from './kubeconfig.ts';
import { type CredentialSpec, requestHash } from './spec.ts';
import { DIGEST, REQUEST, type SecretData, base64, digestOf, stringMap, tokenReading } from './token-data.ts';

type Fill = (context: FillContext) => Promise<Filling>;

/** The TokenRequest API takes no less. */
const SHORTEST_SECONDS = 600;
/** kube-apiserver makes tokens of exactly this life valid for a year, for the sake of old clients. */
const EXTENDED_SECONDS = 3607;

/** Seconds to ask for: no longer than the grant lasts. */
const lifeSeconds = ({ expirationSeconds, notAfter }: CredentialSpec, now: number): number => {
  const left = notAfter === undefined ? expirationSeconds : Math.floor((notAfter - now) / 1000);
  const seconds = Math.max(SHORTEST_SECONDS, Math.min(expirationSeconds, left));
  return seconds === EXTENDED_SECONDS ? seconds - 1 : seconds;
};

const filling = (spec: CredentialSpec, data: SecretData): Filling => ({
  fields: { data },
  annotations: { [DIGEST]: digestOf(data, spec.type === 'LongLived'), [REQUEST]: requestHash(spec) },
});

const withKubeconfig = (spec: CredentialSpec, data: SecretData, token: string): SecretData =>
  spec.kubeconfig === undefined
    ? data
    : { ...data, kubeconfig: base64(kubeconfig(spec.endpoint, token, spec.kubeconfig)) };

/** A new token, bound to the anchor of this name. */
export const boundToken =
  (spec: CredentialSpec, anchorName: string): Fill =>
  async ({ cluster, uidOf, now }) => {
    const { namespace, account, endpoint } = spec;
    const anchor: Pick<Child, 'kind' | 'namespace' | 'name'> = { kind: SECRET, namespace, name: anchorName };
    const uid = uidOf(anchor);
    if (uid === undefined) throw new Error(`Secret ${namespace}/${anchorName} is gone before a token was bound to it`);
    const { token } = await cluster.requestToken(
      { type: SERVICE_ACCOUNT.type, namespace, name: account.name },
      {
        audiences: spec.audiences,
        expirationSeconds: lifeSeconds(spec, now),
        boundSecret: { name: anchorName, uid },
      },
    );
    const data = {
      token: base64(token),
      namespace: base64(namespace),
      ...(endpoint.certificateAuthority === undefined ? {} : { 'ca.crt': base64(endpoint.certificateAuthority) }),
    };
    return filling(spec, withKubeconfig(spec, data, token));
  };

/** The token that is there, for a write that repairs something else: a new one would leave two alive on one anchor. */
export const keptToken =
  (spec: CredentialSpec): Fill =>
  async ({ cluster }) => {
    const stored = await cluster.get({ type: SECRET.type, namespace: spec.namespace, name: spec.secretName });
    if (stored === undefined || tokenReading(stored).digest !== 'same')
      throw new Error(`Secret ${spec.namespace}/${spec.secretName} was changed while it was being repaired`);
    return filling(spec, stringMap(stored['data']));
  };

/** What kube-controller-manager put into the Secret, with the kubeconfig beside it; nothing while it has put in nothing. */
export const longLivedToken =
  (spec: CredentialSpec): Fill =>
  async ({ cluster }) => {
    const stored = await cluster.get({ type: SECRET.type, namespace: spec.namespace, name: spec.secretName });
    const { token, 'ca.crt': authority, namespace } = stringMap(stored?.['data']);
    if (token === undefined) return { fields: {}, annotations: {} };
    const data = { token, ...(namespace && { namespace }), ...(authority && { 'ca.crt': authority }) };
    return filling(spec, withKubeconfig(spec, data, Buffer.from(token, 'base64').toString()));
  };
