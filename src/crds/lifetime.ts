import { z } from 'zod';
import { nanoseconds } from './instant.ts';
import type { CelRule } from './rule.ts';
import { instant, text } from './text.ts';

/** When, whether and why: the same for both kinds. */
export const lifetimeFields = {
  notBefore: instant().describe('Nothing is granted before this instant (RFC 3339, with a zone).').exactOptional(),
  expiresAt: instant()
    .describe('Nothing is granted from this instant on (RFC 3339, with a zone). Absent for no end.')
    .exactOptional(),
  suspend: z.boolean().default(false).describe('True takes every right away and keeps the object.'),
  reason: text(512).describe('Why this is granted, as a ticket number; for people.').exactOptional(),
};

export const inOrder: CelRule<{ notBefore?: string; expiresAt?: string }> = {
  cel: '!has(self.notBefore) || !has(self.expiresAt) || timestamp(self.notBefore) < timestamp(self.expiresAt)',
  message: 'must be after notBefore',
  at: 'expiresAt',
  holds: ({ notBefore, expiresAt }) =>
    notBefore === undefined ||
    expiresAt === undefined ||
    (nanoseconds(notBefore) ?? 0n) < (nanoseconds(expiresAt) ?? 0n),
};
