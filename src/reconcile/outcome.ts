import { isApiError } from '../cluster/errors.ts';
import type { Reason } from '../crds/index.ts';

/** Why rights are not in force though the spec is fine. */
export type InactiveReason = Extract<Reason, 'Suspended' | 'NotYetValid' | 'Expired'>;

/** Why a spec is refused: nothing is granted until somebody changes it, or the installation. */
export type RejectReason = Extract<
  Reason,
  | 'Invalid'
  | 'Unsupported'
  | 'NotImpersonable'
  | 'PrivilegedTarget'
  | 'BeyondCeiling'
  | 'ForbiddenSubject'
  | 'ForbiddenTarget'
  | 'ForbiddenNamespace'
  | 'ExpiryRequired'
  | 'GrantTooLong'
  | 'TooManyObjects'
>;

/** What has to happen elsewhere before the spec can be met in full. */
export type WaitReason = Extract<
  Reason,
  | 'UserBindingNotReady'
  | 'NamespaceNotFound'
  | 'ServiceAccountNotFound'
  | 'NameTaken'
  | 'TokenPending'
  | 'TokenRemembered'
  | 'IdentityRemembered'
  | 'FinalizerHeld'
  | 'GuardMissing'
>;

export type FailReason = Extract<Reason, 'ReadFailed' | 'WriteFailed'>;

/** One thing that is waited for. */
export interface Wait {
  readonly reason: WaitReason;
  /** Names what is missing and who can provide it. */
  readonly message: string;
}

/** How a reconcile ended. It alone decides conditions, event, metric label and when to come back. */
export type Outcome =
  | {
      readonly is: 'ready';
      readonly reason: 'Granted' | InactiveReason;
      readonly message: string;
      readonly recheckAt: number | undefined;
    }
  | { readonly is: 'rejected'; readonly reason: RejectReason; readonly message: string }
  /** `granted`: whether what can be granted is in force meanwhile. */
  | ({ readonly is: 'waiting'; readonly granted: boolean; readonly recheckAt: number | undefined } & Wait)
  /** Nobody knows what is in force: whoever installed the operator withholds a permission. */
  | {
      readonly is: 'unseen';
      readonly reason: 'RbacNotReadable';
      readonly message: string;
      readonly recheckAt: number | undefined;
    }
  | {
      readonly is: 'failed';
      readonly reason: FailReason;
      readonly message: string;
      readonly retryAfterSeconds: number | undefined;
    };

/** Milliseconds since the epoch at which time alone changes the outcome; undefined if it never does. */
export const recheckAt = (outcome: Outcome): number | undefined => {
  switch (outcome.is) {
    case 'ready':
    case 'waiting':
    case 'unseen':
      return outcome.recheckAt;
    case 'rejected':
    case 'failed':
      return undefined;
    default:
      return outcome satisfies never;
  }
};

/** Whether rights are in force once the outcome is reached. */
export const isGranted = (outcome: Outcome): boolean =>
  outcome.is === 'waiting' ? outcome.granted : outcome.is === 'ready' && outcome.reason === 'Granted';

/** The earlier of two instants. */
export const earliest = (...instants: readonly (number | undefined)[]): number | undefined => {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

/** The outcome of an error; the message names what was refused, in the server's words. */
export const failure = (reason: 'ReadFailed' | 'WriteFailed', error: unknown): Outcome => ({
  is: 'failed',
  reason,
  message: error instanceof Error ? error.message : String(error),
  retryAfterSeconds: isApiError(error) ? error.retryAfterSeconds : undefined,
});
