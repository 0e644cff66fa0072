import { expect, test } from 'vitest';
import { SERVICE_ACCOUNT } from '../../src/controllers/kinds.ts';
import type { Child } from '../../src/reconcile/child.ts';
import { dnsName } from '../../src/reconcile/names.ts';
import type { Outcome } from '../../src/reconcile/outcome.ts';
import { granted } from './model/custom.ts';
import { REJECTED } from './model/outcomes.ts';
import { OWNER, pair, refTo } from './model/samples.ts';
import { grantRef, setGrant } from './model/scripted.ts';
import { Stage } from './model/stage.ts';
import { refusal } from './model/store.ts';
import { CREDENTIALS } from './model/world.ts';

const invalid = refusal('Invalid', 'a rule that cannot be evaluated on what is stored');

/** A server that takes no status of the object. */
const withoutStatus = (outcome: Outcome): Stage => {
  const stage = new Stage([], outcome);
  stage.fault = ({ verb }) => (verb === 'replaceStatus' ? { before: invalid } : undefined);
  return stage;
};

test('a refusal that no status can tell is told by an event, once, and the error with it', async () => {
  const stage = withoutStatus(REJECTED);
  for (let look = 0; look < 3; look++) expect((await stage.run())?.outcome).toEqual(REJECTED);
  expect(stage.verbs.filter((verb) => verb === 'create events')).toHaveLength(1);
  expect(stage.errors).toEqual([invalid]);
});

test('and again when the spec, or the reason, is another', async () => {
  const stage = withoutStatus(REJECTED);
  await stage.run();
  stage.world.store.now += 1000;
  setGrant(stage.world.store, 'g', { edited: true });
  await stage.run();
  stage.world.store.now += 1000;
  stage.plans([], { is: 'rejected', reason: 'Invalid', message: 'no' });
  await stage.run();
  expect(stage.errors).toEqual([invalid, invalid, invalid]);
});

test('once a status can be written again, it is', async () => {
  const stage = withoutStatus(REJECTED);
  await stage.run();
  stage.world.store.now += 1000;
  stage.fault = () => undefined;
  await stage.run();
  expect(stage.ready()).toEqual(['False', 'PrivilegedTarget']);
  stage.fault = ({ verb }) => (verb === 'replaceStatus' ? { before: invalid } : undefined);
  stage.plans([], { is: 'rejected', reason: 'PrivilegedTarget', message: 'another message' });
  await stage.run();
  expect(stage.errors).toEqual([invalid, invalid]);
});

test.for<[string, Outcome, Error]>([
  ['that is refused though nothing is wrong with the spec', granted(), invalid],
  ['that is refused for want of rights', REJECTED, refusal('Forbidden', 'no')],
])('a status %s is an error to come back for', async ([, outcome, error]) => {
  const stage = withoutStatus(outcome);
  stage.fault = ({ verb }) => (verb === 'replaceStatus' ? { before: error } : undefined);
  await expect(stage.run()).rejects.toBe(error);
  expect(stage.errors).toEqual([]);
});

const account: Child = {
  ...pair(['jane'])[0],
  kind: SERVICE_ACCOUNT,
  namespace: CREDENTIALS,
  name: dnsName(OWNER, 'account'),
  part: 'account',
  content: { automountServiceAccountToken: false },
};

test('a custom resource that is gone is done with though a finalizer keeps its account', async () => {
  const stage = new Stage([account]);
  await stage.run();
  stage.edit(account, ({ metadata }) => ({ metadata: { ...metadata, finalizers: ['acme.io/keep'] } }));
  stage.world.store.delete(grantRef('g'));
  expect(await stage.run()).toBeUndefined();
  expect(stage.world.store.get(refTo(account))?.metadata.deletionTimestamp).toBeDefined();
});
