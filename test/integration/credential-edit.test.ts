/** A credential that is edited: what is issued follows, and what was issued for the old one ends. */
import { expect } from 'vitest';
import { DEFAULT_NAMESPACE, becomes, dataOf, holder, tokenIn, untilDead } from './credentials.ts';
import type { CredentialInput, CustomResource, GrantInput, Patch } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE } from './people.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration({ proxy: true });

const OTHER_NAMESPACE = 'impersonation-tenants';

const grantOf = async (
  world: World,
  credential: CredentialInput = {},
  rest: Partial<GrantInput> = {},
): Promise<CustomResource<'ImpersonationGrant'>> =>
  world.grant('support', {
    impersonate: { users: ['john'], groups: ['developers'] },
    credential: { secretName: world.name('support'), ...credential },
    ...rest,
  });

const place = (world: World, namespace = DEFAULT_NAMESPACE, base = 'support'): { namespace: string; name: string } => ({
  namespace,
  name: world.name(base),
});

type Edit = readonly [name: string, from: CredentialInput, to: Patch<CredentialInput>];

/** After each there is another token, and the old one is dead. */
const REISSUING: readonly Edit[] = [
  ['the life is longer', {}, { expirationSeconds: 7200 }],
  ['the life is shorter', { expirationSeconds: 7200 }, { expirationSeconds: 600 }],
  ['a kubeconfig is wanted', {}, { kubeconfig: true }],
  ['no kubeconfig is wanted any more', { kubeconfig: true }, { kubeconfig: false }],
  ['the type becomes LongLived', {}, { type: 'LongLived' }],
  ['the type becomes Bound', { type: 'LongLived' }, { type: 'Bound' }],
];

for (const [name, from, to] of REISSUING)
  test(`a token is replaced when ${name}`, async ({ world }) => {
    const grant = await grantOf(world, from);
    const old = await tokenIn(world, place(world));
    await world.watched(async () => grant.edit({ credential: to }));
    const next = await tokenIn(world, place(world), old);
    expect(await becomes(world, next, 'john')).toBe(true);
    await untilDead(world, old);
  });

test('a Secret that gets another name leaves none under the old one', async ({ world }) => {
  const grant = await grantOf(world);
  const old = await tokenIn(world, place(world));
  await world.watched(async () => grant.edit({ credential: { secretName: world.name('renamed') } }));
  await tokenIn(world, place(world, DEFAULT_NAMESPACE, 'renamed'), old);
  await untilDead(world, old);
  expect(await world.admin.get('Secret', world.name('support'), DEFAULT_NAMESPACE)).toBeUndefined();
});

test('a credential moves to another namespace, with its account', async ({ world }) => {
  const grant = await grantOf(world, {}, { subjects: [ALICE] });
  const old = await tokenIn(world, place(world));
  await world.watched(async () => grant.edit({ credential: { namespace: OTHER_NAMESPACE } }));
  const next = await tokenIn(world, place(world, OTHER_NAMESPACE), old);
  expect(await holder(world, next)).toMatchObject({ user: expect.stringContaining(OTHER_NAMESPACE) as string });
  await untilDead(world, old);
  expect((await world.children()).filter(({ metadata }) => metadata.namespace === DEFAULT_NAMESPACE)).toEqual([]);
});

test('a credential is taken away, and given again', async ({ world }) => {
  const grant = await grantOf(world, {}, { subjects: [ALICE] });
  const old = await tokenIn(world, place(world));
  await world.watched(async () => grant.edit({ credential: null }));
  await untilDead(world, old);
  expect(await world.admin.get('Secret', world.name('support'), DEFAULT_NAMESPACE)).toBeUndefined();
  await world.watched(async () => grant.edit({ credential: { secretName: world.name('support') } }));
  await tokenIn(world, place(world), old);
});

test('a token for other audiences is none for the API server', async ({ world }) => {
  const grant = await grantOf(world);
  const old = await tokenIn(world, place(world));
  await grant.edit({ credential: { audiences: ['vault.acme.io'] } });
  const next = await tokenIn(world, place(world), old);
  await untilDead(world, old);
  expect(await holder(world, next)).toBe('unauthenticated');
  expect(await world.admin.accepts(next, ['vault.acme.io'])).toBe(true);
  expect(await world.admin.accepts(next, ['other.acme.io'])).toBe(false);
  await grant.edit({ credential: { audiences: null } });
  await tokenIn(world, place(world), next);
});

test('a token stays when other people, groups or a longer overlap are wanted', async ({ world }) => {
  const grant = await grantOf(world);
  const token = await tokenIn(world, place(world));
  await world.watched(async () => grant.edit({ impersonate: { users: ['jane'], groups: ['operators'] } }));
  await world.watched(async () => grant.edit({ subjects: [ALICE], credential: { overlapSeconds: 60 } }));
  expect(await tokenIn(world, place(world))).toBe(token);
  expect(await becomes(world, token, 'jane')).toBe(true);
});

test('the Secret is updated in place, and what others wrote on it stays', async ({ world }) => {
  const { namespace, name } = place(world);
  const grant = await grantOf(world);
  const old = await tokenIn(world, place(world));
  const before = await world.admin.get('Secret', name, namespace);
  const foreign = { 'acme.io/seen': '2026-11-24' };
  await world.admin.patch('Secret', name, { metadata: { labels: foreign, annotations: foreign } }, namespace);
  await grant.edit({ credential: { expirationSeconds: 7200 } });
  await tokenIn(world, place(world), old);
  const after = await world.admin.get('Secret', name, namespace);
  expect(after?.metadata.uid).toBe(before?.metadata.uid);
  expect(after?.metadata.labels).toMatchObject(foreign);
  expect(after?.metadata.annotations).toMatchObject(foreign);
});

for (const type of ['Bound', 'LongLived'] as const)
  test(`${type}: labels and annotations follow the template, and the token stays`, async ({ world }) => {
    const { namespace, name } = place(world);
    const secretTemplate = { labels: { team: 'payments', tier: 'one' }, annotations: { note: 'ours' } };
    const grant = await grantOf(world, { type, secretTemplate });
    const token = await tokenIn(world, place(world));
    expect((await world.admin.get('Secret', name, namespace))?.metadata).toMatchObject(secretTemplate);
    await grant.edit({ credential: { secretTemplate: { labels: { team: 'orders', tier: null }, annotations: null } } });
    const { labels, annotations } = (await world.admin.get('Secret', name, namespace))?.metadata ?? {};
    expect(labels).toMatchObject({ team: 'orders' });
    expect(labels).not.toHaveProperty('tier');
    expect(annotations).not.toHaveProperty('note');
    await world.settled();
    expect(await tokenIn(world, place(world))).toBe(token);
    expect(await becomes(world, token, 'john')).toBe(true);
  });

test('a Secret holds what a consumer needs, and no more', async ({ world }) => {
  await grantOf(world);
  await tokenIn(world, place(world));
  const data = await dataOf(world, place(world));
  expect(Object.keys(data).toSorted()).toEqual(['ca.crt', 'namespace', 'token']);
  expect(data).toMatchObject({ namespace: DEFAULT_NAMESPACE });
  expect(data['ca.crt']?.trim()).toBe(world.connection.ca.trim());
});

test('a token lasts no longer than its grant', async ({ world }) => {
  const end = Date.now() + 1_800_000;
  const grant = await grantOf(world, {}, { expiresAt: new Date(end).toISOString() });
  const token = await tokenIn(world, place(world));
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  expect(claims.exp * 1000).toBeLessThanOrEqual(end);
  await grant.edit({ expiresAt: new Date(end - 600_000).toISOString() });
  await untilDead(world, token);
});

test('a name that a foreign Secret has is left to it, and the grant holds nothing until it is free', async ({
  world,
}) => {
  const { namespace, name } = place(world);
  const metadata = { namespace, name, labels: { 'app.kubernetes.io/managed-by': 'somebody' } };
  const before = await world.create({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token: 'foreign' } });
  const grant = await world.grant(
    'support',
    { subjects: [ALICE], impersonate: { users: ['john'] }, credential: { secretName: name } },
    'NameTaken',
  );
  await world.settled();
  const after = await world.admin.get('Secret', name, namespace);
  expect(after?.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  await world.admin.delete('Secret', name, namespace);
  await grant.until('Granted');
});

test('of two objects that ask for one Secret the second waits until the first is gone', async ({ world }) => {
  const first = await grantOf(world);
  const token = await tokenIn(world, place(world));
  const second = await world.binding(
    'jane',
    { subject: { kind: 'User', name: 'jane' }, credential: { secretName: world.name('support') } },
    'NameTaken',
  );
  await world.settled();
  const { message } = await second.until('NameTaken');
  expect(message).toContain(`belongs to ImpersonationGrant "${first.name}"`);
  expect(message).not.toContain('delete');
  expect(await tokenIn(world, place(world))).toBe(token);
  await world.watched(async () => {
    await first.delete();
    await second.until('Granted');
  });
  await untilTrue('right of the second', async () => becomes(world, await tokenIn(world, place(world), token), 'jane'));
});
