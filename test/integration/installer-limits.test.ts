/** What the installer demands of the life of grants and bindings. */
import type { GrantInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE } from './people.ts';

const test = integration({ settings: { requireExpiry: true, maxGrantSeconds: 3600 } });

const GRANT: GrantInput = { subjects: [ALICE], impersonate: { users: ['john'] } };
const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

test('a grant without an end holds nothing', async ({ world }) => {
  const grant = await world.grant('support', GRANT, 'ExpiryRequired');
  await world.settled();
  await grant.edit({ expiresAt: at(600) });
});

test('a grant that lasts longer than allowed holds nothing', async ({ world }) => {
  const grant = await world.grant('support', { ...GRANT, expiresAt: at(3700) }, 'GrantTooLong');
  await world.settled();
  await grant.edit({ expiresAt: at(3500) });
});

test('the life of a grant counts from its notBefore', async ({ world }) => {
  const times = { notBefore: at(-600), expiresAt: at(7000) };
  const grant = await world.grant('support', { ...GRANT, ...times }, 'GrantTooLong');
  await grant.edit({ notBefore: at(3500) }, 'NotYetValid');
});

test('a binding that lasts longer than allowed contributes nothing', async ({ world }) => {
  const subject = { kind: 'User', name: 'jane' } as const;
  const binding = await world.binding('jane', { subject, expiresAt: at(7000) }, 'GrantTooLong');
  await world.binding('other', { subject }, 'ExpiryRequired');
  const grant = await world.grant(
    'on-call',
    { subjects: [ALICE], impersonate: { users: ['john'], userBindings: [binding.name] }, expiresAt: at(600) },
    'UserBindingNotReady',
  );
  await world.settled();
  await binding.edit({ expiresAt: at(600) });
  await grant.until('Granted');
});

test('a grant that was made before the limit loses everything under it', async ({ world }) => {
  await world.reinstall({ requireExpiry: false, maxGrantSeconds: undefined });
  const grant = await world.grant('support', GRANT);
  await world.settled();
  await world.reinstall({ requireExpiry: true });
  await grant.until('ExpiryRequired');
});
