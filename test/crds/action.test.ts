import { expect, test } from 'vitest';
import { METHODS, RESOURCE_VERBS } from '../../src/crds/action.ts';
import { EVERY_ACTION } from '../../src/rbac/index.ts';

test('without actions everything is allowed that actions could name', () => {
  expect(EVERY_ACTION.map(({ verbs }) => verbs.toSorted())).toEqual([RESOURCE_VERBS.toSorted(), METHODS.toSorted()]);
});
