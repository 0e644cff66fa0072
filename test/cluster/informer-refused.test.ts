import { expect, test, vi } from 'vitest';
import { first, prepared } from './faults.ts';
import { informerWorld, patient } from './informer-world.ts';
import { json, statusObject } from './scripted-server.ts';

vi.setConfig({ testTimeout: 120_000 });

type Refused = 'list' | 'watch' | 'follows';

const told: Refused[] = [];
const onRefused = (verb: 'list' | 'watch' | undefined): void => void told.push(verb ?? 'follows');
const forbidden = (times: number, code = 403) =>
  first(times, (response) => json(response, code, statusObject(code, code === 403 ? 'Forbidden' : 'InternalError')));

/** Each once, however often it was told in a row. */
const inTurn = (): Refused[] => told.filter((verb, index) => verb !== told[index - 1]);

test('a permission that is missing is told by its verb, and that it is there again, as soon as there is a list', async () => {
  told.length = 0;
  await using world = await informerWorld(
    (api) => {
      prepared(api);
      api.listFault = forbidden(2);
      api.watchFault = forbidden(2);
    },
    { onRefused },
  );
  await world.watching();
  await expect.poll(inTurn, patient).toEqual(['list', 'follows', 'watch', 'follows']);
  await world.settled();
});

test('a watch that ends and is refused is told, what was cached stays, and what comes meanwhile is caught up with', async () => {
  told.length = 0;
  await using world = await informerWorld(prepared, { onRefused });
  await world.watching();
  await expect.poll(inTurn, patient).toEqual(['follows']);
  world.api.watchFault = forbidden(3);
  world.api.end();
  await expect.poll(inTurn, patient).toEqual(['follows', 'watch', 'follows']);
  expect([...world.informer.list()]).toHaveLength(2);
  world.api.put('later');
  await world.settled();
});

test('a relist that is refused while the watch goes on is no reason to say that nothing is followed', async () => {
  told.length = 0;
  await using world = await informerWorld(prepared, { onRefused, relistMs: 100 });
  await world.watching();
  await expect.poll(inTurn, patient).toEqual(['follows']);
  world.api.listFault = forbidden(1);
  const lists = world.api.lists.length;
  world.api.end();
  await expect.poll(() => world.api.lists.length, patient).toBeGreaterThan(lists + 1);
  expect(world.errors).toMatchObject([{ reason: 'Forbidden' }]);
  expect(inTurn()).toEqual(['follows']);
});

test('no other failure is taken for a missing permission', async () => {
  told.length = 0;
  await using world = await informerWorld(prepared, { onRefused });
  await world.watching();
  world.api.watchFault = forbidden(2, 500);
  world.api.end();
  await expect.poll(() => world.errors.length, patient).toBe(2);
  await world.watching();
  expect(inTurn()).toEqual(['follows']);
});

/** Lists nothing, ever. */
const refusing = (api: Parameters<typeof prepared>[0]): void => {
  prepared(api);
  api.listFault = forbidden(1000);
};

test('nobody waits for a first list that is refused, where nobody depends on it', async () => {
  await using world = await informerWorld(refusing, { dispensable: true });
  await world.informer.whenSynced();
  expect(world.informer.synced).toBe(false);
  await using other = await informerWorld(refusing, {});
  await expect.poll(() => other.errors.length, patient).toBeGreaterThan(1);
  await expect(Promise.race([other.informer.whenSynced(), Promise.resolve('still waiting')])).resolves.toBe(
    'still waiting',
  );
});
