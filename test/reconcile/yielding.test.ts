/** Many lose rights at once: of each, what gives rights goes first, and what is left of it afterwards. */
import { expect, test, vi } from 'vitest';
import type { Custom } from '../../src/reconcile/controller.ts';
import { plan } from './model/custom.ts';
import { machineOfTest } from './model/machine-of-test.ts';
import { GRANTED, SUSPENDED } from './model/outcomes.ts';
import { pair, refTo } from './model/samples.ts';
import { grantRef, setGrant } from './model/scripted.ts';
import { Stage } from './model/stage.ts';
import { refusal } from './model/store.ts';

const [role, binding] = pair(['jane']);

const BROKEN = refusal('ServerError', 'broken');

const yielding = async (): Promise<Stage> => {
  const stage = new Stage([role, binding]);
  await stage.run();
  stage.plans([], SUSPENDED);
  stage.yields = () => true;
  return stage;
};

test('others go first after each batch of removals, and what is told comes when all are done', async () => {
  const stage = await yielding();
  const before = stage.verbs.length;
  expect(await stage.once()).toBe('yielded');
  expect(stage.verbs.slice(before)).toEqual(['delete clusterrolebindings']);
  expect(await stage.once()).toBe('yielded');
  expect(stage.ready()).toEqual(['True', 'Granted']);
  expect(await stage.once()).toMatchObject({ outcome: SUSPENDED });
  expect(stage.verbs.slice(before + 1)).toEqual([
    'delete clusterroles',
    'replaceStatus impersonationgrants',
    'create events',
  ]);
});

test('a removal that fails is told, and keeps no other from being tried', async () => {
  const stage = await yielding();
  stage.fault = ({ ref }) => (ref.startsWith('clusterrolebindings') ? { before: BROKEN } : undefined);
  expect(await stage.once()).toMatchObject({ outcome: { is: 'failed' } });
  expect(stage.world.store.get(refTo(role))).toBeUndefined();
});

test('nobody goes first where something is added', async () => {
  const stage = new Stage([role, binding]);
  stage.yields = () => true;
  expect(await stage.once()).toMatchObject({ outcome: { reason: 'Granted' } });
});

const COUNT = 12;
const WORKERS = 3;

const machine = machineOfTest();

const isSuspended = ({ spec }: Custom<unknown>): boolean => spec.ok && 'suspend' in (spec.value as object);

const NAMES = Array.from({ length: COUNT }, (_, index) => `g${index}`);

test.for([
  ['suspended', (name: string) => setGrant(machine().store, name, { suspend: true })],
  ['deleted', (name: string) => machine().store.delete(grantRef(name))],
] as const)('no binding of those that are %s waits for anything else', async ([, revoke]) => {
  machine().controller.answer = (custom) => {
    const own = `impersonation:grant:${custom.name}`;
    const children = [
      { ...role, name: own },
      { ...binding, name: own },
    ];
    return isSuspended(custom) ? plan(SUSPENDED) : plan(GRANTED, {}, { children });
  };
  for (const name of NAMES) setGrant(machine().store, name);
  machine().start();
  await vi.advanceTimersByTimeAsync(1000);
  const before = machine().cluster.writes.length;
  machine().store.now += 1000;
  for (const name of NAMES) revoke(name);
  await vi.advanceTimersByTimeAsync(1000);
  const writes = machine()
    .cluster.writes.slice(before)
    .map(({ verb, ref }) => `${verb} ${ref.split('.')[0]}`);
  // while the last bindings go the other workers are further
  expect(writes.lastIndexOf('delete clusterrolebindings')).toBeLessThan(COUNT + WORKERS);
  expect(writes.filter((write) => write === 'delete clusterroles')).toHaveLength(COUNT);
  expect(machine().store.list(role.kind.type)).toEqual([]);
  expect(machine().observer.failures).toEqual([]);
});
