import { expect, test } from 'vitest';
import type { StoredObject } from '../../src/cluster/port.ts';
import { SERVICE_ACCOUNT } from '../../src/controllers/kinds.ts';
import { type Child, CONTENT_ONLY } from '../../src/reconcile/child.ts';
import { dnsName } from '../../src/reconcile/names.ts';
import type { Outcome } from '../../src/reconcile/outcome.ts';
import { granted, plan } from './model/custom.ts';
import { Stage } from './model/stage.ts';
import { READY, UNREAD, UNSEEN } from './model/outcomes.ts';
import { OWNER, pair, refTo, storedAs } from './model/samples.ts';
import { CREDENTIALS } from './model/world.ts';

const [role, binding] = pair(['jane']);

const account: Child = {
  ...role,
  kind: SERVICE_ACCOUNT,
  namespace: CREDENTIALS,
  name: dnsName(OWNER, 'account'),
  part: 'account',
  content: { automountServiceAccountToken: false },
  source: CONTENT_ONLY,
};

const keep = ({ metadata }: StoredObject) => ({ metadata: { ...metadata, finalizers: ['acme.io/keep'] } });

test('a name that is taken withdraws everything, leaves the foreign object alone, and waits for it', async () => {
  const stage = new Stage([role]);
  await stage.run();
  stage.world.store.create(binding.kind.type, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: binding.name },
    roleRef: binding.content['roleRef'],
  });
  const foreign = storedAs(stage.world, binding);
  stage.controller.answer = () => plan(granted(), { credential: READY }, { children: [role, binding] });
  const result = await stage.run();
  expect(result?.outcome).toMatchObject({ is: 'waiting', reason: 'NameTaken', granted: false });
  expect(result?.outcome.message).toContain(
    'ClusterRoleBinding impersonation:grant:g exists and is not of this resource',
  );
  expect(result?.plan.summary.credential).toMatchObject({ is: 'pending' });
  expect(result?.plan.dependencies).toContainEqual(refTo(binding));
  expect(stage.world.store.list(role.kind.type)).toEqual([]);
  expect(storedAs(stage.world, binding)).toBe(foreign);
  stage.world.store.delete(refTo(binding));
  expect((await stage.run())?.outcome).toEqual(granted());
});

const taking = (): Stage => {
  const stage = new Stage([role, binding]);
  stage.world.store.create(account.kind.type, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: account.name, namespace: account.namespace },
  });
  return stage;
};

test('a name that is taken of what is to come withdraws everything too', async () => {
  const stage = taking();
  stage.controller.answer = () => plan(granted(), {}, { children: [role, binding], later: [account] });
  expect((await stage.run())?.outcome).toMatchObject({ is: 'waiting', reason: 'NameTaken', granted: false });
  expect(stage.world.store.list(role.kind.type)).toEqual([]);
});

test('a name that is taken does not hide that nobody knows what is in force', async () => {
  const stage = taking();
  stage.controller.answer = () => plan(UNSEEN, {}, { children: [role, account], additions: 'withheld' });
  expect((await stage.run())?.outcome).toEqual(UNSEEN);
  expect(stage.world.store.list(role.kind.type)).toEqual([]);
});

test('while additions are withheld nothing is made, and what is no longer wanted goes', async () => {
  const stage = new Stage([role, binding]);
  await stage.run();
  const [other, otherBinding] = pair(['john']);
  const waiting: Outcome = {
    is: 'waiting',
    reason: 'GuardMissing',
    granted: false,
    message: 'm',
    recheckAt: undefined,
  };
  stage.controller.answer = () => plan(waiting, {}, { children: [other, otherBinding], additions: 'withheld' });
  const held = await stage.run();
  expect(held?.outcome).toEqual({ ...waiting, granted: true });
  expect(storedAs(stage.world, role)['rules']).toBeNull();
  stage.plans([]);
  await stage.run();
  stage.controller.answer = () => plan(waiting, {}, { children: [other, otherBinding], additions: 'withheld' });
  expect((await stage.run())?.outcome).toEqual(waiting);
  expect(stage.world.store.list(role.kind.type)).toEqual([]);
});

test('what a finalizer keeps is waited for, named, with what is granted meanwhile', async () => {
  const stage = new Stage([role, binding]);
  await stage.run();
  stage.edit(role, keep);
  stage.world.store.delete(refTo(role));
  const result = await stage.run();
  expect(result?.outcome).toMatchObject({ is: 'waiting', reason: 'FinalizerHeld', granted: true });
  expect(result?.outcome.message).toBe(
    'ClusterRole impersonation:grant:g is deleted but kept by the finalizers acme.io/keep; whoever set them must remove them',
  );
  expect(storedAs(stage.world, role)['rules']).toBeNull();
  stage.edit(role, ({ metadata }) => ({ metadata: { ...metadata, finalizers: [] } }));
  expect((await stage.run())?.outcome).toEqual(granted());
  expect(storedAs(stage.world, role)['rules']).toEqual(role.content['rules']);
});

const SUSPENDED: Outcome = { is: 'ready', reason: 'Suspended', message: 'suspended', recheckAt: 5 };

test.for<[string, Outcome, object]>([
  ['a suspension', SUSPENDED, { is: 'waiting', reason: 'FinalizerHeld', granted: false, recheckAt: 5 }],
  ['a refusal', { is: 'rejected', reason: 'Invalid', message: 'no' }, { is: 'rejected', reason: 'Invalid' }],
  ['a read that failed', UNREAD, { is: 'failed', reason: 'ReadFailed', retryAfterSeconds: 3 }],
])('an account that is kept though nobody wants it: %s is told as it should be', async ([, outcome, expected]) => {
  const stage = new Stage([account]);
  await stage.run();
  stage.edit(account, keep);
  stage.plans([], outcome);
  expect((await stage.run())?.outcome).toMatchObject(expected);
});
