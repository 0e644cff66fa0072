import { expect } from 'vitest';
import type { GrantInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { TIMEOUT, killedAfterEachWrite } from './killing.ts';
import { ALICE, BOB } from './people.ts';

const test = integration({ proxy: true, depth: 'actions' });

const app = { namespace: 'production', name: 'app' };

const LEGACY: GrantInput = {
  mode: 'Legacy',
  subjects: [ALICE],
  impersonate: { users: ['john'], groups: ['developers'], serviceAccounts: [app] },
};
const CONSTRAINED: GrantInput = {
  mode: 'Auto',
  subjects: [BOB],
  impersonate: { users: ['jane'], serviceAccounts: [app] },
  actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'], namespaces: ['production', 'staging'] }],
};

for (const [name, from, to] of [
  ['to Constrained', LEGACY, CONSTRAINED],
  ['to Legacy', CONSTRAINED, LEGACY],
] as const)
  test(
    `an operator that is killed after any write of a move ${name} completes it when it is back`,
    TIMEOUT,
    async ({ world }) => {
      const writes = await killedAfterEachWrite(world, async (_, round) => {
        const grant = await world.grant(round, from);
        return async () => grant.apply(to, null);
      });
      // at least the role and the binding of the user, those of the account, those of the actions
      expect(writes).toBeGreaterThanOrEqual(6);
    },
  );
