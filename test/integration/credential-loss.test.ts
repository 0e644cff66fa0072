/** Whoever deletes or edits a part of a credential ends its token; the next one is another. */
import { expect } from 'vitest';
import type { Stored } from './admin.ts';
import { DEFAULT_NAMESPACE, becomes, holder, parts, tokenIn, untilDead } from './credentials.ts';
import type { CredentialInput, CustomResource } from './custom-resource.ts';
import { integration } from './harness.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration();

type Type = NonNullable<CredentialInput['type']>;
type Parts = Awaited<ReturnType<typeof parts>>;

const grantOf = async (world: World, type: Type): Promise<CustomResource<'ImpersonationGrant'>> =>
  world.grant('support', {
    impersonate: { users: ['john'], groups: ['developers'] },
    credential: { secretName: world.name('support'), type },
  });

const place = (world: World): { namespace: string; name: string } => ({
  namespace: DEFAULT_NAMESPACE,
  name: world.name('support'),
});

const remove = async (world: World, object: Stored | undefined): Promise<void> => {
  const { kind, metadata } = object ?? {};
  await world.admin.delete(kind as 'Secret', metadata?.name ?? '', metadata?.namespace);
};

const edit = async (world: World, patch: object): Promise<void> => {
  await world.admin.patch('Secret', place(world).name, patch, place(world).namespace);
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

type Loss = readonly [name: string, types: readonly Type[], lose: (world: World, made: Parts) => Promise<void>];

const LOSSES: readonly Loss[] = [
  ['its Secret is deleted', ['Bound', 'LongLived'], async (world, { tokens: [secret] }) => remove(world, secret)],
  ['its account is deleted', ['Bound', 'LongLived'], async (world, { account }) => remove(world, account)],
  ['its anchor is deleted', ['Bound'], async (world, { anchors: [anchor] }) => remove(world, anchor)],
  [
    'the token in its Secret is replaced by another text',
    ['Bound', 'LongLived'],
    async (world) => edit(world, { data: { token: base64('nonsense') } }),
  ],
  [
    'a key is added to its Secret',
    ['Bound', 'LongLived'],
    async (world) => edit(world, { data: { kubeconfig: base64('of somebody else') } }),
  ],
  ['its Secret is emptied', ['Bound'], async (world) => edit(world, { data: null })],
];

for (const [name, types, lose] of LOSSES)
  for (const type of types)
    test(`${type}: when ${name}, there is another token and the old one is dead`, async ({ world }) => {
      const grant = await grantOf(world, type);
      // a token that was used would go on for 10 s in the server's cache
      const old = await tokenIn(world, place(world));
      await lose(world, await parts(world, grant));
      const next = await tokenIn(world, place(world), old, 'nonsense');
      await untilTrue('right of the next token', async () => becomes(world, next, 'john'));
      await untilDead(world, old);
      await grant.until('Granted');
    });

for (const type of ['Bound', 'LongLived'] as const) {
  test(`${type}: an account that somebody puts in the place of ours, with every mark of it, ends the token`, async ({
    world,
  }) => {
    const grant = await grantOf(world, type);
    const old = await tokenIn(world, place(world));
    await world.operator.stop();
    const { account } = await parts(world, grant);
    const { name = '', namespace, labels, annotations, ownerReferences } = account?.metadata ?? {};
    await world.admin.delete('ServiceAccount', name, namespace);
    const metadata = {
      name,
      namespace: namespace ?? '',
      labels: labels ?? {},
      annotations: annotations ?? {},
      ownerReferences,
    };
    await world.admin.create({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
      automountServiceAccountToken: false,
    });
    await world.operator.start();
    const next = await tokenIn(world, place(world), old);
    await untilTrue('right of the next token', async () => becomes(world, next, 'john'));
    await untilDead(world, old);
  });

  test(`${type}: a token survives restarts of the operator, in order and by force`, async ({ world }) => {
    await grantOf(world, type);
    const token = await tokenIn(world, place(world));
    await world.operator.restart();
    await world.settled();
    await world.operator.kill();
    await world.operator.start();
    const grant = await world.grant('other', {
      impersonate: { users: ['jane'] },
      credential: { secretName: world.name('other') },
    });
    await grant.until('Granted');
    expect(await tokenIn(world, place(world))).toBe(token);
  });

  test(`${type}: a token that was suspended does not come back to life with the grant`, async ({ world }) => {
    const grant = await grantOf(world, type);
    const old = await tokenIn(world, place(world));
    await world.settled();
    await grant.edit({ suspend: true }, 'Suspended');
    await untilDead(world, old);
    await grant.edit({ suspend: false });
    const next = await tokenIn(world, place(world), old);
    expect(await becomes(world, next, 'john')).toBe(true);
    expect(await holder(world, old)).toBe('unauthenticated');
    expect(await world.admin.accepts(old)).toBe(false);
  });

  test(`${type}: the token of a deleted grant does not come back to life with one of the same name`, async ({
    world,
  }) => {
    const grant = await grantOf(world, type);
    const old = await tokenIn(world, place(world));
    await world.settled();
    await grant.delete();
    await grantOf(world, type);
    await tokenIn(world, place(world), old);
    await untilDead(world, old);
  });
}

test('LongLived: the mark that the API server writes when a token is used stays, and so does the token', async ({
  world,
}) => {
  const grant = await grantOf(world, 'LongLived');
  const token = await tokenIn(world, place(world));
  expect(await becomes(world, token, 'john')).toBe(true);
  const isMarked = async (): Promise<boolean> => {
    const secret = await world.admin.get('Secret', place(world).name, place(world).namespace);
    return secret?.metadata.labels?.['kubernetes.io/legacy-token-last-used'] !== undefined;
  };
  await untilTrue('mark of use', isMarked);
  await grant.edit({ impersonate: { users: ['jane'] } });
  await world.settled();
  expect(await tokenIn(world, place(world))).toBe(token);
  expect(await isMarked()).toBe(true);
});

test('the account of a credential is mounted nowhere, and stays so', async ({ world }) => {
  const grant = await grantOf(world, 'Bound');
  const { account } = await parts(world, grant);
  expect(account).toMatchObject({ automountServiceAccountToken: false });
  const { name = '', namespace } = account?.metadata ?? {};
  await world.admin.patch('ServiceAccount', name, { automountServiceAccountToken: true }, namespace);
  await untilTrue(
    'account that is not mounted',
    async () => (await world.admin.get('ServiceAccount', name, namespace))?.['automountServiceAccountToken'] === false,
  );
});
