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
  const lifeMs = until - Math.max(instant(notBefore) ?? 0, createdAt);
  return maxGrantMs !== undefined && lifeMs > maxGrantMs
    ? rejected(
        'GrantTooLong',
        `spec.expiresAt is ${expiresAt}, ${Math.ceil(lifeMs / 1000)} s after the beginning; this installation allows ${maxGrantMs / 1000} s`,
      )
    : undefined;
};
