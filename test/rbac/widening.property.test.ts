/** What `widening` says of two sets of rules, against what the evaluator of single requests says of every request that there is. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Conferred, reachOf, widening } from '../../src/rbac/index.ts';
import { CONSTRAINED, FOREIGN, LEGACY } from './bound-rules.ts';
import { type Bound, isUnchanged } from './every-request.ts';

const conferred = (all: readonly Bound[]): Conferred[] =>
  all.map(({ rules, namespace }) => ({ rules, namespace: namespace === '' ? undefined : namespace }));

const isWidened = (one: readonly Bound[], besides: readonly Bound[]): boolean =>
  widening(reachOf(conferred(one)), reachOf(conferred(besides))) !== undefined;

test.for<[string, fc.Arbitrary<Bound[]>, fc.Arbitrary<Bound[]>]>([
  ['a legacy grant beside a legacy one', LEGACY, LEGACY],
  ['a legacy grant beside a constrained one', LEGACY, CONSTRAINED],
  ['a constrained grant beside a legacy one', CONSTRAINED, LEGACY],
  ['a constrained grant beside a constrained one', CONSTRAINED, CONSTRAINED],
  ['a legacy grant beside what others write', LEGACY, FOREIGN],
  ['a constrained grant beside what others write', CONSTRAINED, FOREIGN],
])('%s is judged as every single request says', ([, own, other]) => {
  fc.assert(
    fc.property(own, other, (one, besides) => {
      expect(isWidened(one, besides)).toBe(!isUnchanged(one, besides));
    }),
    { numRuns: Number(process.env['RUNS'] ?? 40) },
  );
});
