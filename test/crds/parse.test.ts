import { anything, array, assert, constantFrom, integer, jsonValue, oneof, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStatus } from '../../src/crds/index.ts';
import { claimed, parse, received, verdict } from './judge.ts';
import { FULL } from './table/full.ts';
import { ROWS } from './table/index.ts';

const ofParser = ROWS.filter(({ stored }) => stored === undefined);
const good = ofParser.filter(({ refused }) => refused === undefined);
const bad = ofParser.filter(({ refused }) => refused !== undefined);

test('every claim of the table is made once', () => {
  const claims = ROWS.map(({ claim }) => claim);
  expect(claims.filter((claim, index) => claims.indexOf(claim) !== index)).toEqual([]);
});

describe('the parser', () => {
  test.for(claimed(good))('%s', ([, row]) => {
    expect(verdict(row.kind, received(row))).toBe('taken');
  });

  test.for(claimed(bad))('%s', ([, row]) => {
    expect(verdict(row.kind, received(row))).toContain(`${row.refused?.field}: `);
    expect(verdict(row.kind, received(row))).toContain(row.refused?.says ?? '');
  });
});

test('what the parser gives, it gives again', () => {
  const given = good.map((row) => ({ row, checked: parse(row.kind, received(row)) }));
  const again = given.map(({ row, checked }) => parse(row.kind, { spec: checked.ok ? checked.value : undefined }));
  expect(again).toEqual(given.map(({ checked }) => checked));
});

test('the parser never throws, whatever is stored', () => {
  const value = oneof(anything({ withNullPrototype: true }), jsonValue());
  const kind = constantFrom('ImpersonationGrant' as const, 'UserBinding' as const);
  const field = constantFrom(...Object.keys(FULL.ImpersonationGrant), ...Object.keys(FULL.UserBinding));
  const judged = property(kind, field, value, (of, key, put) => {
    expect(verdict(of, put)).not.toBe('');
    expect(verdict(of, { spec: put })).not.toBe('');
    expect(verdict(of, { spec: { ...FULL[of], [key]: put } })).not.toBe('');
  });
  expect(() => assert(judged)).not.toThrow();
}, 60_000);

test('a message hides nothing and turns nothing around, and is short', () => {
  const judged = property(array(integer({ min: 0, max: 0x10_ff_ff }), { maxLength: 300 }), (points) => {
    const name = String.fromCodePoint(...points);
    const message = verdict('ImpersonationGrant', {
      spec: { ...FULL.ImpersonationGrant, impersonate: { users: [name] } },
    });
    expect(message).not.toMatch(/[^\P{C}]|[^\P{Z} ]/u);
    expect(message.length).toBeLessThan(2000);
  });
  expect(() => assert(judged)).not.toThrow();
}, 60_000);

test('of many faults the first are told, and how many there are', () => {
  const users = Array.from({ length: 9 }, (_, index) => `*${index}`);
  const message = verdict('ImpersonationGrant', { spec: { ...FULL.ImpersonationGrant, impersonate: { users } } });
  expect(message).toMatch(/users\[4\]: .*; and 4 more$/u);
});

describe('the status', () => {
  test.for([{}, { status: {} }, { status: null }, { status: 'fine' }, { status: { observedGeneration: 'x' } }])(
    '%j is one that nobody wrote',
    (object) => {
      expect(parseStatus(object)).toEqual({ observedGeneration: -1 });
    },
  );

  test('is read as it is stored', () => {
    const since = '2026-11-24T08:00:00Z';
    const status = {
      observedGeneration: 3,
      conditions: [
        { type: 'Ready', status: 'True', reason: 'Granted', message: '', lastTransitionTime: since },
        { type: 'Later', status: 'Unknown', reason: 'NewWord', message: '', lastTransitionTime: since },
      ],
      objects: [{ kind: 'ClusterRole', name: 'impersonation:grant:x' }],
    };
    expect(parseStatus({ status })).toEqual(status);
  });
});
