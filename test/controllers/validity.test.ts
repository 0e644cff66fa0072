import { expect, test } from 'vitest';
import { type Lifetime, instant, validity } from '../../src/controllers/validity.ts';
import { binding, grant, planOfBinding, planOfGrant } from './given.ts';

const BEGIN = '2026-11-24T08:00:00Z';
const END = '2026-11-24T17:00:00Z';
const begin = Date.parse(BEGIN);
const end = Date.parse(END);
const both: Lifetime = { suspend: false, notBefore: BEGIN, expiresAt: END };
const suspended: Lifetime = { ...both, suspend: true };

const ACTIVE = { is: 'active', until: end };
const NOT_YET = {
  is: 'inactive',
  reason: 'NotYetValid',
  message: `not valid before ${BEGIN}; nothing is granted`,
  recheckAt: begin,
};
const EXPIRED = {
  is: 'inactive',
  reason: 'Expired',
  message: `expired at ${END}; nothing is granted`,
  recheckAt: undefined,
};
const SUSPENDED = {
  is: 'inactive',
  reason: 'Suspended',
  message: 'spec.suspend is true; nothing is granted',
  recheckAt: end,
};

test.for<[string, Lifetime, number, object]>([
  ['a millisecond before the beginning', both, begin - 1, NOT_YET],
  ['at the beginning', both, begin, ACTIVE],
  ['a millisecond before the end', both, end - 1, ACTIVE],
  ['at the end', both, end, EXPIRED],
  ['after the end', both, end + 1, EXPIRED],
  ['suspended before the beginning', suspended, begin - 1, SUSPENDED],
  ['suspended in between', suspended, begin, SUSPENDED],
  ['suspended after the end', suspended, end, EXPIRED],
  ['without beginning and end', { suspend: false }, begin, { is: 'active', until: undefined }],
  ['suspended without end', { suspend: true }, begin, { ...SUSPENDED, recheckAt: undefined }],
  ['before a beginning without end', { suspend: false, notBefore: BEGIN }, begin - 1, NOT_YET],
])('%s', ([, lifetime, now, expected]) => {
  expect(validity(lifetime, now)).toEqual(expected);
});

test.for<[string, string, number]>([
  ['another zone', '2026-11-24T19:30:00+02:30', end],
  ['a zone behind', '2026-11-24T12:00:00-05:00', end],
  ['milliseconds', '2026-11-24T17:00:00.250Z', end + 250],
  ['nanoseconds count from the millisecond that they are in', '2026-11-24T17:00:00.250999999Z', end + 250],
])('an instant with %s', ([, text, expected]) => {
  expect(instant(text)).toBe(expected);
});

test('no instant is none', () => {
  expect(instant(undefined)).toBeUndefined();
});

test('a grant with nanoseconds is over within its last millisecond, never after', () => {
  const lifetime = { suspend: false, expiresAt: '2026-11-24T17:00:00.250999999Z' };
  expect(validity(lifetime, end + 249)).toMatchObject({ is: 'active' });
  expect(validity(lifetime, end + 250)).toMatchObject({ reason: 'Expired' });
});

test.for([
  ['NotYetValid', begin - 1, begin],
  ['Granted', begin, end],
  ['Expired', end, undefined],
] as const)(
  'both kinds are %s at the same instant, grant nothing unless granted, and look again when that changes',
  async ([reason, now, recheckAt]) => {
    const spec = { notBefore: BEGIN, expiresAt: END };
    const roles = [{ roleRef: { kind: 'ClusterRole', name: 'view' } }];
    const plans = [await planOfGrant(grant(spec), { now }), await planOfBinding(binding({ ...spec, roles }), { now })];
    for (const { outcome, children, summary } of plans) {
      expect(outcome).toMatchObject({ is: 'ready', reason, recheckAt });
      expect(children.length > 0).toBe(reason === 'Granted');
      expect(summary.expiresAt).toBe(end);
    }
  },
);

test('both kinds grant nothing while they are suspended', async () => {
  const plans = [await planOfGrant(grant({ suspend: true })), await planOfBinding(binding({ suspend: true }))];
  for (const { outcome, children } of plans) {
    expect(outcome).toMatchObject({ is: 'ready', reason: 'Suspended' });
    expect(children).toEqual([]);
  }
});
