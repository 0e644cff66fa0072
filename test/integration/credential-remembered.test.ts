/** The server takes a token for some seconds after its account ended, and rights are bound to the account's name. */
import { expect } from 'vitest';
import { DEFAULT_NAMESPACE, becomes, tokenIn } from './credentials.ts';
import type { CredentialInput, CustomResource } from './custom-resource.ts';
import { integration } from './harness.ts';
import { untilTrue } from './waiting.ts';

const test = integration();

type Grant = CustomResource<'ImpersonationGrant'>;

const mayBecome = (user: string) => ({ users: [user] });

const brokerOf = (name: string) => ({ subject: { kind: 'User' as const, name }, credential: {} });

const CHANGES: [string, (grant: Grant, credential: CredentialInput) => Promise<unknown>][] = [
  [
    'a suspension ends with other targets',
    async (grant) => {
      await grant.edit({ suspend: true }, 'Suspended');
      await grant.edit({ suspend: false, impersonate: mayBecome('jane') }, 'TokenRemembered');
    },
  ],
  [
    'a grant of the same name is made',
    async (grant, credential) => {
      await grant.delete();
      await grant.apply({ impersonate: mayBecome('jane'), credential }, 'TokenRemembered');
    },
  ],
  [
    'the credential comes back with other targets',
    async (grant, credential) => {
      await grant.edit({ credential: null, subjects: [{ kind: 'User', name: 'alice' }] });
      await grant.edit({ credential, impersonate: mayBecome('jane') }, 'TokenRemembered');
    },
  ],
];

test.for(CHANGES)('a token in use gets nothing of what comes after it when %s', async ([, change], { world }) => {
  const place = { namespace: DEFAULT_NAMESPACE, name: world.name('bot') };
  const credential = { secretName: place.name };
  const grant = await world.grant('bot', { impersonate: mayBecome('john'), credential });
  const old = await tokenIn(world, place);
  // from now on the server remembers it
  await untilTrue('token in use', async () => becomes(world, old, 'john'));
  await change(grant, credential);
  const asJane = new Set<boolean>();
  await untilTrue('the next token', async () => {
    asJane.add(await becomes(world, old, 'jane'));
    return (await grant.conditions()).some(({ reason }) => reason === 'Granted');
  });
  const next = await tokenIn(world, place, old);
  await untilTrue('right of the next token', async () => becomes(world, next, 'jane'));
  expect([...asJane, await becomes(world, old, 'jane')]).toEqual([false, false]);
});

test('a token in use gets nothing of another binding of the same name', async ({ world }) => {
  const place = { namespace: DEFAULT_NAMESPACE, name: world.name('person') };
  const binding = await world.binding('person', brokerOf('john'));
  const old = await tokenIn(world, place);
  await untilTrue('token in use', async () => becomes(world, old, 'john'));
  await binding.delete();
  await binding.apply(brokerOf('jane'), 'TokenRemembered');
  const asJane = new Set<boolean>();
  await untilTrue('the next token', async () => {
    asJane.add(await becomes(world, old, 'jane'));
    return (await world.admin.get('Secret', place.name, place.namespace)) !== undefined;
  });
  await binding.until('Granted');
  expect([...asJane, await becomes(world, old, 'jane')]).toEqual([false, false]);
});

test('an account that somebody deletes takes its token along at once, and what others hold goes on', async ({
  world,
}) => {
  const place = { namespace: DEFAULT_NAMESPACE, name: world.name('bot') };
  const grant = await world.grant('bot', {
    subjects: [{ kind: 'User', name: 'alice' }],
    impersonate: mayBecome('john'),
    credential: { secretName: place.name },
  });
  const old = await tokenIn(world, place);
  await untilTrue('token in use', async () => becomes(world, old, 'john'));
  const account = (await world.children()).find(({ kind }) => kind === 'ServiceAccount');
  await world.admin.delete('ServiceAccount', account?.metadata.name ?? '', place.namespace);
  const { message } = await grant.until('TokenRemembered');
  expect(message).toContain('in some seconds');
  await untilTrue('end of the old token', async () => !(await becomes(world, old, 'john')));
  const role = await world.admin.get('ClusterRoleBinding', `impersonation:grant:${grant.name}`);
  expect(role?.['subjects']).toMatchObject([{ kind: 'User', name: 'alice' }]);
  await grant.until('Granted');
  const next = await tokenIn(world, place, old);
  await untilTrue('right of the next token', async () => becomes(world, next, 'john'));
});
