import { expect, test } from 'vitest';
import type { CredentialObserved } from '../../../src/controllers/credential/resolve.ts';
import { accountSubjects, credential } from '../../../src/controllers/credential/desired.ts';
import type { CredentialSpec } from '../../../src/controllers/credential/spec.ts';
import { dnsName } from '../../../src/reconcile/names.ts';
import {
  FOREIGN,
  ISSUED,
  MINUTE,
  NOTHING,
  OF_BEFORE,
  OWNER,
  OWNER_UID,
  SPEC,
  account,
  anchor,
  atRest,
  lines,
  secret,
} from './given.ts';

const LONG: CredentialSpec = { ...SPEC, type: 'LongLived' };
/** The account of a UserBinding of kind ServiceAccount. */
const THEIRS: CredentialSpec = { ...SPEC, account: { own: false, name: 'app' } };

const planned = (spec: CredentialSpec, found: CredentialObserved) =>
  credential(spec, OWNER_UID, found, ISSUED + MINUTE);

test('an account of its own is made with the rest, and mounts no token into pods', () => {
  const plan = planned(SPEC, NOTHING);
  expect(lines(plan)).toEqual(['account: there', 'anchor-a: there', 'token: issued']);
  expect(plan.children[0]).toMatchObject({
    kind: { type: { kind: 'ServiceAccount' } },
    namespace: 'credentials',
    name: dnsName(OWNER, 'account'),
    content: { automountServiceAccountToken: false },
  });
  expect(lines(planned(LONG, NOTHING))).toEqual(['account: there', 'token: there']);
});

test('nothing is made while a token of the account of before may be accepted, and nobody is bound', () => {
  for (const spec of [SPEC, LONG]) {
    const waiting = { ...spec, freeAt: ISSUED + 2 * MINUTE };
    const { children, state, recheckAt } = planned(waiting, NOTHING);
    expect([children, state.is, recheckAt]).toEqual([[], 'remembered', ISSUED + 2 * MINUTE]);
    const later = state.is === 'remembered' ? state.later : [];
    expect(lines({ children: later })).toEqual(lines(planned(spec, NOTHING)));
    expect(accountSubjects(waiting)).toEqual([]);
  }
});

test('the account of somebody else is never made', () => {
  expect(lines(planned(THEIRS, atRest()))).toEqual(['anchor-a: there instead of uid-of-anchor-a', 'token: issued']);
  expect(planned(THEIRS, NOTHING)).toMatchObject({ children: [], state: { is: 'pending' } });
});

test.for<[string, CredentialSpec, string[]]>([
  ['of its own', SPEC, ['account: there']],
  ['of its own with a token that lives long', LONG, ['account: there']],
  ['of somebody else', THEIRS, []],
])('no token is asked for an account %s that is on its way out', ([, spec, expected]) => {
  const plan = planned(spec, atRest({ account: account({ terminating: true }) }));
  expect(lines(plan)).toEqual(expected);
  expect(plan.state).toEqual({ is: 'pending' });
});

test.for<[string, CredentialSpec, string[]]>([
  ['leaves its account alone with a Bound one', SPEC, ['account: there']],
  ['ends its account too with a LongLived one', LONG, []],
])('a token Secret that a finalizer keeps %s, and nothing is made anew at every look', ([, spec, expected]) => {
  const plan = planned(spec, atRest({ secret: secret({ terminating: true }), reading: undefined }));
  expect(lines(plan)).toEqual(expected);
  expect(plan.state).toEqual({ is: 'pending' });
});

test('a foreign Secret that a finalizer keeps is still a taken name', () => {
  const found = atRest({ secret: secret({ terminating: true, ...FOREIGN }), reading: undefined });
  expect(planned(SPEC, found).children.map(({ name }) => name)).toContain('support-bot');
});

test('a Secret that cannot be read leaves everything of ours as it is', async () => {
  const error = new Error('503');
  const found = atRest({
    anchors: { 'anchor-a': anchor('anchor-a'), 'anchor-b': anchor('anchor-b', OF_BEFORE) },
    reading: { error },
  });
  for (const spec of [SPEC, LONG]) {
    const plan = planned(spec, found);
    expect(lines(plan)).toEqual(['account: there', 'anchor-a: kept', 'token: kept']);
    expect(plan.state).toEqual({ is: 'unreadable', error });
    const context = {
      cluster: { get: async () => undefined, requestToken: async () => Promise.reject(error) },
      uidOf: () => undefined,
      now: 0,
    };
    const written = plan.children.at(-1)?.source;
    await expect(
      written?.from === 'io' ? Reflect.apply(written.fill, undefined, [context]) : undefined,
    ).rejects.toThrow('Secret support-bot cannot be read');
  }
});

test('bindings name the account of the credential', () => {
  expect(accountSubjects(THEIRS)).toEqual([{ kind: 'ServiceAccount', name: 'app', namespace: 'credentials' }]);
});
