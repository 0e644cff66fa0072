/** Two operators that nobody told of each other: preconditions and names alone keep them right. */
import { expect } from 'vitest';
import { crowd, untilAllGranted } from './crowd.ts';
import type { CustomResource } from './custom-resource.ts';
import { integration } from './harness.ts';
import { BOB, SUPPORT } from './people.ts';
import { anotherReplica, Replica } from './replica.ts';
import { isWrite, relists, watchedBy } from './traffic.ts';

const FLAGS = ['--leader-elect=false', '--relist-interval=10s'];

const test = integration({ proxy: true, flags: FLAGS });

test('two operators without election come to what the objects say, and then are quiet', async ({ world }) => {
  const replicas = [new Replica(world), await anotherReplica(world, FLAGS)];
  const bound = await world.grant(
    'bound',
    {
      subjects: [BOB],
      impersonate: { users: ['john'], groups: ['developers'] },
      credential: { secretName: world.name('bound') },
    },
    null,
  );
  const longLived = await world.binding(
    'long-lived',
    { subject: { kind: 'User', name: 'jane' }, credential: { secretName: world.name('long'), type: 'LongLived' } },
    null,
  );
  const resources = await crowd(world, 40);
  await untilAllGranted(world);
  await world.settled();

  const grants = resources.filter(
    ({ kind }) => kind === 'ImpersonationGrant',
  ) as CustomResource<'ImpersonationGrant'>[];
  await Promise.all([
    ...grants.slice(0, 8).map(async (grant) => grant.edit({ impersonate: { users: ['jane'] }, subjects: [SUPPORT] })),
    ...grants.slice(8, 12).map(async (grant) => grant.edit({ suspend: true }, 'Suspended')),
    ...grants.slice(12, 16).map(async (grant) => grant.delete()),
    bound.edit({ credential: { expirationSeconds: 900 } }),
    longLived.edit({ credential: { kubeconfig: true } }),
  ]);
  await Promise.all(grants.slice(8, 12).map(async (grant) => grant.edit({ suspend: false })));
  await untilAllGranted(world);
  await world.settled();

  const written = replicas.map(({ writes }) => writes.length);
  const rests = await Promise.all(replicas.map(async ({ proxy }) => relists(proxy, watchedBy(proxy), 1)));
  for (const rest of rests) expect(rest.filter(isWrite)).toEqual([]);
  for (const count of written) expect(count).toBeGreaterThan(0);
});
