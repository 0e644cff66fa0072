/** An operator that may not read the admission policies cannot know that they are in force: it revokes, and grants nothing new. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planeOfWorker } from '../connection.ts';
import { ALICE } from '../people.ts';
import { untilTrue } from '../waiting.ts';
import { Restricted } from './restricted.ts';

const POLICIES = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'];
const lacking = (verb: string): string =>
  POLICIES.map((plural) => `${verb} ${plural}.admissionregistration.k8s.io`)
    .toSorted()
    .join(', ');

let restricted: Restricted;

beforeAll(async () => {
  restricted = await Restricted.start(planeOfWorker().binaries, ['--relist-interval=10s']);
});
afterAll(async () => {
  await restricted.stop();
});

const spec = { subjects: [ALICE], impersonate: { users: ['john', 'jane'] } };

const namesIn = async (grant: string): Promise<unknown> => {
  const role = await restricted.admin.get('ClusterRole', `impersonation:grant:${grant}`);
  return (role?.['rules'] as { resourceNames: string[] }[] | undefined)?.[0]?.resourceNames;
};

const WAYS = [
  ['list', async () => restricted.restart(async () => Promise.resolve())],
  ['watch', async () => Promise.resolve()],
] as const;

test.for(WAYS)(
  'without the permission to %s them it revokes, says why it grants nothing, and goes on when it may',
  async ([verb, begin]) => {
    const [kept, deleted, narrowed, later] = ['kept', 'deleted', 'narrowed', 'later'].map((name) =>
      restricted.grant(`${name}-${verb}`),
    );
    if (!kept || !deleted || !narrowed || !later) throw new Error('there are four names');
    for (const grant of [kept, deleted, narrowed]) await grant.apply(spec);
    const act = async (): Promise<void> => {
      await begin();
      await untilTrue('a message', async () =>
        (await kept.until('GuardMissing')).message.includes(`the operator may not ${lacking(verb)}`),
      );
      await untilTrue('a word of it', async () => (await restricted.answer('/readyz?verbose')).includes(lacking(verb)));
      await deleted.delete();
      await untilTrue('end of what was deleted', async () => (await namesIn(deleted.name)) === undefined);
      await narrowed.edit({ impersonate: { users: ['jane', 'root'] } }, 'GuardMissing');
      await untilTrue('end of john', async () => JSON.stringify(await namesIn(narrowed.name)) === '["jane"]');
      await later.apply(spec, 'GuardMissing');
      expect(await namesIn(later.name)).toBeUndefined();
      expect(await namesIn(kept.name)).toEqual(['jane', 'john']);
    };
    await restricted.without(verb, act, POLICIES);
    for (const grant of [kept, narrowed, later]) await grant.until('Granted');
    expect(await namesIn(narrowed.name)).toEqual(['jane', 'root']);
    for (const grant of [kept, narrowed, later]) await grant.delete();
    await restricted.untilNothingIsLeft();
  },
);
