import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Spec, specs } from './model/specs.ts';
import { leaveBehind, tampering } from './model/tampering.ts';
import { Walk, chooser } from './model/walk.ts';

const choices = fc.array(fc.nat(1000), { minLength: 8, maxLength: 32 });

test('from any state to any spec, no write passes through more than old and new allow, and the last leaves exactly the new', async () => {
  const settled: boolean[] = [];
  await fc.assert(
    fc.asyncProperty(
      specs(3),
      tampering,
      fc.boolean(),
      fc.nat(8),
      choices,
      async (all, deeds, earlier, most, numbers) => {
        const [old, first, second] = all as [Spec, Spec, Spec];
        const walk = new Walk(old.kind, chooser(numbers));
        if (earlier) leaveBehind(walk.world, old.children, walk.owner);
        else walk.world.put(old.children, walk.owner);
        walk.tamper(deeds);
        walk.aim(first.children);
        await walk.write(first.children, most);
        // interrupted, and an edit came in between
        walk.aim(second.children);
        await walk.settle(second.children);
        walk.release();
        await walk.settle(second.children);
        walk.expectExactly(second.children);
        settled.push(true);
      },
    ),
    { numRuns: 500 },
  );
  expect(settled.length).toBeGreaterThan(499);
}, 120_000);
