import { expect } from 'vitest';
import { integration } from './harness.ts';
import { TIMEOUT, killedAfterEachWrite } from './killing.ts';
import { ALICE } from './people.ts';

const test = integration({ proxy: true });

/** Status and event: all that is written where a server cannot carry a grant out. */
const TOLD = 2;

const people = { users: ['john'], groups: ['developers'] };

test(
  'an operator that is killed after any write of a creation completes it when it is back',
  TIMEOUT,
  async ({ world }) => {
    const writes = await killedAfterEachWrite(world, async (_, round) => async () => {
      await world.grant(
        round,
        {
          subjects: [ALICE],
          impersonate: { ...people, serviceAccounts: [{ namespace: 'production', name: 'app' }] },
          credential: { secretName: world.name(round) },
        },
        null,
      );
    });
    // account, anchor, token, Secret, two roles with their bindings, status, event
    expect(writes).toBeGreaterThanOrEqual(world.holds ? 10 : TOLD);
  },
);

test(
  'an operator that is killed after any write for a binding completes it when it is back',
  TIMEOUT,
  async ({ world }) => {
    const writes = await killedAfterEachWrite(world, async (_, round) => async () => {
      await world.binding(
        round,
        {
          subject: { kind: 'User', name: 'jane' },
          identity: { groups: ['operators'] },
          roles: [
            { roleRef: { kind: 'ClusterRole', name: 'view' }, namespaces: ['production'] },
            { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
          ],
          credential: { secretName: world.name(round), type: 'LongLived', kubeconfig: true },
        },
        null,
      );
    });
    expect(writes).toBeGreaterThanOrEqual(8);
  },
);
