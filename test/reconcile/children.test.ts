import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ObjectMeta, StoredObject } from '../../src/cluster/port.ts';
import { CLUSTER_ROLE, ROLE, SECRET } from '../../src/controllers/kinds.ts';
import { type Key, keyOf } from '../../src/reconcile/children.ts';
import { refKey } from '../../src/reconcile/names.ts';
import { type Observed, projection } from '../../src/reconcile/observed.ts';
import { body } from '../../src/reconcile/ownership.ts';
import { ModelInformer } from './model/informer.ts';
import { KEY, OWNER, pair, refTo, secret, seen, storedAs } from './model/samples.ts';
import { CREDENTIALS, World, bindingOwner, grantOwner } from './model/world.ts';

const [role] = pair(['jane']);

const edited = (
  world: World,
  change: (metadata: StoredObject['metadata']) => Partial<ObjectMeta>,
  child = role,
): void => {
  world.store.edit(refTo(child), (object) => ({
    ...object,
    metadata: { ...object.metadata, ...change(object.metadata) },
  }));
};

test.for<[string, Partial<ObjectMeta>]>([
  ['strips every mark of it', { labels: {}, annotations: {}, ownerReferences: [] }],
  [
    'marks it as of somebody else',
    {
      annotations: { 'impersonation.dev/owner-kind': 'Nothing', 'impersonation.dev/owner-name': 'x' },
      ownerReferences: [],
    },
  ],
])('an object of ours stays ours to remove when somebody %s, until it is gone', ([, change]) => {
  const world = new World();
  world.put([role], OWNER);
  edited(world, () => change);
  edited(world, ({ labels }) => ({ labels: { ...labels, again: 'yes' } }));
  expect(seen(world, role).claim).toEqual({ ...KEY, uid: OWNER.uid, by: 'record' });
  expect(world.children.of(KEY).map(({ uid }) => uid)).toEqual([storedAs(world, role).metadata.uid]);
  world.store.delete(refTo(role));
  expect(world.children.of(KEY)).toEqual([]);
  // another object of that name was never ours
  world.store.create(role.kind.type, { ...body(role, OWNER), metadata: { name: role.name } });
  expect(seen(world, role).claim).toBeUndefined();
  expect(world.children.of(KEY)).toEqual([]);
});

test('a Secret that is passed on to another owner stays with the first', () => {
  const world = new World();
  const child = secret('support-bot');
  const other = grantOwner('uid-of-other', 'other');
  world.put([child], OWNER);
  edited(world, () => body(child, other).metadata, child);
  expect(world.children.of({ kind: other.kind, name: other.name })).toEqual([]);
  expect(seen(world, child).claim).toEqual({ ...KEY, uid: OWNER.uid, by: 'record' });
});

test('a mark that comes back makes the object refer to its owner again', () => {
  const world = new World();
  world.put([role], OWNER);
  const { ownerReferences } = storedAs(world, role).metadata;
  edited(world, () => ({ ownerReferences: [] }));
  expect(seen(world, role).claim?.by).toBe('record');
  edited(world, () => ({ ...(ownerReferences && { ownerReferences }) }));
  expect(seen(world, role).claim?.by).toBe('reference');
});

test('a change is told with the owner, and whether we made it', () => {
  const world = new World();
  world.put([role], OWNER);
  expect(world.changes.at(-1)).toEqual([expect.objectContaining(KEY), refTo(role), false]);
  world.lagging = true;
  const answer = world.store.create(SECRET.type, body(secret('support-bot'), OWNER));
  world.children.wrote(secret('support-bot'), answer);
  expect(world.changes.at(-1)).toEqual([expect.objectContaining(KEY), refTo(secret('support-bot')), true]);
  world.children.gone(seen(world, secret('support-bot')));
  expect(world.changes.at(-1)).toEqual([expect.objectContaining(KEY), refTo(secret('support-bot')), true]);
  edited(world, () => ({ labels: {} }));
  world.lagging = false;
  expect(world.changes.at(-1)?.[0]).toMatchObject(KEY);
});

test('a write of ours is seen before its event comes, and a late event does not bring back what we deleted', () => {
  const world = new World();
  world.lagging = true;
  world.children.wrote(role, world.store.create(role.kind.type, body(role, OWNER)));
  expect(world.children.of(KEY)).toHaveLength(1);
  world.children.gone(seen(world, role));
  expect(world.children.occupant(role)).toBeUndefined();
  world.lagging = false;
  expect(world.children.of(KEY)).toEqual([]);
});

test('there is no cache outside the credential namespaces', () => {
  const child = { ...secret('support-bot'), namespace: 'elsewhere' };
  const world = new World();
  expect(() => world.children.wrote(child, storedAs(new WorldWith(role), role))).toThrow(
    'no cache for secrets in namespace "elsewhere"',
  );
});

class WorldWith extends World {
  constructor(child: typeof role) {
    super();
    this.put([child], OWNER);
  }
}

/** What a cache may be told of one of a few objects. */
interface Event {
  readonly name: string;
  readonly namespace: string;
  readonly what: 'create' | 'strip' | 'relabel' | 'delete' | 'terminate';
  readonly owner: 'g' | 'b' | 'nobody';
}

const event: fc.Arbitrary<Event> = fc.record({
  name: fc.constantFrom(
    'impersonation:grant:g',
    'impersonation:grant:g:x',
    'impersonation:binding:b',
    'impersonation:y',
  ),
  namespace: fc.constantFrom('', 'ci'),
  what: fc.constantFrom('create', 'strip', 'relabel', 'delete', 'terminate'),
  owner: fc.constantFrom('g', 'b', 'nobody'),
});

const OWNERS = { g: grantOwner('u1'), b: bindingOwner('u2'), nobody: undefined };

const happen = (world: World, { name, namespace, what, owner }: Event): void => {
  const kind = namespace === '' ? CLUSTER_ROLE : ROLE;
  const ref = { type: kind.type, namespace, name };
  const identity = OWNERS[owner];
  const metadata = { name, ...(namespace === '' ? {} : { namespace }) };
  if (world.store.get(ref) === undefined) {
    if (what !== 'create') return;
    const object = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: kind.type.kind, metadata, rules: [] };
    world.store.create(kind.type, identity ? body({ ...role, kind, name, namespace }, identity) : object);
  } else if (what === 'delete') world.store.delete(ref);
  else if (what === 'strip') world.store.edit(ref, (object) => ({ ...object, metadata }));
  else if (what === 'relabel')
    world.store.edit(ref, (object) => ({
      ...object,
      ...(identity ? { metadata: body({ ...role, kind, name, namespace }, identity).metadata } : {}),
    }));
  else if (what === 'terminate' && world.store.get(ref)?.metadata.deletionTimestamp === undefined) {
    world.store.edit(ref, (object) => ({ ...object, metadata: { ...object.metadata, finalizers: ['acme.io/keep'] } }));
    world.store.delete(ref);
  }
};

test('after any changes, the index by owner and the index by name hold the same objects, and these are the stored ones', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const world = new World();
      for (const one of events) happen(world, one);
      const keys: Key[] = [...world.children.owners()];
      expect(new Set(keys.map(keyOf)).size).toBe(keys.length);
      const owned = keys.flatMap((key) =>
        world.children.of(key).map((object): [string, Observed] => [keyOf(key), object]),
      );
      for (const [owner, object] of owned) {
        expect(object.claim && keyOf(object.claim)).toBe(owner);
        expect(world.children.occupant(object)).toBe(object);
      }
      for (const { type, object } of world.store.all()) {
        const kind = type.namespaced ? ROLE : CLUSTER_ROLE;
        const { name, namespace = '', uid, resourceVersion } = object.metadata;
        const found = world.children.occupant({ kind, namespace, name });
        expect(found).toMatchObject({ uid, resourceVersion });
        expect(owned.filter(([, one]) => one.uid === uid)).toHaveLength(found?.claim === undefined ? 0 : 1);
      }
      expect(owned.length).toBe(new Set(owned.map(([, object]) => refKey(refTo({ ...role, ...object })))).size);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('a cache that is attached late is replayed into the index', () => {
  const world = new World();
  world.put([role, secret('support-bot')], OWNER);
  const late = new World(world.store);
  expect(late.children.of(KEY).map(({ name }) => name)).toEqual([role.name, 'support-bot']);
  expect(
    new ModelInformer(world.store, { type: SECRET.type, namespace: CREDENTIALS, project: projection(SECRET) }).get(
      CREDENTIALS,
      'support-bot',
    )?.name,
  ).toBe('support-bot');
});
