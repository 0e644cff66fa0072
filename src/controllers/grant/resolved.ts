import type { GateState } from '../../cluster/gate.ts';
import type { Ref } from '../../cluster/port.ts';
import type { Contribution } from '../binding/contribution.ts';
import type { CredentialObserved } from '../credential/resolve.ts';
import type { CredentialPlace } from '../credential/spec.ts';

/** What was looked up for a grant, once. */
export interface GrantResolved {
  readonly contributions: readonly Contribution[];
  /** Whether the API server knows constrained impersonation. */
  readonly gate: GateState;
  /** Namespaces of targets and of actions that exist. */
  readonly namespaces: ReadonlySet<string>;
  readonly credential: { readonly place: CredentialPlace; readonly observed: CredentialObserved } | undefined;
  readonly dependencies: readonly Ref[];
}
