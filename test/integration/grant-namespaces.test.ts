/** The role for a service account is in its namespace, which may come and go. */
import { expect } from 'vitest';
import { integration } from './harness.ts';
import { ALICE } from './people.ts';
import { untilTrue } from './waiting.ts';

const test = integration();

const app = { namespace: 'production', name: 'app' };

test('a target in a namespace that is missing is named and left out; it counts once the namespace is there', async ({
  world,
}) => {
  const late = world.knowNamespace('late');
  const grant = await world.grant(
    'delivery',
    { subjects: [ALICE], impersonate: { users: ['john'], serviceAccounts: [app, { namespace: late, name: 'app' }] } },
    'NamespaceNotFound',
  );
  const ready = (await grant.conditions()).find(({ type }) => type === 'Ready');
  expect(ready).toMatchObject({ status: 'False' });
  expect(ready?.message).toContain(world.holds ? late : 'ConstrainedImpersonation');
  await world.settled();
  await world.namespace('late');
  await grant.until('Granted');
});

test('a namespace that is deleted takes its targets with it, and they are back with a new one', async ({ world }) => {
  const name = await world.namespace('short-lived');
  const grant = await world.grant('delivery', {
    subjects: [ALICE],
    impersonate: { serviceAccounts: [app, { namespace: name, name: 'app' }] },
  });
  await world.settled();
  await world.admin.delete('Namespace', name);
  await untilTrue('end of the namespace', async () => (await world.admin.get('Namespace', name)) === undefined);
  await grant.until('NamespaceNotFound');
  await world.settled();
  await world.admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await grant.until('Granted');
});

test('the namespace of the account of a binding may come later', async ({ world }) => {
  const late = world.knowNamespace('late');
  const binding = await world.binding('app', { subject: { kind: 'ServiceAccount', namespace: late, name: 'app' } });
  const grant = await world.grant(
    'delivery',
    { subjects: [ALICE], impersonate: { userBindings: [binding.name] } },
    'NamespaceNotFound',
  );
  await world.namespace('late');
  await grant.until('Granted');
});
