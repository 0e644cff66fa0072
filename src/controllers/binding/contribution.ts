import type { UserBindingSpec } from '../../crds/index.ts';
import type { Informer, Ref } from '../../cluster/port.ts';
import type { Custom } from '../../reconcile/controller.ts';
import type { Installation } from '../installation.ts';
import { type BoundIdentity, boundIdentity } from './identity.ts';
import { check } from './validate.ts';

/** What a UserBinding adds to a grant that names it. Time changes it at `until` (milliseconds since the epoch). */
export type Contribution =
  | {
      readonly is: 'identity';
      readonly name: string;
      readonly identity: BoundIdentity;
      readonly until: number | undefined;
    }
  | { readonly is: 'group'; readonly name: string }
  | { readonly is: 'nothing'; readonly name: string; readonly why: string; readonly until: number | undefined };

/** User bindings by name. */
export class BindingSource {
  readonly #customs: Informer<Custom<UserBindingSpec>>;
  readonly #installation: Installation;

  constructor(customs: Informer<Custom<UserBindingSpec>>, installation: Installation) {
    this.#customs = customs;
    this.#installation = installation;
  }

  ref(name: string): Ref {
    return { type: this.#customs.type, namespace: '', name };
  }

  contribution(name: string, now: number): Contribution {
    const custom = this.#customs.get('', name);
    const nothing = (why: string, until: number | undefined): Contribution => ({ is: 'nothing', name, why, until });
    if (custom === undefined) return nothing('does not exist', undefined);
    if (custom.terminating) return nothing('is being deleted', undefined);
    const verdict = check(custom, this.#installation, now);
    if (verdict.is === 'rejected') return nothing(`is rejected (${verdict.reason})`, undefined);
    if (verdict.is === 'inactive') return nothing(`is not in force (${verdict.reason})`, verdict.recheckAt);
    const identity = boundIdentity(verdict.valid);
    return identity === undefined
      ? { is: 'group', name }
      : { is: 'identity', name, identity, until: verdict.recheckAt };
  }
}
