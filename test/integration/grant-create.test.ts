import { expect } from 'vitest';
import { objectsOf } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB, ON_CALL, SUPPORT } from './people.ts';

const test = integration();

test('a grant lets its subject become the user that it names, and nobody else', async ({ world }) => {
  await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } });
});

test('a user may be impersonated with any of the granted groups, uids and extra values', async ({ world }) => {
  await world.grant('support', {
    subjects: [ALICE],
    impersonate: {
      users: ['john', 'jane@example.com'],
      groups: ['developers', 'operators', 'auditors', 'testers'],
      uids: ['06f6', '1a2b'],
      extra: [
        { key: 'acme.io/team', values: ['payments', 'orders', 'stock', 'returns'] },
        { key: 'acme.io/region', values: ['eu'] },
        // the server takes no such key in constrained impersonation
        ...(world.dialect === 'legacy' ? [{ key: 'scopes', values: ['view'] }] : []),
      ],
    },
  });
});

test('a name that holds a comma is one name', async ({ world }) => {
  await world.grant('support', {
    subjects: [ALICE],
    impersonate: { users: ['john, jane'], groups: ['developers, operators'] },
  });
});

test('a grant for a group counts for each of its members', async ({ world }) => {
  await world.grant('support', { subjects: [SUPPORT], impersonate: { users: ['john'], groups: ['developers'] } });
});

test('a grant for a service account counts for no account of that name elsewhere', async ({ world }) => {
  const bot = await world.account('staging', 'bot');
  await world.account('production', 'bot');
  await world.grant('delivery', { subjects: [bot], impersonate: { users: ['john'] } });
});

test('a service account is granted in its own namespace alone', async ({ world }) => {
  await world.grant('delivery', {
    subjects: [ALICE],
    impersonate: { serviceAccounts: [{ namespace: 'production', name: 'app' }] },
  });
});

test('accounts of several namespaces are granted with a user', async ({ world }) => {
  const bot = await world.account('staging', 'bot');
  await world.grant('delivery', {
    subjects: [bot, SUPPORT],
    impersonate: {
      users: ['john'],
      groups: ['developers'],
      uids: ['06f6'],
      extra: [{ key: 'acme.io/team', values: ['payments'] }],
      serviceAccounts: [
        { namespace: 'production', name: 'app' },
        { namespace: 'staging', name: 'app' },
        { namespace: 'staging', name: 'bot' },
      ],
    },
  });
});

test('a subject as pasted from a RoleBinding is the same subject', async ({ world }) => {
  await world.grant('support', {
    subjects: [{ ...ALICE, apiGroup: 'rbac.authorization.k8s.io' } as typeof ALICE],
    impersonate: { users: ['john'] },
  });
});

test('grants to one subject multiply, whatever it is named by', async ({ world }) => {
  await world.grant('as-john', { subjects: [BOB], impersonate: { users: ['john'], groups: ['developers'] } });
  await world.grant('as-jane', {
    subjects: [SUPPORT],
    impersonate: { users: ['jane'], groups: ['operators'], uids: ['06f6'] },
  });
  await world.grant('as-app', {
    subjects: [ON_CALL],
    impersonate: { serviceAccounts: [{ namespace: 'production', name: 'app' }] },
  });
});

test('a grant takes the subject and the identity of its user bindings, and adds its own groups', async ({ world }) => {
  const jane = await world.binding('jane', {
    subject: { kind: 'User', name: 'jane' },
    identity: { groups: ['developers'], uid: '06f6', extra: [{ key: 'acme.io/team', values: ['payments'] }] },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' } }],
  });
  const app = await world.binding('app', {
    subject: { kind: 'ServiceAccount', namespace: 'production', name: 'app' },
  });
  await world.grant('on-call', {
    subjects: [ALICE],
    impersonate: { userBindings: [jane.name, app.name], groups: ['operators'] },
  });
});

test('a credential holds its grant, and so do the subjects', async ({ world }) => {
  await world.grant('support', {
    subjects: [ALICE],
    impersonate: { users: ['john'], groups: ['developers'] },
    credential: { secretName: world.name('support') },
  });
});

test('a grant tells the objects that it came to', async ({ world }) => {
  const grant = await world.grant('support', {
    subjects: [ALICE],
    impersonate: { users: ['john'], serviceAccounts: [{ namespace: 'production', name: 'app' }] },
  });
  const children = await world.children();
  expect(
    objectsOf(await grant.read())
      .map(({ kind, name }) => `${kind} ${name}`)
      .toSorted(),
  ).toEqual(children.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted());
  expect(children.length > 0).toBe(world.holds);
});
