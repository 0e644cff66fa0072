import { expect, test } from 'vitest';
import type { Cached, Informer } from '../../src/cluster/port.ts';
import type { Custom } from '../../src/reconcile/controller.ts';
import type { Watched } from '../../src/reconcile/engine.ts';
import { inventory } from '../../src/runtime/inventory.ts';

const now = Date.parse('2026-11-24T08:00:00Z');

interface Given {
  readonly active?: boolean;
  readonly credentialReady?: boolean;
  readonly expiresAt?: string;
  readonly tokenExpiresAt?: string;
  readonly isInvalid?: boolean;
}

const condition = (type: string, isTrue: boolean) => ({
  type,
  status: isTrue ? ('True' as const) : ('False' as const),
  reason: 'Granted',
  message: '',
  lastTransitionTime: '2026-11-24T07:00:00Z',
});

const custom = (name: string, given: Given): Custom<unknown> => ({
  namespace: '',
  name,
  uid: name,
  resourceVersion: '1',
  generation: 1,
  createdAt: now,
  terminating: false,
  verifyRequestedAt: undefined,
  spec: given.isInvalid === true ? { ok: false, message: 'no' } : { ok: true, value: { expiresAt: given.expiresAt } },
  status: {
    observedGeneration: 1,
    conditions: [
      condition('Active', given.active ?? true),
      ...(given.credentialReady === undefined ? [] : [condition('CredentialReady', given.credentialReady)]),
    ],
    ...(given.tokenExpiresAt !== undefined && {
      credential: { namespace: 'a', secretName: 'b', expirationTimestamp: given.tokenExpiresAt },
    }),
  },
});

const inventoryOf = (...given: Given[]) => {
  const customs = { list: () => given.map((one, index) => custom(`a${index}`, one)).values() };
  const watched = { controller: { kind: 'UserBinding' }, customs } as unknown as Watched & Informer<Cached>;
  return inventory([watched], now)[0];
};

test('only what is in force counts', () => {
  expect(
    inventoryOf({}, { active: false, credentialReady: true }, { credentialReady: true }, { credentialReady: false }),
  ).toMatchObject({
    kind: 'UserBinding',
    active: 3,
    credentials: 1,
  });
});

test('the first expiry is the earliest of what is in force', () => {
  const entry = inventoryOf(
    { active: false, expiresAt: '2026-11-24T08:00:01Z' },
    { expiresAt: '2026-11-24T10:00:00+01:00' },
    { expiresAt: '2026-11-24T12:00:00Z' },
    {},
  );
  expect(entry?.nextExpirySeconds).toBe(3600);
});

test('the first expiry of a token is that of a valid credential', () => {
  const entry = inventoryOf(
    { credentialReady: false, tokenExpiresAt: '2026-11-24T08:00:10Z' },
    { credentialReady: true, tokenExpiresAt: '2026-11-24T08:10:00Z' },
    { credentialReady: true },
  );
  expect(entry?.nextTokenExpirySeconds).toBe(600);
});

test('where nothing expires, the first expiry is never', () => {
  expect(inventoryOf({}, { isInvalid: true })).toMatchObject({
    nextExpirySeconds: Infinity,
    nextTokenExpirySeconds: Infinity,
  });
});
