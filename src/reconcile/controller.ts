import type { Cached, Cluster, Ref } from '../cluster/port.ts';
import type { Condition, Reason, Status } from '../crds/index.ts';
import type { Child } from './child.ts';
import type { Occupant } from './diff.ts';
import type { Observed } from './observed.ts';
import type { Outcome } from './outcome.ts';

/** A custom resource as the cache keeps it. */
export interface Custom<Spec> extends Cached {
  readonly generation: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Deletion was asked for. */
  readonly terminating: boolean;
  /** The value of the annotation that asks for verification. */
  readonly verifyRequestedAt: string | undefined;
  readonly spec: Parsed<Spec>;
  readonly status: Status;
}

export type Parsed<Spec> =
  { readonly ok: true; readonly value: Spec } | { readonly ok: false; readonly message: string };

/** The state of the credential that a custom resource asks for. */
export type CredentialState =
  | {
      readonly is: 'ready';
      readonly namespace: string;
      readonly secretName: string;
      readonly expirationTimestamp: string | undefined;
    }
  | { readonly is: 'pending'; readonly namespace: string; readonly secretName: string };

/** What becomes of the rights of a custom resource beside everything else in the cluster. */
export type Effect =
  /** It lets nobody become anybody. */
  | { readonly is: 'none' }
  /** Nothing is in force; whoever judges it judges the outcome. */
  | { readonly is: 'pending' }
  | {
      readonly is: 'judged';
      readonly status: Condition['status'];
      readonly reason: Extract<Reason, 'Honoured' | 'WidenedByBinding' | 'WidenedByGrant' | 'RbacNotReadable'>;
      readonly message: string;
    };

/** What trying the credential came to. */
export type Verification =
  /** Nobody asked, or it was answered. */
  | { readonly is: 'none' }
  | { readonly is: 'pending' }
  | {
      readonly is: 'found';
      /** The value of the annotation that this answers. */
      readonly requestedAt: string;
      readonly status: Condition['status'];
      readonly reason: Extract<Reason, 'Verified' | 'ImpersonationRefused' | 'VerificationFailed' | 'NoCredential'>;
      readonly message: string;
    };

/** What a custom resource comes to at one moment. */
export interface Plan {
  readonly children: readonly Child[];
  /** What is to come once a time has passed: a name of it that is taken is told at once. */
  readonly later: readonly Child[];
  /** Whether writes that add wait, while those that take away go on. */
  readonly additions: 'carried-out' | 'withheld';
  /** What is true once the children are in place. */
  readonly outcome: Outcome;
  /** Objects whose change may change the plan. */
  readonly dependencies: readonly Ref[];
  readonly summary: Summary;
}

/** What the status tells besides conditions. */
export interface Summary {
  readonly mode: Status['mode'];
  readonly subjects: string;
  readonly targets: string;
  readonly credential: CredentialState | undefined;
  readonly effect: Effect;
  readonly verification: Verification;
  /** Milliseconds since the epoch at which the rights end; undefined for no end. */
  readonly expiresAt: number | undefined;
}

/** What a plan may look at. */
export interface World {
  /** Server time, milliseconds since the epoch. */
  readonly now: number;
  readonly cluster: Pick<Cluster, 'get'>;
  /** What is stored under the name of a child, whoever owns it. */
  readonly occupant: Occupant;
  /** Everything that claims this custom resource, or an earlier one of its name. */
  readonly observed: readonly Observed[];
}

/** One kind of custom resource. `plan` is resolve (IO, reads only) → validate (pure) → desired (pure, cannot fail). */
export interface Controller<Spec> {
  readonly kind: string;
  readonly apiVersion: string;
  readonly slug: string;
  /** A method, so that the engine can hold controllers of every spec in one list. */
  plan(custom: Custom<Spec>, world: World): Promise<Plan>;
}
