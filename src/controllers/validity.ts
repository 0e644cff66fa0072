import { milliseconds } from '../crds/index.ts';
import type { InactiveReason } from '../reconcile/outcome.ts';

export interface Lifetime {
  readonly suspend: boolean;
  readonly notBefore?: string;
  readonly expiresAt?: string;
}

/** Whether rights are in force, and when time alone will change that (milliseconds since the epoch). */
export type Validity =
  | { readonly is: 'active'; readonly until: number | undefined }
  | {
      readonly is: 'inactive';
      readonly reason: InactiveReason;
      readonly message: string;
      readonly recheckAt: number | undefined;
    };

/** Milliseconds since the epoch; undefined where the field is absent. */
export const instant = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : milliseconds(text);

/** An end that is reached has passed; a beginning that is reached has begun. */
export const validity = ({ suspend, notBefore, expiresAt }: Lifetime, now: number): Validity => {
  const from = instant(notBefore);
  const until = instant(expiresAt);
  if (until !== undefined && until <= now)
    return {
      is: 'inactive',
      reason: 'Expired',
      message: `expired at ${expiresAt}; nothing is granted`,
      recheckAt: undefined,
    };
  if (suspend)
    return {
      is: 'inactive',
      reason: 'Suspended',
      message: 'spec.suspend is true; nothing is granted',
      recheckAt: until,
    };
  if (from !== undefined && from > now)
    return {
      is: 'inactive',
      reason: 'NotYetValid',
      message: `not valid before ${notBefore}; nothing is granted`,
      recheckAt: from,
    };
  return { is: 'active', until };
};
