import { z } from 'zod';
import { INSTANT, nanoseconds } from './instant.ts';
import { atomic, maxLength, set } from './keywords.ts';
import { matches, matchesNot, ruled } from './rule.ts';
import type { KeywordRule } from './rule.ts';

/** Controls, format characters, surrogates, unassigned code points, separators. */
const BLANK = String.raw`\p{C}\p{Z}`;

/** Letters, marks and signs that print as nothing, and those that stand for what could not be decoded, as a lone surrogate. */
const FILLER = String.raw`\u{34F}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}-\u{180F}\u{2800}\u{3164}\u{FE00}-\u{FE0F}\u{FFA0}\u{FFFC}\u{FFFD}\u{E0100}-\u{E01EF}`;

/** Not to be shown as it is. */
export const UNSEEN = new RegExp(`(?! )[${BLANK}${FILLER}]`, 'gu');

const visible = matches(
  new RegExp(`^[^${BLANK}]( *[^${BLANK}])*$`, 'u'),
  'must be visible text: not empty, no space at either end, no control, zero-width or direction character',
);

const noFiller = matchesNot(
  new RegExp(`[${FILLER}]`, 'u'),
  'must be visible text: no filler, variation selector or replacement character',
);

const noWildcard = matchesNot(/\*/u, 'must be one exact name: "*" is no wildcard here and never granted');

/** Text for people. */
export const text = (length: number) => ruled(z.string(), maxLength(length), visible, noFiller);

/** A name that is compared byte for byte. */
export const name = (length: number) => ruled(text(length), noWildcard);

const LABEL = String.raw`[a-z0-9]([-a-z0-9]*[a-z0-9])?`;

export const namespaceName = () =>
  ruled(
    z.string(),
    maxLength(63),
    matches(
      new RegExp(`^${LABEL}$`, 'u'),
      'must be a namespace: lower-case letters, digits and "-", a letter or digit at both ends',
    ),
  );

/** A DNS subdomain. */
export const OBJECT_NAME = new RegExp(String.raw`^${LABEL}(\.${LABEL})*$`, 'u');

/** The name of a ServiceAccount, a Secret, a node, or an object of ours. */
export const objectName = () =>
  ruled(
    z.string(),
    maxLength(253),
    matches(
      OBJECT_NAME,
      'must be an object name: lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part',
    ),
  );

const dateTime: KeywordRule<string> = {
  keywords: { format: 'date-time', pattern: INSTANT.source },
  message: 'must be a date and time that exists, with a zone, as 2026-11-24T17:00:00Z',
  holds: (value) => nanoseconds(value) !== undefined,
};

/** An instant of RFC 3339. */
export const instant = () =>
  ruled(z.string(), dateTime, {
    cel: "timestamp(self) >= timestamp('1970-01-01T00:00:00Z')",
    message: 'must not be before 1970',
    holds: (value) => (nanoseconds(value) ?? 0n) >= 0n,
  });

/** Strings without order; never empty, since an empty list that a template drops must not come to mean everything. */
export const setOf = <S extends z.ZodType<string>>(item: S, most: number) => ruled(z.array(item).min(1).max(most), set);

/** Objects in the order of their author; never empty. */
export const listOf = <S extends z.ZodType>(item: S, most: number) => ruled(z.array(item).min(1).max(most), atomic);
