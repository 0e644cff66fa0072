import type { FeatureGate } from '../cluster/gate.ts';
import type { Cached, Informer, InformerFactory, InformerOptions } from '../cluster/port.ts';
import { IMPERSONATION_GRANT, USER_BINDING, parseImpersonationGrant, parseUserBinding } from '../crds/index.ts';
import type { Controller } from '../reconcile/controller.ts';
import type { ChildCache } from '../reconcile/children.ts';
import type { ChangeSource, SignalSource, Signals, Watched } from '../reconcile/triggers.ts';
import { PRIORITY } from '../reconcile/queue.ts';
import { projection } from '../reconcile/observed.ts';
import { bindingController } from './binding/index.ts';
import { BindingSource } from './binding/contribution.ts';
import { GoneAccounts } from './credential/gone-accounts.ts';
import { TokenReader } from './credential/resolve.ts';
import { custom } from './custom.ts';
import { Holdings } from './effective/holdings.ts';
import { observedOnly, seen } from './effective/seen.ts';
import { sight } from './effective/sight.ts';
import { Guard } from './guard.ts';
import { grantController } from './grant/index.ts';
import { RememberedIdentities } from './grant/remembered.ts';
import type { Installation } from './installation.ts';
import { requiring } from './precondition.ts';
import { Verifier, type VerifierOptions } from './verification/verifier.ts';
import { CLUSTER_WIDE, CREDENTIAL_KINDS, NAMESPACE, SECRET, SERVICE_ACCOUNT } from './kinds.ts';

export type { Ceiling, Installation } from './installation.ts';

/** The controllers, and the caches that the engine follows. */
export interface Controllers {
  readonly watched: readonly Watched[];
  readonly childCaches: readonly ChildCache[];
  readonly others: readonly ChangeSource[];
  readonly signals: readonly Signals[];
  readonly guard: Guard;
  readonly namespaces: Informer<Cached>;
}

/** Five requests a second at most, whatever they are for. */
const VERIFICATION_INTERVAL_MS = 200;

/** Both kinds of custom resource, wired to their caches; `monotonic` answers milliseconds. */
export const controllers = (
  installation: Installation,
  gate: Pick<FeatureGate, 'ref' | 'state' | keyof SignalSource>,
  review: VerifierOptions['review'],
  informer: InformerFactory,
  requiredPolicies: readonly string[] = [],
  monotonic: () => number = () => performance.now(),
): Controllers => {
  const grants = informer({ type: IMPERSONATION_GRANT, project: custom(parseImpersonationGrant) });
  const bindings = informer({ type: USER_BINDING, project: custom(parseUserBinding) });
  const namespaces = informer({ type: NAMESPACE, metadataOnly: true, project: present });
  const gone = new GoneAccounts(monotonic);
  const tokens = new TokenReader(gone);
  const holdings = new Holdings();
  const verifier = new Verifier({ review, intervalMs: VERIFICATION_INTERVAL_MS });
  const bindingSource = new BindingSource(bindings, installation);
  const guard = new Guard(requiredPolicies, informer);
  const guarded = <Spec>(controller: Controller<Spec>): Controller<Spec> =>
    requiring([sight(holdings), guard], controller);
  return {
    watched: [
      {
        controller: guarded(bindingController({ installation, namespaces, tokens, holdings, verifier })),
        customs: bindings,
      },
      {
        controller: guarded(
          grantController({
            installation,
            namespaces,
            tokens,
            holdings,
            verifier,
            gate,
            bindings: bindingSource,
            remembered: new RememberedIdentities(),
          }),
        ),
        customs: grants,
      },
    ],
    childCaches: [
      ...CLUSTER_WIDE.map((kind) => {
        const onRefused = (verb: string | undefined): void => holdings.refused(kind.type, verb);
        // without it there is still something to say on each object
        const all = informer({ type: kind.type, project: seen(kind), onRefused, dispensable: true });
        holdings.follow(all);
        return { kind, namespace: undefined, informer: observedOnly(all) };
      }),
      ...CREDENTIAL_KINDS.flatMap((kind) =>
        installation.credentialNamespaces.map((namespace) => {
          // no token may enter a cache
          const metadataOnly = kind === SECRET;
          const cache = informer({ type: kind.type, namespace, metadataOnly, project: projection(kind) });
          if (kind === SERVICE_ACCOUNT) gone.follow(cache);
          return { kind, namespace, informer: cache };
        }),
      ),
    ],
    others: [namespaces],
    signals: [
      ...[gate, guard, verifier].map((source) => ({ source, priority: PRIORITY.revoke })),
      // what others hold takes no right of ours away
      { source: holdings, priority: PRIORITY.sweep },
    ],
    guard,
    namespaces,
  };
};

/** A namespace that is on its way out takes no new objects, so it counts as absent. */
const present: InformerOptions<Cached>['project'] = ({
  metadata: { name, uid, resourceVersion, deletionTimestamp },
}) => (deletionTimestamp === undefined ? { namespace: '', name, uid, resourceVersion } : undefined);
