import { expect, test } from 'vitest';
import { ApiError } from '../../src/cluster/errors.ts';
import { granted, plan } from './model/custom.ts';
import { Stage } from './model/stage.ts';
import { OWNER, pair, refTo, storedAs } from './model/samples.ts';
import { grantRef, setGrant } from './model/scripted.ts';
import { refusal } from './model/store.ts';

const [role, binding] = pair(['jane']);

test('the objects are written, then the status, then an event; a second look writes nothing', async () => {
  const stage = new Stage([role, binding]);
  const result = await stage.run();
  expect(result?.outcome).toEqual(granted());
  expect(stage.verbs).toEqual([
    'create clusterroles',
    'create clusterrolebindings',
    'replaceStatus impersonationgrants',
    'create events',
  ]);
  await stage.run();
  expect(stage.verbs).toHaveLength(4);
  expect(stage.ready()).toEqual(['True', 'Granted']);
});

test('what an edit takes away is gone though what it adds is refused', async () => {
  const stage = new Stage(pair(['jane', 'joe']));
  await stage.run();
  stage.plans(pair(['joe', 'zoe']));
  let replaced = 0;
  const error = refusal('Forbidden', 'a webhook says no');
  stage.fault = ({ verb }) => (verb === 'replace' && (replaced += 1) === 2 ? { before: error } : undefined);
  expect((await stage.run())?.outcome).toMatchObject({ is: 'failed', reason: 'WriteFailed' });
  expect(storedAs(stage.world, role)['rules']).toMatchObject([{ resourceNames: ['joe'] }]);
});

test('an event is told when the reason changes, not when the message does', async () => {
  const stage = new Stage([role, binding]);
  await stage.run();
  stage.plans([role, binding], granted('another message'));
  await stage.run();
  expect(stage.verbs.slice(4)).toEqual(['replaceStatus impersonationgrants']);
  stage.plans([], { is: 'ready', reason: 'Suspended', message: 'suspended', recheckAt: undefined });
  await stage.run();
  expect(stage.verbs.slice(5)).toEqual([
    'delete clusterrolebindings',
    'delete clusterroles',
    'replaceStatus impersonationgrants',
    'create events',
  ]);
});

test('an event that cannot be written stops nothing', async () => {
  const stage = new Stage([role, binding]);
  const error = refusal('Forbidden', 'no events');
  stage.fault = ({ ref }) => (ref.startsWith('events') ? { before: error } : undefined);
  expect((await stage.run())?.outcome).toEqual(granted());
  expect(stage.errors).toEqual([error]);
});

test.for(['acme.io/keep', 'orphan', 'foregroundDeletion'])(
  'a custom resource that is being deleted loses its objects though %s keeps it, and is told nothing',
  async (finalizer) => {
    const stage = new Stage([role, binding]);
    await stage.run();
    stage.world.store.edit(grantRef('g'), ({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, finalizers: [finalizer] },
    }));
    stage.world.store.delete(grantRef('g'));
    const before = stage.verbs.length;
    expect(await stage.run()).toBeUndefined();
    expect(stage.verbs.slice(before)).toEqual(['delete clusterrolebindings', 'delete clusterroles']);
  },
);

test('what a custom resource left behind goes with its record alone', async () => {
  const stage = new Stage([role, binding]);
  await stage.run();
  stage.world.store.delete(grantRef('g'));
  for (const child of [role, binding])
    stage.edit(child, ({ metadata }) => ({ metadata: { ...metadata, ownerReferences: [] } }));
  expect(await stage.run()).toBeUndefined();
  expect(stage.world.store.list(role.kind.type)).toEqual([]);
  expect(stage.world.store.list(binding.kind.type)).toEqual([]);
});

test('a failure to remove what was left behind is an error, since there is no status to tell it', async () => {
  const stage = new Stage([role, binding]);
  await stage.run();
  stage.world.store.delete(grantRef('g'));
  stage.fault = ({ verb }) => (verb === 'delete' ? { before: refusal('Forbidden', 'no deletes') } : undefined);
  await expect(stage.run()).rejects.toThrow('no deletes');
});

test('a custom resource created anew under its name replaces what the one before left', async () => {
  const stage = new Stage([role, binding]);
  await stage.run();
  const before = storedAs(stage.world, role).metadata.uid;
  stage.world.store.delete(grantRef('g'));
  setGrant(stage.world.store, 'g', { again: true });
  await stage.run();
  expect(storedAs(stage.world, role).metadata.uid).not.toBe(before);
  expect(storedAs(stage.world, role).metadata.ownerReferences?.[0]?.uid).toBe(
    stage.world.store.get(grantRef('g'))?.metadata.uid,
  );
});

test('a write that is refused is told in the words of the server, after every removal was tried', async () => {
  const stage = new Stage([role, binding]);
  await stage.run();
  const error = new ApiError({ reason: 'Forbidden', message: 'DELETE: no', status: 403, retryAfterSeconds: 9 });
  stage.fault = ({ verb }) => (verb === 'delete' ? { before: error } : undefined);
  stage.plans([]);
  expect((await stage.run())?.outcome).toEqual({
    is: 'failed',
    reason: 'WriteFailed',
    message: 'DELETE: no',
    retryAfterSeconds: 9,
  });
  expect(stage.ready()).toEqual(['False', 'WriteFailed']);
});

test('a cache that was late is looked at again within the same run', async () => {
  const stage = new Stage([role, binding]);
  stage.world.lagging = true;
  stage.world.put([role], { ...OWNER, uid: stage.customs.get('', 'g')?.uid ?? '' });
  expect((await stage.run())?.outcome).toEqual(granted());
  expect(storedAs(stage.world, binding).kind).toBe('ClusterRoleBinding');
});

test('somebody who changes everything back at once does not keep a run going for ever', async () => {
  const stage = new Stage([role, binding]);
  stage.fault = ({ verb, ref }) => {
    if (verb === 'create' && ref.startsWith('clusterrolebindings')) stage.world.store.delete(refTo(role));
    return undefined;
  };
  stage.controller.answer = () => {
    for (const child of [role, binding])
      if (stage.world.children.occupant(child)) stage.world.store.delete(refTo(child));
    return plan(granted(), {}, { children: [role, binding] });
  };
  const result = await stage.run();
  expect(result?.outcome).toMatchObject({ is: 'failed', reason: 'WriteFailed' });
  expect(stage.controller.asked.length).toBeLessThan(10);
});

test.for([
  ['a write of ours', 'create clusterroles'],
  ['a status', 'replaceStatus impersonationgrants'],
])('a lease that is lost before %s ends the run', async ([, which]) => {
  const stage = new Stage([role, binding]);
  const lost = refusal('NotLeading', 'not the leader');
  stage.fault = ({ verb, ref }) => (`${verb} ${ref.split('.')[0]}` === which ? { before: lost } : undefined);
  await expect(stage.run()).rejects.toBe(lost);
});

test('a status that lost a race is an error to come back for', async () => {
  const stage = new Stage([role, binding]);
  stage.customs.lagging = true;
  setGrant(stage.world.store, 'g', { edited: true });
  await expect(stage.run()).rejects.toMatchObject({ reason: 'Conflict' });
  stage.customs.lagging = false;
  stage.customs.deliver();
  expect((await stage.run())?.outcome).toEqual(granted());
});
