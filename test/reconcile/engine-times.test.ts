import { expect, test, vi } from 'vitest';
import { ApiError } from '../../src/cluster/errors.ts';
import type { Outcome } from '../../src/reconcile/outcome.ts';
import { granted, plan } from './model/custom.ts';
import { machineOfTest } from './model/machine-of-test.ts';
import { pair, refTo } from './model/samples.ts';
import { setGrant } from './model/scripted.ts';
import { refusal } from './model/store.ts';

const [role] = pair(['jane']);
const SECOND = 1000;

const machine = machineOfTest();

const pass = async (ms = 1): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

const broken = (retryAfterSeconds?: number): ApiError =>
  new ApiError({ reason: 'ServerError', message: '500', status: 500, retryAfterSeconds });

test('a write that fails is tried again and again, later each time, and at once from the start after a success', async () => {
  machine().controller.answer = () => plan(granted(), {}, { children: [role] });
  machine().fault = ({ verb }) => (verb === 'create' ? { before: broken() } : undefined);
  setGrant(machine().store, 'g');
  machine().start();
  await pass(60 * SECOND);
  const tries = machine().observer.reconciles.length;
  expect(tries).toBeGreaterThan(6);
  expect(tries).toBeLessThan(14);
  machine().fault = () => undefined;
  await pass(31 * SECOND);
  expect(machine().observer.reconciles.at(-1)).toBe('g Granted');
  const settled = machine().observer.reconciles.length;
  machine().fault = ({ verb }) => (verb === 'create' ? { before: broken() } : undefined);
  machine().store.delete(refTo(role));
  await pass(SECOND);
  expect(machine().observer.reconciles.length - settled).toBeGreaterThan(2);
});

test('a server that asks for time is given it', async () => {
  machine().controller.answer = () => plan(granted(), {}, { children: [role] });
  machine().fault = ({ verb }) => (verb === 'create' ? { before: broken(20) } : undefined);
  setGrant(machine().store, 'g');
  machine().start();
  await pass(19 * SECOND);
  expect(machine().observer.reconciles).toEqual(['g WriteFailed']);
  await pass(2 * SECOND);
  expect(machine().observer.reconciles).toEqual(['g WriteFailed', 'g WriteFailed']);
});

test('an error that no outcome tells is told to the observer, and tried again', async () => {
  const error = broken();
  machine().controller.answer = async () => Promise.reject(error);
  setGrant(machine().store, 'g');
  machine().start();
  await pass(SECOND);
  expect(machine().observer.failures.length).toBeGreaterThan(1);
  expect(machine().observer.failures[0]).toBe(error);
});

test('a status that lost a race is tried again without a word', async () => {
  let races = 1;
  machine().fault = ({ verb }) =>
    verb === 'replaceStatus' && races-- > 0 ? { before: refusal('Conflict', 'modified') } : undefined;
  setGrant(machine().store, 'g');
  machine().start();
  await pass(SECOND);
  expect(machine().observer.reconciles).toEqual(['g Granted']);
  expect(machine().observer.failures).toEqual([]);
});

test('an outcome that time changes is looked at when it does', async () => {
  const { now } = machine().store;
  machine().controller.answer = (_, world) =>
    plan({ ...granted(), is: 'ready', reason: 'Granted', recheckAt: world.now < now + 5000 ? now + 5000 : undefined });
  setGrant(machine().store, 'g');
  machine().start();
  await pass();
  machine().store.now = now + 4999;
  await pass(4998);
  expect(machine().observer.reconciles).toHaveLength(1);
  machine().store.now = now + 5000;
  await pass(1);
  expect(machine().observer.reconciles).toHaveLength(2);
  await pass(60 * SECOND);
  expect(machine().observer.reconciles).toHaveLength(2);
});

test('a time that has passed already does not make a worker spin', async () => {
  const due: Outcome = { is: 'ready', reason: 'Granted', message: '', recheckAt: 0 };
  machine().controller.answer = () => plan(due);
  setGrant(machine().store, 'g');
  machine().start();
  await pass(SECOND);
  expect(machine().observer.reconciles.length).toBeLessThanOrEqual(21);
});

test('everything is looked at again at every sweep', async () => {
  setGrant(machine().store, 'a');
  setGrant(machine().store, 'b');
  machine().start();
  await pass();
  await pass(machine().sweepMs);
  expect(machine().observer.reconciles).toHaveLength(4);
});
