import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ref } from '../../src/cluster/port.ts';
import { type Key, keyOf } from '../../src/reconcile/children.ts';
import { Dependencies } from '../../src/reconcile/dependencies.ts';

const type = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const ref = (name: string): Ref => ({ type, namespace: '', name });
const key = (name: string): Key => ({ kind: 'ImpersonationGrant', name });

/** What the class is to do, said with sets. */
class Model {
  readonly reads = new Map<string, Set<string>>();
  readonly runs = new Map<string, Set<string>>();
}

type Action =
  | { readonly do: 'begin'; readonly key: string }
  | { readonly do: 'abandon'; readonly key: string }
  | { readonly do: 'end'; readonly key: string; readonly reads: readonly string[] }
  | { readonly do: 'change'; readonly ref: string };

const keys = fc.constantFrom('a', 'b', 'c');
const refs = fc.constantFrom('x', 'y', 'z');
const action = fc.oneof<fc.Arbitrary<Action>[]>(
  fc.record({ do: fc.constant('begin'), key: keys }),
  fc.record({ do: fc.constant('abandon'), key: keys }),
  fc.record({ do: fc.constant('end'), key: keys, reads: fc.array(refs, { maxLength: 4 }) }),
  fc.record({ do: fc.constant('change'), ref: refs }),
);

const take = (dependencies: Dependencies, model: Model, one: Action): void => {
  switch (one.do) {
    case 'change': {
      const woken = dependencies.changed(ref(one.ref)).map(keyOf);
      const readers = [...model.reads].flatMap(([name, reads]) => (reads.has(one.ref) ? [keyOf(key(name))] : []));
      expect(new Set(woken)).toEqual(new Set(readers));
      expect(woken).toHaveLength(readers.length);
      for (const seen of model.runs.values()) seen.add(one.ref);
      break;
    }
    case 'begin':
      dependencies.begin(key(one.key));
      model.runs.set(one.key, new Set());
      break;
    case 'abandon':
      dependencies.abandon(key(one.key));
      model.runs.delete(one.key);
      break;
    case 'end': {
      const seen = model.runs.get(one.key);
      model.runs.delete(one.key);
      model.reads.set(one.key, new Set(one.reads));
      expect(dependencies.end(key(one.key), one.reads.map(ref))).toBe(one.reads.some((name) => seen?.has(name)));
      break;
    }
    default:
      one satisfies never;
  }
};

test('a change wakes exactly those whose last plan read the object, and those whose running plan may have', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const dependencies = new Dependencies();
      const model = new Model();
      for (const one of actions) take(dependencies, model, one);
      expect(actions.length).toBeLessThanOrEqual(40);
    }),
    { numRuns: 500 },
  );
});

test('objects of one name in two namespaces, or of two types, are two', () => {
  const dependencies = new Dependencies();
  const secret = { type: { ...type, plural: 'secrets' }, namespace: 'a', name: 'x' };
  dependencies.end(key('a'), [secret]);
  expect(dependencies.changed({ ...secret, namespace: 'b' })).toEqual([]);
  expect(dependencies.changed({ ...secret, type })).toEqual([]);
  expect(dependencies.changed(secret)).toEqual([key('a')]);
});

test('work that broke off leaves the dependencies of before', () => {
  const dependencies = new Dependencies();
  dependencies.end(key('a'), [ref('x')]);
  dependencies.begin(key('a'));
  dependencies.abandon(key('a'));
  expect(dependencies.changed(ref('x'))).toEqual([key('a')]);
});

test('whoever changed an object himself is not woken by it, others are', () => {
  const dependencies = new Dependencies();
  dependencies.end(key('a'), [ref('x')]);
  dependencies.end(key('b'), [ref('x')]);
  dependencies.begin(key('a'));
  dependencies.begin(key('b'));
  expect(dependencies.changed(ref('x'), key('a'))).toEqual([key('b')]);
  expect(dependencies.end(key('a'), [ref('x')])).toBe(false);
  expect(dependencies.end(key('b'), [ref('x')])).toBe(true);
});
