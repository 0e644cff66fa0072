import type { InactiveReason, RejectReason, Wait } from '../reconcile/outcome.ts';

/** What validation comes to. Failing is a value with a reason; the message names the field, the value and what is allowed. */
export type Verdict<Valid> =
  | { readonly is: 'rejected'; readonly reason: RejectReason; readonly message: string }
  | {
      readonly is: 'inactive';
      readonly reason: InactiveReason;
      readonly message: string;
      readonly recheckAt: number | undefined;
    }
  | {
      readonly is: 'active';
      readonly valid: Valid;
      /** What is missing elsewhere; the rest is granted. */
      readonly waits: readonly Wait[];
      /** Milliseconds since the epoch at which time alone changes the verdict. */
      readonly recheckAt: number | undefined;
    };

export type Rejection = Extract<Verdict<never>, { is: 'rejected' }>;

export const rejected = (reason: RejectReason, message: string): Rejection => ({ is: 'rejected', reason, message });

/** The first rejection of an ordered list of checks. */
export const firstRejection = (checks: Iterable<Rejection | undefined>): Rejection | undefined => {
  for (const check of checks) if (check !== undefined) return check;
  return undefined;
};
