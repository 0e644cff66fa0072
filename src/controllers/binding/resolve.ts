import type { Cached, Informer, Ref } from '../../cluster/port.ts';
import { USER_BINDING, type UserBindingSpec } from '../../crds/index.ts';
import { refOf } from '../../reconcile/children.ts';
import type { Custom, World } from '../../reconcile/controller.ts';
import type { CredentialObserved, TokenReader } from '../credential/resolve.ts';
import { type CredentialPlace, ownAccount } from '../credential/spec.ts';
import type { Holdings } from '../effective/holdings.ts';
import type { Installation } from '../installation.ts';
import type { Verifier } from '../verification/verifier.ts';
import { BINDING_SLUG, NAMESPACE, SECRET, SERVICE_ACCOUNT } from '../kinds.ts';

export interface BindingSources {
  readonly installation: Installation;
  readonly namespaces: Pick<Informer<Cached>, 'get'>;
  readonly tokens: TokenReader;
  readonly holdings: Holdings;
  readonly verifier: Verifier;
}

/** What was looked up for a binding, once. */
export interface BindingResolved {
  /** Namespaces of roles that do not exist. */
  readonly missing: readonly string[];
  readonly credential: { readonly place: CredentialPlace; readonly observed: CredentialObserved } | undefined;
  readonly dependencies: readonly Ref[];
}

const place = (
  name: string,
  { subject, credential }: UserBindingSpec,
  installation: Installation,
): CredentialPlace | undefined => {
  if (credential === undefined) return undefined;
  const owner = { slug: BINDING_SLUG, name };
  const secretName = credential.secretName ?? name;
  return subject.kind === 'ServiceAccount'
    ? { owner, secretName, namespace: subject.namespace ?? '', account: { own: false, name: subject.name } }
    : {
        owner,
        secretName,
        namespace: credential.namespace ?? installation.credentialNamespaces[0],
        account: ownAccount(owner),
      };
};

export const resolve = async (
  custom: Custom<UserBindingSpec>,
  spec: UserBindingSpec,
  { installation, namespaces, tokens, verifier }: BindingSources,
  world: World,
): Promise<BindingResolved> => {
  const named = [...new Set((spec.roles ?? []).flatMap(({ namespaces: names = [] }) => names))];
  const found = place(custom.name, spec, installation);
  return {
    missing: named.filter((name) => namespaces.get('', name) === undefined),
    credential: found && { place: found, observed: await tokens.observe(found, custom.uid, world) },
    dependencies: [
      ...(custom.verifyRequestedAt === undefined ? [] : [verifier.ref({ kind: USER_BINDING.kind, name: custom.name })]),
      ...named.map((name) => ({ type: NAMESPACE, namespace: '', name })),
      ...(found
        ? [
            refOf({ kind: SECRET, namespace: found.namespace, name: found.secretName }),
            refOf({ kind: SERVICE_ACCOUNT, namespace: found.namespace, name: found.account.name }),
          ]
        : []),
    ],
  };
};
