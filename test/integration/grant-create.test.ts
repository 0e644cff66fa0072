import { integration } from './harness.ts';
import { ALICE, SUPPORT } from './people.ts';

const test = integration();

test('a grant lets its subject become the user that it names', async ({ world }) => {
  await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } });
});

test('a grant for a group counts for each member', async ({ world }) => {
  await world.grant('support', { subjects: [SUPPORT], impersonate: { users: ['john'], groups: ['developers'] } });
});
