import { expect } from 'vitest';
import { integration } from './harness.ts';
import { ALICE, BOB } from './people.ts';
import type { World } from './world.ts';
import { untilTrue } from './waiting.ts';

const test = integration({ proxy: true });

/**
 * Kills the operator when the API server has carried out its write number `index` of `action` and before it hears so; then starts it again.
 * Answers whether there was such a write.
 */
const killedAfterWrite = async (world: World, index: number, action: () => Promise<void>): Promise<boolean> => {
  const { proxy, operator } = world;
  const died = Promise.withResolvers<void>();
  let writes = 0;
  proxy.hooks.afterWrite = async () => {
    writes += 1;
    if (writes === index) {
      await operator.kill();
      died.resolve();
    }
    if (writes >= index) throw new Error('the operator is gone');
  };
  try {
    await action();
    await Promise.race([died.promise, quiet(world)]);
    // the last write is an event, after which nothing is left to do while the operator dies
    if (writes >= index) await died.promise;
  } finally {
    proxy.hooks.afterWrite = undefined;
  }
  await operator.start();
  return writes >= index;
};

/** Resolves when every custom resource has a status for its generation, and nothing claims one that is gone. */
const quiet = async (world: World): Promise<void> =>
  untilTrue('state in which nothing is left to do', async () => {
    const customs = [...(await world.admin.list('ImpersonationGrant')), ...(await world.admin.list('UserBinding'))];
    const uids = new Set(customs.map(({ metadata }) => metadata.uid));
    const told = customs.every(({ metadata, status }) => {
      const { observedGeneration, conditions = [] } = status as Status;
      const ready = conditions.find(({ type }) => type === 'Ready');
      return (
        observedGeneration === metadata.generation && (ready?.status === 'True' || ready?.reason === 'Unsupported')
      );
    });
    const children = await world.children();
    return told && children.every(({ metadata }) => uids.has(metadata.labels?.['impersonation.dev/owner-uid'] ?? ''));
  });

interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
}

/** Runs a story once for every write that it takes, killed after that write; what all of them come to is judged together. */
const killedAfterEachWrite = async (
  world: World,
  story: (world: World, round: string) => Promise<() => Promise<void>>,
): Promise<number> => {
  for (let index = 1; ; index += 1) {
    const act = await story(world, `r${index}`);
    const happened = await killedAfterWrite(world, index, act);
    await quiet(world);
    if (!happened) return index - 1;
  }
};

/** Status and event: all that is written where a server cannot carry a grant out. */
const TOLD = 2;

const people = { users: ['john'], groups: ['developers'] };

test('an operator that is killed after any write of a creation completes it when it is back', async ({ world }) => {
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
});

test('an operator that is killed after any write of an edit completes it when it is back', async ({ world }) => {
  const writes = await killedAfterEachWrite(world, async (_, round) => {
    const grant = await world.grant(round, {
      subjects: [ALICE],
      impersonate: { ...people, serviceAccounts: [{ namespace: 'production', name: 'app' }] },
    });
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
});

test('an operator that is killed after any write of a revocation completes it when it is back', async ({ world }) => {
  const writes = await killedAfterEachWrite(world, async (_, round) => {
    const grant = await world.grant(round, {
      subjects: [ALICE],
      impersonate: { ...people, serviceAccounts: [{ namespace: 'production', name: 'app' }] },
      credential: { secretName: world.name(round) },
    });
    return async () => grant.edit({ suspend: true }, null);
  });
  expect(writes).toBeGreaterThanOrEqual(world.holds ? 8 : 1);
});

test('an operator that is killed after any write for a binding completes it when it is back', async ({ world }) => {
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
});
