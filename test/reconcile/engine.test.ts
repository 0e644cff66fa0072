import { expect, test, vi } from 'vitest';
import { ApiError } from '../../src/cluster/errors.ts';
import { NAMESPACE } from '../../src/controllers/kinds.ts';
import { granted, plan } from './model/custom.ts';
import { machineOfTest } from './model/machine-of-test.ts';
import { PARTLY, READY } from './model/outcomes.ts';
import { OWNER, pair, refTo, secret } from './model/samples.ts';
import { grantRef, setGrant } from './model/scripted.ts';
import { refusal } from './model/store.ts';

const [role, binding] = pair(['jane']);
const SECOND = 1000;

const machine = machineOfTest();

const pass = async (ms = 1): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

const pause = async (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));

const broken = (retryAfterSeconds?: number): ApiError =>
  new ApiError({ reason: 'ServerError', message: '500', status: 500, retryAfterSeconds });

test('what is there at the start is looked at once, and what comes after when it comes', async () => {
  setGrant(machine().store, 'a');
  machine().start();
  await pass();
  setGrant(machine().store, 'b');
  await pass();
  expect(machine().observer.reconciles).toEqual(['a Granted', 'b Granted']);
});

test('what a custom resource that is gone left behind is removed at the start', async () => {
  machine().world.put([role, binding], { ...OWNER, name: 'gone' });
  machine().world.put([{ ...role, name: 'impersonation:grant:gone' }], { ...OWNER, name: 'gone' });
  machine().start();
  await pass();
  expect(
    machine()
      .store.list(role.kind.type)
      .map(({ metadata }) => metadata.name),
  ).toEqual([role.name]);
});

test('a write of ours is no reason to look again, a write of somebody else is', async () => {
  machine().controller.answer = () =>
    plan(
      granted(),
      {},
      { children: [role, binding, secret('support-bot')], dependencies: [refTo(secret('support-bot'))] },
    );
  setGrant(machine().store, 'g');
  machine().start();
  await pass();
  await pass(SECOND);
  expect(machine().observer.reconciles).toHaveLength(1);
  machine().store.edit(refTo(role), (object) => ({ ...object, rules: [] }));
  await pass();
  expect(machine().observer.reconciles).toHaveLength(2);
  expect(machine().store.get(refTo(role))?.['rules']).toEqual(role.content['rules']);
});

test('a replica that may not write does nothing, and everything once it may', async () => {
  machine().mayWrite = false;
  setGrant(machine().store, 'a');
  machine().start();
  setGrant(machine().store, 'b');
  await pass(10 * SECOND);
  expect(machine().controller.asked).toEqual([]);
  machine().mayWrite = true;
  await pass(SECOND);
  expect(machine().observer.reconciles.toSorted()).toEqual(['a Granted', 'b Granted']);
  expect(machine().engine.depth).toBe(0);
});

test('and at once when it is told that it may', async () => {
  machine().mayWrite = false;
  setGrant(machine().store, 'a');
  machine().start();
  await pass();
  machine().mayWrite = true;
  machine().engine.resume();
  await pass();
  expect(machine().observer.reconciles).toEqual(['a Granted']);
});

test('a lease that is lost on the way is no failure; the work is taken up later', async () => {
  machine().controller.answer = () => plan(granted(), {}, { children: [role] });
  machine().fault = () => ({ before: refusal('NotLeading', 'not the leader') });
  setGrant(machine().store, 'g');
  machine().start();
  await pass();
  expect([machine().observer.failures, machine().observer.reconciles]).toEqual([[], []]);
  machine().fault = () => undefined;
  await pass(SECOND);
  expect(machine().observer.reconciles).toEqual(['g Granted']);
});

const waitsFor = (name: string) => {
  const ref = { type: NAMESPACE, namespace: '', name };
  machine().controller.answer = () => plan(PARTLY, {}, { dependencies: [ref] });
  return () => machine().store.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
};

test('an object that a plan read wakes it when it changes, and nobody else', async () => {
  const create = waitsFor('production');
  setGrant(machine().store, 'g');
  machine().start();
  await pass();
  machine().store.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
  await pass();
  expect(machine().observer.reconciles).toHaveLength(1);
  create();
  await pass();
  expect(machine().observer.reconciles).toHaveLength(2);
});

test('and also when it changes while the very first plan is being made', async () => {
  const create = waitsFor('production');
  const { answer } = machine().controller;
  machine().controller.answer = async (...given) => {
    const answered = await answer(...given);
    if (machine().observer.reconciles.length > 0) return answered;
    create();
    await pause(100);
    return answered;
  };
  setGrant(machine().store, 'g');
  machine().start();
  await pass(SECOND);
  expect(machine().observer.reconciles).toHaveLength(2);
});

test('work that failed is still woken by what its last plan read', async () => {
  const create = waitsFor('production');
  setGrant(machine().store, 'g');
  machine().start();
  await pass();
  machine().controller.answer = async () => Promise.reject(broken(3600));
  setGrant(machine().store, 'g', { edited: true });
  await pass();
  machine().controller.answer = () => plan(granted());
  create();
  await pass();
  expect(machine().observer.reconciles.at(-1)).toBe('g Granted');
});

test('one key runs once at a time, and an edit during the run is not lost', async () => {
  let running = 0;
  let most = 0;
  const specs: unknown[] = [];
  machine().controller.answer = async ({ spec }) => {
    specs.push(spec.ok && spec.value);
    most = Math.max(most, ++running);
    await pause(100);
    running--;
    return plan(granted());
  };
  setGrant(machine().store, 'g');
  machine().start();
  await pass(50);
  setGrant(machine().store, 'g', { edited: 1 });
  setGrant(machine().store, 'g', { edited: 2 });
  await pass(SECOND);
  expect(most).toBe(1);
  expect(specs.at(-1)).toEqual({ edited: 2 });
  const { generation } = machine().store.get(grantRef('g'))?.metadata ?? {};
  expect(machine().store.get(grantRef('g'))?.['status']).toMatchObject({ observedGeneration: generation });
});

test('how a custom resource stands is known until it is gone', async () => {
  machine().controller.answer = () => plan(granted(), { credential: READY, expiresAt: 5 });
  setGrant(machine().store, 'g');
  machine().start();
  await pass();
  expect([...machine().engine.standings()]).toEqual([
    { kind: 'ImpersonationGrant', granted: true, credential: true, expiresAt: 5 },
  ]);
  machine().store.delete(grantRef('g'));
  await pass();
  expect([...machine().engine.standings()]).toEqual([]);
});

test('a drain lets what runs come to its end and takes nothing more', async () => {
  machine().controller.answer = async () => {
    await pause(100);
    return plan(granted());
  };
  setGrant(machine().store, 'a');
  machine().start();
  await pass();
  const drained = machine().engine.drain();
  setGrant(machine().store, 'b');
  await pass(SECOND);
  await drained;
  expect(machine().observer.reconciles).toEqual(['a Granted']);
  expect(vi.getTimerCount()).toBe(0);
});
