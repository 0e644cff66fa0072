import { binding, grant, refused } from './row.ts';
import type { Row } from './row.ts';

const GOOD: readonly string[] = [
  '2026-11-24T17:00:00Z',
  '2026-11-24T17:00:00+01:00',
  '2026-11-24T17:00:00-23:59',
  '2026-11-24T17:00:00-00:00',
  '2026-11-24T17:00:00.1Z',
  '2026-11-24T17:00:00.123456789Z',
  '2026-11-24T23:59:59Z',
  '2028-02-29T00:00:00Z',
  '2000-02-29T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '1969-12-31T23:30:00-00:30',
  '9999-12-31T23:59:59Z',
];

const BAD: readonly (readonly [what: string, instant: string])[] = [
  ['an empty string', ''],
  ['a day', '2026-11-24'],
  ['no zone', '2026-11-24T17:00:00'],
  ['no seconds', '2026-11-24T17:00Z'],
  ['a space for the T', '2026-11-24 17:00:00Z'],
  ['a small t', '2026-11-24t17:00:00Z'],
  ['a small z', '2026-11-24T17:00:00z'],
  ['30 February', '2026-02-30T00:00:00Z'],
  ['29 February of no leap year', '2026-02-29T00:00:00Z'],
  ['29 February 2100', '2100-02-29T00:00:00Z'],
  ['31 April', '2026-04-31T00:00:00Z'],
  ['month 13', '2026-13-01T00:00:00Z'],
  ['month 0', '2026-00-01T00:00:00Z'],
  ['day 0', '2026-11-00T00:00:00Z'],
  ['day 32', '2026-01-32T00:00:00Z'],
  ['hour 24', '2026-11-24T24:00:00Z'],
  ['hour 25', '2026-11-24T25:00:00Z'],
  ['minute 60', '2026-11-24T17:60:00Z'],
  ['a leap second', '2026-12-31T23:59:60Z'],
  ['ten digits of a fraction', '2026-11-24T17:00:00.1234567890Z'],
  ['a point without a fraction', '2026-11-24T17:00:00.Z'],
  ['a comma', '2026-11-24T17:00:00,5Z'],
  ['zone +25:00', '2026-11-24T17:00:00+25:00'],
  ['zone +24:00', '2026-11-24T17:00:00+24:00'],
  ['zone +00:60', '2026-11-24T17:00:00+00:60'],
  ['zone +99:99', '2026-11-24T17:00:00+99:99'],
  ['a zone without a colon', '2026-11-24T17:00:00+0100'],
  ['a zone without minutes', '2026-11-24T17:00:00+01'],
  ['a zone by name', '2026-11-24T17:00:00 CET'],
  ['two zones', '2026-11-24T17:00:00Z+01:00'],
  ['one-digit parts', '2026-1-4T7:00:00Z'],
  ['a year of five digits', '12026-11-24T17:00:00Z'],
  ['a signed year', '-2026-11-24T17:00:00Z'],
  ['year 0', '0000-01-01T00:00:00Z'],
  ['full-width digits', '２０２６-11-24T17:00:00Z'],
  ['Arabic digits', '\u{662}\u{660}\u{662}\u{666}-11-24T17:00:00Z'],
  ['a leading space', ' 2026-11-24T17:00:00Z'],
  ['a trailing line feed', '2026-11-24T17:00:00Z\n'],
  ['seconds since the epoch', '1795453200'],
  ['now', 'now'],
];

const BEFORE_1970 = 'must not be before 1970';
const ORDER = 'must be after notBefore';

const span = (claim: string, notBefore: string, expiresAt: string, says?: string): Row =>
  grant(claim, { notBefore, expiresAt }, says === undefined ? undefined : refused('spec.expiresAt', says));

export const lifetimeRows: readonly Row[] = [
  ...GOOD.flatMap((instant) => [
    grant(`expiry at ${instant} is taken`, { expiresAt: instant }),
    binding(`no grant before ${instant} is taken`, { notBefore: instant }),
  ]),
  ...BAD.map(([what, expiresAt]) => grant(`expiry with ${what} is refused`, { expiresAt }, refused('spec.expiresAt'))),
  ...['2026-11-24T17:00:00', '2026-02-30T00:00:00Z', '2026-11-24T17:00:00+99:99'].flatMap((instant) => [
    grant(`a beginning at ${instant} is refused`, { notBefore: instant }, refused('spec.notBefore')),
    binding(`a binding that begins at ${instant} is refused`, { notBefore: instant }, refused('spec.notBefore')),
    binding(`a binding that ends at ${instant} is refused`, { expiresAt: instant }, refused('spec.expiresAt')),
  ]),
  ...[1_795_453_200, true].map((expiresAt) =>
    grant(`expiry that is ${typeof expiresAt} is refused`, { expiresAt }, refused('spec.expiresAt')),
  ),
  ...(['notBefore', 'expiresAt'] as const).flatMap((field) => [
    grant(`${field} in 1969 is refused`, { [field]: '1969-12-31T23:59:59Z' }, refused(`spec.${field}`, BEFORE_1970)),
    binding(
      `${field} of a binding in 1969 is refused`,
      { [field]: '1970-01-01T00:00:00+00:01' },
      refused(`spec.${field}`, BEFORE_1970),
    ),
  ]),
  span('an end after the beginning is taken', '2026-11-24T08:00:00Z', '2026-11-24T17:00:00Z'),
  span(
    'an end one nanosecond after the beginning is taken',
    '2026-11-24T08:00:00.000000001Z',
    '2026-11-24T08:00:00.000000002Z',
  ),
  span('an end later by its zone is taken', '2026-11-24T08:00:00+02:00', '2026-11-24T07:00:00Z'),
  span('an end at the beginning is refused', '2026-11-24T08:00:00Z', '2026-11-24T08:00:00Z', ORDER),
  span(
    'an end at the beginning in another zone is refused',
    '2026-11-24T08:00:00Z',
    '2026-11-24T09:00:00+01:00',
    ORDER,
  ),
  span('an end before the beginning is refused', '2026-11-24T08:00:00Z', '2026-11-24T07:59:59.999999999Z', ORDER),
  span('an end earlier by its zone is refused', '2026-11-24T08:00:00Z', '2026-11-24T08:30:00+01:00', ORDER),
  span('an end in the past is taken: it has expired', '2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z'),
  binding(
    'a binding that ends before it begins is refused',
    { notBefore: '2026-11-24T08:00:00Z', expiresAt: '2026-11-23T08:00:00Z' },
    refused('spec.expiresAt', ORDER),
  ),
  ...['true', 1, 'yes'].map((suspend) =>
    grant(`suspend: ${JSON.stringify(suspend)} is refused`, { suspend }, refused('spec.suspend')),
  ),
  grant('suspend that is null is false', { suspend: null }),
  grant('a misspelt expiry is dropped', { expiresat: '2026-11-24T17:00:00Z' }),
];
