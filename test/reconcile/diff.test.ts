import { expect, test } from 'vitest';
import type { StoredObject } from '../../src/cluster/port.ts';
import type { Child } from '../../src/reconcile/child.ts';
import { type Batch, type Diff, diff } from '../../src/reconcile/diff.ts';
import { KEY, OWNER, bound, pair, refTo, secret } from './model/samples.ts';
import { World } from './model/world.ts';

const found = (children: readonly Child[], owner = OWNER): World => {
  const world = new World();
  world.put(children, owner);
  return world;
};

const edited = (world: World, child: Child, change: (object: StoredObject) => object): World => {
  world.store.edit(refTo(child), (object) => ({ ...object, ...change(object) }));
  return world;
};

const names = ({ rules, subjects }: Readonly<Record<string, unknown>>): string =>
  [
    ...((rules ?? []) as { resourceNames: string[] }[]).flatMap(({ resourceNames }) => resourceNames),
    ...((subjects ?? []) as { name: string }[]).map(({ name }) => name),
  ].join('+');

/** `operation kind what`, batch by batch. */
const texts = (batches: readonly Batch[]): string[][] =>
  batches.map((batch) =>
    batch.map((step) => {
      const { kind } = step.op === 'create' ? step.child : step.target;
      const content = 'content' in step ? step.content : step.op === 'create' ? step.child.content : {};
      return `${step.op} ${kind.type.kind} ${names(content)}`.trim();
    }),
  );

const between = (world: World, desired: readonly Child[]): Diff => diff(world.belongings(desired, KEY, OWNER));

const steps = (world: World, desired: readonly Child[]): [string[][], string[][]] => {
  const { removals, additions } = between(world, desired);
  return [texts(removals), texts(additions)];
};

test('what is there as it should be takes no write', () => {
  expect(steps(found(pair(['jane'])), pair(['jane']))).toEqual([[], []]);
});

test('what is wanted is made, roles first', () => {
  expect(steps(found([]), pair(['jane']))).toEqual([
    [],
    [['create ClusterRole jane'], ['create ClusterRoleBinding alice']],
  ]);
});

test('what nobody wants goes, bindings first', () => {
  expect(steps(found(pair(['jane'])), [])).toEqual([[['delete ClusterRoleBinding'], ['delete ClusterRole']], []]);
});

test('what only shrinks does so among the removals, and waits for nothing', () => {
  const world = found([...pair(['jane', 'joe'], ['alice', 'bob']), bound('ci', 'view')]);
  expect(steps(world, pair(['jane'], ['bob']))).toEqual([
    [['replace ClusterRoleBinding bob', 'delete RoleBinding'], ['replace ClusterRole jane']],
    [],
  ]);
});

test('what only grows does so when every removal is done', () => {
  expect(
    steps(found([...pair(['jane'], ['alice']), bound('ci', 'view')]), pair(['jane', 'joe'], ['alice', 'bob'])),
  ).toEqual([[['delete RoleBinding']], [['replace ClusterRole jane+joe'], ['replace ClusterRoleBinding alice+bob']]]);
});

test('an object that does both shrinks to what stays, and grows once every removal is done', () => {
  expect(
    steps(found([...pair(['jane', 'joe']), bound('ci', 'view')]), [...pair(['joe', 'zoe']), bound('dev', 'view')]),
  ).toEqual([
    [['delete RoleBinding'], ['replace ClusterRole joe']],
    [['replace ClusterRole joe+zoe'], ['create RoleBinding alice']],
  ]);
});

test('so does each of several, or a pair of neither could be allowed', () => {
  expect(steps(found(pair(['jane', 'joe'], ['alice', 'bob'])), pair(['joe', 'zoe'], ['bob', 'carol']))).toEqual([
    [['replace ClusterRoleBinding bob'], ['replace ClusterRole joe']],
    [['replace ClusterRole joe+zoe'], ['replace ClusterRoleBinding bob+carol']],
  ]);
});

test('a role that the API server lets nobody change is deleted, and made anew after every removal', () => {
  const [role, binding] = pair(['jane']);
  const other = { ...binding, content: { ...binding.content, roleRef: bound('ci', 'view').content['roleRef'] } };
  expect(steps(found([role, binding]), [role, other])).toEqual([
    [['delete ClusterRoleBinding']],
    [['create ClusterRoleBinding alice']],
  ]);
});

const label = (key: string) => (object: StoredObject) => ({
  metadata: { ...object.metadata, labels: { ...object.metadata.labels, [key]: 'true' } },
});

test.for<[string, (object: StoredObject) => object]>([
  ['a label that widens it', label('rbac.authorization.k8s.io/aggregate-to-admin')],
  ['an aggregation', () => ({ aggregationRule: { clusterRoleSelectors: [] } })],
  [
    'a rule that was added',
    (object) => ({ rules: [...(object['rules'] as object[]), { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] }),
  ],
])('%s is removed like a right', ([, change]) => {
  const [role, binding] = pair(['jane']);
  expect(steps(edited(found([role, binding]), role, change), [role, binding])).toEqual([
    [['replace ClusterRole jane']],
    [],
  ]);
});

test('an object that grows does not do so before a label on it is gone', () => {
  const [role, binding] = pair(['jane']);
  const world = edited(found([role, binding]), role, label('rbac.authorization.k8s.io/aggregate-to-admin'));
  const [wider] = pair(['jane', 'joe']);
  expect(steps(world, [wider, binding])).toEqual([[['replace ClusterRole jane']], [['replace ClusterRole jane+joe']]]);
  expect(
    steps(
      edited(world, binding, () => ({ subjects: [] })),
      [wider, binding],
    ),
  ).toEqual([[['replace ClusterRole jane']], [['replace ClusterRole jane+joe'], ['replace ClusterRoleBinding alice']]]);
});

test('objects of an earlier owner, or without their reference, are replaced, never taken over', () => {
  const desired = pair(['jane']);
  const anew = [
    [['delete ClusterRoleBinding'], ['delete ClusterRole']],
    [['create ClusterRole jane'], ['create ClusterRoleBinding alice']],
  ];
  expect(steps(found(desired, { ...OWNER, uid: 'uid-of-before' }), desired)).toEqual(anew);
  const world = found(desired);
  for (const child of desired)
    edited(world, child, ({ metadata }) => ({ metadata: { ...metadata, ownerReferences: [] } }));
  expect(steps(world, desired)).toEqual(anew);
});

test('a foreign object under a name that is needed is taken, and nothing is done to it', () => {
  const [role, binding] = pair(['jane']);
  const world = found([]);
  world.store.create(role.kind.type, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: role.name },
  });
  const { removals, additions, taken } = between(world, [role, binding]);
  expect(taken.map(({ name }) => name)).toEqual([role.name]);
  expect([texts(removals), texts(additions)]).toEqual([[], [['create ClusterRoleBinding alice']]]);
});

const kept = (world: World, child: Child): World => {
  edited(world, child, ({ metadata }) => ({ metadata: { ...metadata, finalizers: ['acme.io/keep'] } }));
  world.store.delete(refTo(child));
  return world;
};

test('what a finalizer keeps is disarmed once, and its name waited for', () => {
  const [role, binding] = pair(['jane']);
  const world = kept(found([role, binding]), binding);
  const { removals, additions, held } = between(world, [role, binding]);
  expect(held.map(({ kind }) => kind.type.kind)).toEqual(['ClusterRoleBinding']);
  expect([texts(removals), texts(additions)]).toEqual([[['disarm ClusterRoleBinding']], []]);
  edited(world, binding, () => ({ subjects: [] }));
  expect(steps(world, [role, binding])).toEqual([[], []]);
});

test('a Secret that a finalizer keeps has nothing to disarm', () => {
  const world = kept(found([secret('support-bot')]), secret('support-bot'));
  expect(steps(world, [])).toEqual([[], []]);
});

const replacing = (replaces: string): Child => secret('support-bot', { source: { from: 'content', replaces } });

test('an object that has to go first is deleted, unless it is gone already', () => {
  const world = found([secret('support-bot')]);
  const uid = world.store.get(refTo(secret('support-bot')))?.metadata.uid ?? '';
  expect(steps(world, [replacing(uid)])).toEqual([[['delete Secret']], [['create Secret']]]);
  expect(steps(world, [replacing('uid-of-before')])).toEqual([[], []]);
});

const filled = (due: boolean, labels: Record<string, string> = {}): Child =>
  secret('support-bot', {
    labels,
    source: { from: 'io', due, fill: async () => ({ fields: {}, annotations: {} }) },
  });

test('what IO completes is written when it is due or its metadata drifted, after what it rests on', () => {
  const world = found([secret('support-bot')]);
  expect(steps(world, [filled(false)])).toEqual([[], []]);
  expect(steps(world, [filled(true)])).toEqual([[], [['replace Secret']]]);
  expect(steps(world, [filled(false, { app: 'x' })])).toEqual([[], [['replace Secret']]]);
  expect(steps(found([]), [filled(false), secret('anchor')])).toEqual([[], [['create Secret'], ['create Secret']]]);
});

test('for an owner that is gone everything goes and nothing comes', () => {
  const { removals, additions } = diff(found(pair(['jane'])).belongings(pair(['jane']), KEY, undefined));
  expect([texts(removals), texts(additions)]).toEqual([[['delete ClusterRoleBinding'], ['delete ClusterRole']], []]);
});
