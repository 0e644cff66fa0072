import { expect, test } from 'vitest';
import { ApiError } from '../../src/cluster/errors.ts';
import type { Child } from '../../src/reconcile/child.ts';
import { diff } from '../../src/reconcile/diff.ts';
import { type ExecuteContext, execute } from '../../src/reconcile/execute.ts';
import { type Call, type Fault, ModelCluster } from './model/cluster.ts';
import { KEY, OWNER, bound, pair, refTo, secret, seen, storedAs } from './model/samples.ts';
import { ROLE } from '../../src/controllers/kinds.ts';
import { refusal } from './model/store.ts';
import { World } from './model/world.ts';

const BROKEN = new ApiError({ reason: 'ServerError', message: 'broken', status: 500, retryAfterSeconds: undefined });

class Run {
  readonly world = new World();
  readonly cluster: ModelCluster;
  fault: (call: Call) => Fault = () => undefined;

  constructor(...children: readonly Child[]) {
    this.world.put(children, OWNER);
    this.cluster = new ModelCluster(this.world.store, async (call) => this.fault(call));
  }

  async to(desired: readonly Child[]): Promise<void> {
    await this.for(OWNER, desired);
  }

  async for(owner: typeof OWNER | undefined, desired: readonly Child[]): Promise<void> {
    await execute(diff(this.world.belongings(desired, KEY, owner)), this.context(owner));
  }

  context(owner: typeof OWNER | undefined = OWNER): ExecuteContext {
    const { world, cluster } = this;
    return { cluster, children: world.children, owner, now: 0, yields: () => false };
  }

  get writes(): string[] {
    return this.cluster.writes.map(({ verb, ref }) => `${verb} ${ref}`);
  }
}

const failing =
  (...verbs: string[]) =>
  ({ verb }: Call): Fault =>
    verbs.includes(verb) ? { before: BROKEN } : undefined;

const [role, binding] = pair(['jane']);

test('roles come before bindings, and go after them', async () => {
  const run = new Run();
  await run.to([binding, role]);
  await run.to([]);
  expect(run.writes).toEqual([
    'create clusterroles.rbac.authorization.k8s.io//impersonation:grant:g',
    'create clusterrolebindings.rbac.authorization.k8s.io//impersonation:grant:g',
    'delete clusterrolebindings.rbac.authorization.k8s.io//impersonation:grant:g',
    'delete clusterroles.rbac.authorization.k8s.io//impersonation:grant:g',
  ]);
});

test('every removal is tried though each fails, the first error is told, and nothing is added', async () => {
  const run = new Run(role, binding, bound('ci', 'view'), bound('dev', 'view'));
  run.fault = failing('delete');
  await expect(run.to([bound('prod', 'edit')])).rejects.toBe(BROKEN);
  expect(run.writes).toHaveLength(4);
  expect(run.writes.every((write) => write.startsWith('delete'))).toBe(true);
});

test('one removal that fails keeps none of the others back, but every addition', async () => {
  const run = new Run(role, binding, bound('ci', 'view'));
  run.fault = ({ ref }) => (ref.includes('/ci/') ? { before: BROKEN } : undefined);
  await expect(run.to([bound('prod', 'edit')])).rejects.toBe(BROKEN);
  expect(run.world.store.all().map(({ object }) => object.metadata.namespace)).toEqual(['ci']);
});

test('additions end with the batch in which one fails', async () => {
  const run = new Run();
  run.fault = ({ ref }) => (ref.startsWith('clusterroles') ? { before: BROKEN } : undefined);
  await expect(run.to([role, binding, secret('support-bot')])).rejects.toBe(BROKEN);
  expect(run.world.store.all().map(({ object }) => object.kind)).toEqual(['Secret']);
});

test('a removal that had a stale cache ends the run before anything is added, without an error, and reads what is there', async () => {
  const run = new Run(...pair(['jane', 'joe']));
  run.world.lagging = true;
  run.world.store.edit(refTo(role), (object) => ({ ...object, aggregationRule: { clusterRoleSelectors: [] } }));
  await run.to([role, binding, bound('ci', 'view')]);
  expect(run.writes).toEqual(['replace clusterroles.rbac.authorization.k8s.io//impersonation:grant:g']);
  expect(seen(run.world, role).content).toHaveProperty('aggregationRule');
  await run.to([role, binding, bound('ci', 'view')]);
  expect(storedAs(run.world, role)['rules']).toEqual(role.content['rules']);
  expect(storedAs(run.world, bound('ci', 'view')).kind).toBe('RoleBinding');
});

test('an addition that had a stale cache ends the run likewise', async () => {
  const run = new Run();
  run.world.lagging = true;
  run.world.put([role], OWNER);
  await run.to([role, binding]);
  expect(run.writes).toEqual(['create clusterroles.rbac.authorization.k8s.io//impersonation:grant:g']);
  expect(seen(run.world, role).uid).toBe(storedAs(run.world, role).metadata.uid);
});

test('an object that is gone although the cache has it is forgotten', async () => {
  const run = new Run(role);
  run.world.lagging = true;
  run.world.store.delete(refTo(role));
  run.fault = ({ verb }) => (verb === 'replace' ? { before: refusal('Conflict', 'no such uid') } : undefined);
  await run.to([pair(['jane', 'joe'])[0]]);
  expect(run.world.children.occupant(role)).toBeUndefined();
});

test('what was deleted is gone from the cache before its event comes, and what a finalizer keeps is known to be', async () => {
  const run = new Run(role, binding);
  run.world.store.edit(refTo(binding), (object) => ({
    ...object,
    metadata: { ...object.metadata, finalizers: ['acme.io/keep'] },
  }));
  run.world.lagging = true;
  await run.to([]);
  expect(run.world.children.occupant(role)).toBeUndefined();
  expect(seen(run.world, binding).terminating).toBe(true);
});

test('what a finalizer keeps is disarmed before anything is added', async () => {
  const run = new Run(...pair(['jane'], ['alice']));
  run.world.store.edit(refTo(binding), (object) => ({
    ...object,
    metadata: { ...object.metadata, finalizers: ['acme.io/keep'], ownerReferences: [] },
  }));
  const desired = pair(['jane', 'joe'], ['bob']);
  await run.to(desired);
  expect(storedAs(run.world, binding).metadata.deletionTimestamp).toBeDefined();
  expect(storedAs(run.world, role)['rules']).toEqual(role.content['rules']);
  await run.to(desired);
  expect(storedAs(run.world, binding)).not.toHaveProperty('subjects');
  expect(storedAs(run.world, binding).metadata.finalizers).toEqual(['acme.io/keep']);
  expect(storedAs(run.world, role)['rules']).toEqual(desired[0].content['rules']);
});

test('a namespaced object that a finalizer keeps is disarmed in its namespace', async () => {
  const child = bound('ci', 'view');
  const run = new Run(child);
  run.world.store.edit(refTo(child), (object) => ({
    ...object,
    metadata: { ...object.metadata, finalizers: ['acme.io/keep'] },
  }));
  await run.to([]);
  await run.to([]);
  expect(storedAs(run.world, child)).not.toHaveProperty('subjects');
  const before = run.writes.length;
  await run.to([]);
  expect(run.writes).toHaveLength(before);
});

test('what IO completes is written after its siblings, knows their uids, and carries what it was given', async () => {
  const anchor = secret('anchor', { part: 'anchor-a' });
  let uid: string | undefined;
  const token = secret('support-bot', {
    source: {
      from: 'io',
      due: true,
      fill: async ({ uidOf, now }) => {
        uid = uidOf(anchor);
        return { fields: { data: { token: String(now) } }, annotations: { 'impersonation.dev/digest': 'd' } };
      },
    },
  });
  const run = new Run();
  await run.to([token, anchor]);
  expect(uid).toBe(storedAs(run.world, anchor).metadata.uid);
  expect(storedAs(run.world, token)).toMatchObject({
    type: 'Opaque',
    data: { token: '0' },
    metadata: { annotations: { 'impersonation.dev/digest': 'd', 'impersonation.dev/part': 'token' } },
  });
});

test('nothing is written for an owner that is gone', async () => {
  const run = new Run(role);
  await run.for(undefined, [role]);
  expect(run.world.store.all()).toEqual([]);
  const create = { removals: [], additions: [[{ op: 'create' as const, child: role }]], taken: [], held: [] };
  await expect(execute(create, { ...run.context(), owner: undefined })).rejects.toThrow(
    'nothing is written for an owner that is gone',
  );
});

test('a lost lease is told as it is', async () => {
  const run = new Run(role);
  const lost = refusal('NotLeading', 'not the leader');
  run.fault = () => ({ before: lost });
  await expect(run.to([])).rejects.toBe(lost);
});

test('an owner with many objects has four writes on their way at most, and what is for the whole cluster goes first', async () => {
  const [clusterRole] = pair(['jane']);
  const many = Array.from({ length: 9 }, (_, index): Child => ({
    ...clusterRole,
    kind: ROLE,
    namespace: `team-${index}`,
  }));
  const run = new Run(...many, clusterRole);
  let [now, most] = [0, 0];
  const slow = async (): Promise<Fault> => {
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return undefined;
  };
  const cluster = new ModelCluster(run.world.store, slow);
  await execute(diff(run.world.belongings([], KEY, OWNER)), { ...run.context(), cluster });
  expect(most).toBe(4);
  expect(cluster.writes.map(({ ref }) => ref)).toHaveLength(10);
  expect(cluster.writes[0]?.ref).toContain('clusterroles');
});
