import { expect } from 'vitest';
import { integration } from './harness.ts';
import { TIMEOUT, killedAfterEachWrite } from './killing.ts';
import { ALICE, BOB } from './people.ts';

const test = integration({ proxy: true });

const before = {
  subjects: [ALICE],
  impersonate: {
    users: ['john'],
    groups: ['developers'],
    serviceAccounts: [{ namespace: 'production', name: 'app' }],
  },
};

test(
  'an operator that is killed after any write of an edit completes it when it is back',
  TIMEOUT,
  async ({ world }) => {
    const writes = await killedAfterEachWrite(world, async (_, round) => {
      const grant = await world.grant(round, before);
      return async () =>
        grant.edit(
          {
            subjects: [BOB],
            impersonate: { users: ['jane'], groups: null, serviceAccounts: [{ namespace: 'staging', name: 'app' }] },
          },
          null,
        );
    });
    expect(writes).toBeGreaterThanOrEqual(world.holds ? 5 : 1);
  },
);

test(
  'an operator that is killed after any write of a revocation completes it when it is back',
  TIMEOUT,
  async ({ world }) => {
    const writes = await killedAfterEachWrite(world, async (_, round) => {
      const grant = await world.grant(round, {
        ...before,
        credential: { secretName: world.name(round) },
      });
      return async () => grant.edit({ suspend: true }, null);
    });
    expect(writes).toBeGreaterThanOrEqual(world.holds ? 8 : 1);
  },
);
