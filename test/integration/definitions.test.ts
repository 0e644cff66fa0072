/** The operator may be there before its CRDs. */
import type { Admin } from './admin.ts';
import { definitions, installDefinitions, integration } from './harness.ts';
import { ALICE } from './people.ts';
import { untilTrue } from './waiting.ts';

const test = integration();

const removeDefinitions = async (admin: Admin): Promise<void> => {
  for (const { metadata } of await definitions()) await admin.delete('CustomResourceDefinition', metadata.name);
  await untilTrue('end of the CRDs', async () => {
    const left = await admin.list('CustomResourceDefinition');
    return !left.some(({ metadata }) => metadata.name.endsWith('.impersonation.dev'));
  });
};

test('an operator that is there before its CRDs takes up its work when they come', async ({ world }) => {
  await world.operator.stop();
  await removeDefinitions(world.admin);
  await world.operator.start();
  await installDefinitions(world.admin);
  await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } });
});
