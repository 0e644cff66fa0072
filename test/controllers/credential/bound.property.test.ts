import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundCredential } from '../../../src/controllers/credential/bound.ts';
import type { CredentialObserved } from '../../../src/controllers/credential/resolve.ts';
import type { TokenReading } from '../../../src/controllers/credential/token-data.ts';
import { SECRET } from '../../../src/controllers/kinds.ts';
import {
  FOREIGN,
  ISSUED,
  MINUTE,
  OF_BEFORE,
  OWNER_UID,
  SPEC,
  STRIPPED,
  account,
  anchor,
  atRest,
  reading,
  secret,
} from './given.ts';

const instant = fc.integer({ min: -90, max: 90 }).map((minutes) => ISSUED + minutes * MINUTE);
const marks = fc.constantFrom({}, {}, {}, STRIPPED, OF_BEFORE, FOREIGN, { terminating: true });
const slot = (name: 'anchor-a' | 'anchor-b') =>
  fc.option(
    fc.tuple(marks, instant).map(([fields, createdAt]) => anchor(name, fields, createdAt)),
    { nil: undefined },
  );

const readings: fc.Arbitrary<TokenReading | undefined | { error: unknown }> = fc.oneof(
  fc.constantFrom(undefined, { error: new Error('unable to read') }),
  fc
    .record({
      accountUid: fc.constantFrom('uid-of-account', 'uid-of-account', 'uid-of-another'),
      anchorUid: fc.constantFrom('uid-of-anchor-a', 'uid-of-anchor-b', 'uid-of-another', undefined),
      issuedAt: fc.option(instant, { nil: undefined }),
      expiresAt: fc.option(instant, { nil: undefined }),
    })
    .chain((claims) =>
      fc
        .record({
          digest: fc.constantFrom('same', 'same', 'other', 'none'),
          request: fc.constantFrom(reading().request, 'other'),
        })
        .map((fields) => reading(fields as Partial<TokenReading>, claims)),
    ),
);

const states: fc.Arbitrary<CredentialObserved> = fc.record({
  account: fc.option(marks.map(account), { nil: undefined }),
  freeAt: fc.constant(undefined),
  anchors: fc.record({ 'anchor-a': slot('anchor-a'), 'anchor-b': slot('anchor-b') }),
  secret: fc.option(marks.map(secret), { nil: undefined }),
  reading: readings,
});
const ends = fc.option(instant, { nil: undefined });

const planned = (found: CredentialObserved, now: number, notAfter: number | undefined) =>
  boundCredential({ ...SPEC, notAfter }, OWNER_UID, found, now);

test('whatever is found, at most two anchors and one token Secret are wanted, and nobody waits for a time that has passed', () => {
  fc.assert(
    fc.property(states, instant, ends, (found, now, notAfter) => {
      const { children, recheckAt } = planned(found, now, notAfter);
      const anchors = children.filter(({ part }) => part.startsWith('anchor-'));
      expect(anchors.length).toBeLessThanOrEqual(2);
      expect(new Set(children.map(({ name }) => name)).size).toBe(children.length);
      expect(children.filter(({ part }) => part === 'token').length).toBeLessThanOrEqual(1);
      expect(children.every(({ kind, namespace }) => kind === SECRET && namespace === 'credentials')).toBe(true);
      expect(recheckAt ?? Infinity).toBeGreaterThan(now);
    }),
    { numRuns: 600 },
  );
});

test('whatever is found, a token that is not what the spec asks for does not keep its anchor', () => {
  fc.assert(
    fc.property(states, instant, ends, (found, now, notAfter) => {
      const { children, state } = planned(found, now, notAfter);
      const token = found.reading !== undefined && 'token' in found.reading ? found.reading : undefined;
      const bound = Object.values(found.anchors).find(
        (one) => one !== undefined && one.uid === token?.token?.anchorUid,
      );
      const good =
        token?.digest === 'same' &&
        token.request === reading().request &&
        token.token?.accountUid === found.account?.uid &&
        now < (token.token?.expiresAt ?? 0);
      if (good || bound === undefined) return;
      expect(state.is).toBe('pending');
      const kept = children.filter(({ name, source }) => name === bound.name && source.replaces !== bound.uid);
      expect(kept).toEqual([]);
    }),
    { numRuns: 600 },
  );
});

test('whatever is found, an anchor that was made for the token to be issued is a new one', () => {
  fc.assert(
    fc.property(states, instant, ends, (found, now, notAfter) => {
      const { children } = planned(found, now, notAfter);
      if (!children.some(({ source }) => source.from === 'io' && source.due)) return;
      const fresh = children.filter(({ part, name, source }) => {
        if (!part.startsWith('anchor-')) return false;
        const stored = Object.values(found.anchors).find((one) => one?.name === name);
        return stored === undefined || stored.uid === source.replaces;
      });
      expect(fresh).toHaveLength(1);
    }),
    { numRuns: 400 },
  );
});

test('the state at rest is among what is tried', () => {
  expect(planned(atRest(), ISSUED + MINUTE, undefined).state.is).toBe('ready');
});
