import { expect, test } from 'vitest';
import type { Child } from '../../src/reconcile/child.ts';
import { type Step, diff } from '../../src/reconcile/diff.ts';
import { KEY, OWNER, bound, pair, secret } from './model/samples.ts';
import { World } from './model/world.ts';

const found = (children: readonly Child[]): World => {
  const world = new World();
  world.put(children, OWNER);
  return world;
};

/** `operation kind: names`. */
const text = (step: Step): string => {
  const { kind } = step.op === 'create' ? step.child : step.target;
  const { rules = [], subjects = [] } = ('content' in step ? step.content : {}) as {
    rules?: { resourceNames: string[] }[];
    subjects?: { name: string }[];
  };
  return `${step.op} ${kind.type.kind}: ${[...rules.flatMap(({ resourceNames }) => resourceNames), ...subjects.map(({ name }) => name)].join('+')}`;
};

/** What is written, when nothing may be added. */
const written = (there: readonly Child[], desired: readonly Child[]): string[] =>
  diff(found(there).belongings(desired, KEY, OWNER))
    .removals.flat()
    .map((step) => text(step));

test('nothing is made', () => {
  expect(written([], [...pair(['jane']), secret('desk')])).toEqual([]);
});

test('nothing grows', () => {
  expect(written(pair(['jane']), pair(['jane', 'joe'], ['alice', 'bob']))).toEqual([]);
});

test('what is to go goes', () => {
  expect(written(pair(['jane']), [])).toEqual(['delete ClusterRoleBinding: ', 'delete ClusterRole: ']);
});

test('what shrinks does so', () => {
  expect(written(pair(['jane', 'joe']), pair(['jane']))).toEqual(['replace ClusterRole: jane']);
});

test('what would shrink and grow in one write shrinks', () => {
  expect(written(pair(['jane', 'joe']), pair(['jane', 'root']))).toEqual(['replace ClusterRole: jane']);
});

test('so does each of several', () => {
  expect(written(pair(['jane', 'joe'], ['alice', 'bob']), pair(['jane', 'root'], ['alice', 'eve']))).toEqual([
    'replace ClusterRoleBinding: alice',
    'replace ClusterRole: jane',
  ]);
});

test('what can only be made anew goes', () => {
  expect(written([bound('ci', 'view')], [bound('ci', 'edit')])).toEqual(['delete RoleBinding: ']);
});
