/** Kills the operator after each write of a story. */
import type { World } from './world.ts';
import { untilTrue } from './waiting.ts';

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

/** A process is started for every write, in milliseconds on a busy machine. */
export const TIMEOUT = { timeout: 900_000 };

/** Runs a story once for every write that it takes, killed after that write; what all of them come to is judged together. */
export const killedAfterEachWrite = async (
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
