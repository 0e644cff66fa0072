import type { Installation } from './installation.ts';
import { type Lifetime, instant } from './validity.ts';
import { type Rejection, rejected } from './verdict.ts';

/** The installer's limits on how long rights may last; a misspelt expiresAt is dropped by the API server and would never end. */
export const expiry = (
  { notBefore, expiresAt }: Lifetime,
  createdAt: number,
  { requireExpiry, maxGrantMs }: Installation,
): Rejection | undefined => {
  const until = instant(expiresAt);
  if (until === undefined)
    return requireExpiry || maxGrantMs !== undefined
      ? rejected('ExpiryRequired', 'spec.expiresAt is not set; this installation takes nothing without an end')
      : undefined;
  const latest = Math.max(instant(notBefore) ?? 0, createdAt) + (maxGrantMs ?? Infinity);
  return maxGrantMs !== undefined && until > latest
    ? rejected(
        'GrantTooLong',
        `spec.expiresAt is ${expiresAt}; this installation allows ${new Date(latest).toISOString()} at the latest, ${maxGrantMs / 1000} s after the creation, or after spec.notBefore if that is later`,
      )
    : undefined;
};
