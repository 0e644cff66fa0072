/** The credential of a binding: a broker for a user, or a token of the account that the binding is about. */
import { expect } from 'vitest';
import { DEFAULT_NAMESPACE, becomes, holder, tokenIn, untilDead } from './credentials.ts';
import type { BindingInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { identity } from '../oracle/identity.ts';

const test = integration({ proxy: true });

const pods = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;

const JANE: BindingInput = {
  subject: { kind: 'User', name: 'jane' },
  identity: { groups: ['developers'], uid: '06f6', extra: [{ key: 'acme.io/team', values: ['payments'] }] },
  credential: {},
};

test('a broker becomes the user of its binding and nobody else', async ({ world }) => {
  await world.binding('jane', JANE);
  await world.binding('john', {
    subject: { kind: 'User', name: 'john' },
    identity: { groups: ['operators'] },
    credential: {},
  });
});

test('a broker follows the identity of its binding', async ({ world }) => {
  const jane = await world.binding('jane', JANE);
  await world.watched(async () => jane.edit({ identity: { groups: ['operators'], extra: null } }));
  await world.watched(async () => jane.edit({ identity: null }));
});

test('a broker has the roles of its user, as that user and not as itself', async ({ world }) => {
  await world.binding('jane', {
    ...JANE,
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' }, namespaces: ['default'] }],
  });
  const token = await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: world.name('jane') });
  const list = async (namespace: string, as?: ReturnType<typeof identity>): Promise<number> => {
    return (await world.admin.send('GET', pods(namespace), as === undefined ? { token } : { token, as })).status;
  };
  expect(await list('default', identity('jane', { groups: ['developers'] }))).toBe(200);
  expect(await list('kube-system', identity('jane'))).toBe(403);
  expect(await list('default', identity('john'))).toBe(403);
  expect(await list('default')).toBe(403);
});

test('the broker of a suspended binding is nobody', async ({ world }) => {
  const jane = await world.binding('jane', JANE);
  const old = await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: world.name('jane') });
  await world.watched(async () => jane.edit({ suspend: true }, 'Suspended'));
  await untilDead(world, old);
  await world.watched(async () => jane.edit({ suspend: false }));
});

test('a binding for an account gives a token of that account, which may become nobody', async ({ world }) => {
  const name = world.name('deployer');
  await world.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: DEFAULT_NAMESPACE, name } });
  await world.binding('deployer', {
    subject: { kind: 'ServiceAccount', namespace: DEFAULT_NAMESPACE, name },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' }, namespaces: ['default'] }],
    credential: {},
  });
  const token = await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: world.name('deployer') });
  expect(await holder(world, token)).toMatchObject({ user: `system:serviceaccount:${DEFAULT_NAMESPACE}:${name}` });
  expect((await world.admin.send('GET', pods('default'), { token })).status).toBe(200);
  expect((await world.admin.send('GET', pods('kube-system'), { token })).status).toBe(403);
  expect(await becomes(world, token, 'john')).toBe(false);
});

test('an account is never made for a binding: its token comes with it, ends with it, and the next is another', async ({
  world,
}) => {
  const name = world.name('deployer');
  const place = { namespace: DEFAULT_NAMESPACE, name: world.name('deployer') };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: DEFAULT_NAMESPACE, name } };
  const binding = await world.binding(
    'deployer',
    { subject: { kind: 'ServiceAccount', namespace: DEFAULT_NAMESPACE, name }, credential: {} },
    'ServiceAccountNotFound',
  );
  await world.create(account);
  await binding.until('Granted');
  const old = await tokenIn(world, place);
  await world.admin.delete('ServiceAccount', name, DEFAULT_NAMESPACE);
  await binding.until('ServiceAccountNotFound');
  await untilDead(world, old);
  await world.admin.create(account);
  await binding.until('Granted');
  await tokenIn(world, place, old);
});

test('a binding for an account outside of the credential namespaces has no credential', async ({ world }) => {
  const subject = await world.account('production', 'bot');
  await world.binding('bot', { subject, credential: {} }, 'ForbiddenNamespace');
});
