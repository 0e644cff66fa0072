import type { GrantResolved } from './resolved.ts';
import { IMPERSONATION_GRANT, type ImpersonationGrantSpec, resolvedMode } from '../../crds/index.ts';
import type { FeatureGate } from '../../cluster/gate.ts';
import type { Cached, Informer, Ref } from '../../cluster/port.ts';
import type { Custom, World } from '../../reconcile/controller.ts';
import { refOf } from '../../reconcile/children.ts';
import type { BindingSource } from '../binding/contribution.ts';
import type { TokenReader } from '../credential/resolve.ts';
import { type CredentialPlace, ownAccount } from '../credential/spec.ts';
import type { Holdings } from '../effective/holdings.ts';
import type { Installation } from '../installation.ts';
import type { Verifier } from '../verification/verifier.ts';
import type { RememberedIdentities } from './remembered.ts';
import { GRANT_SLUG, NAMESPACE, SECRET, SERVICE_ACCOUNT } from '../kinds.ts';

/** Where the reads of a plan come from. */
export interface GrantSources {
  readonly installation: Installation;
  readonly bindings: BindingSource;
  readonly namespaces: Pick<Informer<Cached>, 'get'>;
  readonly tokens: TokenReader;
  readonly holdings: Holdings;
  readonly verifier: Verifier;
  readonly gate: Pick<FeatureGate, 'ref' | 'state'>;
  readonly remembered: RememberedIdentities;
}

export const resolve = async (
  custom: Custom<ImpersonationGrantSpec>,
  spec: ImpersonationGrantSpec,
  { installation, bindings, namespaces, tokens, gate, verifier }: GrantSources,
  world: World,
): Promise<GrantResolved> => {
  const names = spec.impersonate.userBindings ?? [];
  const contributions = names.map((name) => bindings.contribution(name, world.now));
  const places = [
    ...(spec.actions ?? []).flatMap(({ namespaces: named = [] }) => named),
    ...[
      ...(spec.impersonate.serviceAccounts ?? []),
      ...contributions.flatMap((found) =>
        found.is === 'identity' && found.identity.kind === 'ServiceAccount' ? [found.identity] : [],
      ),
    ].map(({ namespace }) => namespace),
  ];
  const credential = spec.credential && {
    owner: { slug: GRANT_SLUG, name: custom.name },
    namespace: spec.credential.namespace ?? installation.credentialNamespaces[0],
    secretName: spec.credential.secretName,
    account: ownAccount({ slug: GRANT_SLUG, name: custom.name }),
  };
  return {
    contributions,
    gate: gate.state,
    namespaces: new Set(places.filter((name) => namespaces.get('', name) !== undefined)),
    credential: credential && { place: credential, observed: await tokens.observe(credential, custom.uid, world) },
    dependencies: [
      ...(custom.verifyRequestedAt === undefined
        ? []
        : [verifier.ref({ kind: IMPERSONATION_GRANT.kind, name: custom.name })]),
      ...(resolvedMode(spec) === 'Constrained' ? [gate.ref] : []),
      ...names.map((name) => bindings.ref(name)),
      ...places.map((name) => ({ type: NAMESPACE, namespace: '', name })),
      ...(credential ? credentialRefs(credential) : []),
    ],
  };
};

/** The objects of a credential have names of their own, so a change of them is known by name. */
const credentialRefs = ({ namespace, secretName, account }: CredentialPlace): Ref[] => [
  refOf({ kind: SECRET, namespace, name: secretName }),
  refOf({ kind: SERVICE_ACCOUNT, namespace, name: account.name }),
];
