/** Events on grants and bindings: one for each change of the reason, with words that somebody can act on. */
import { expect } from 'vitest';
import type { Stored } from './admin.ts';
import type { CustomResource } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB } from './people.ts';
import { until, untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration();

interface Told extends Stored {
  readonly reason: string;
  readonly note: string;
  readonly type: string;
  readonly eventTime: string;
  readonly regarding: { readonly uid: string };
}

/** What was told of an object, in order. */
const told = async ({ admin }: World, resource: CustomResource): Promise<Told[]> => {
  const uid = (await resource.read())?.metadata.uid;
  const events = (await admin.list('Event', 'default')) as unknown as Told[];
  return events
    .filter(({ regarding }) => regarding.uid === uid)
    .toSorted((one, other) => (one.eventTime < other.eventTime ? -1 : 1));
};

const reasons = async (world: World, resource: CustomResource): Promise<string[]> =>
  (await told(world, resource)).map(({ reason }) => reason);

const untilTold = async (world: World, resource: CustomResource, ...wanted: string[]): Promise<void> => {
  let last: string[] = [];
  await untilTrue(
    `events ${wanted.join(', ')}`,
    async () => (last = await reasons(world, resource)).join() === wanted.join(),
    () => last,
  );
};

test('a change of the reason is told once, and nothing else is', async ({ world }) => {
  const grant = await world.grant('support', {
    subjects: [ALICE],
    impersonate: { users: ['john'] },
    credential: { secretName: world.name('support') },
  });
  await untilTold(world, grant, 'Granted');
  await grant.edit({ subjects: [BOB] });
  await world.admin.delete('ClusterRoleBinding', `impersonation:grant:${grant.name}`);
  await world.settled();
  await world.operator.restart();
  await grant.edit({ impersonate: { users: ['jane'] } });
  await grant.edit({ suspend: true }, 'Suspended');
  await untilTold(world, grant, 'Granted', 'Suspended');
  await world.operator.restart();
  await grant.edit({ suspend: false });
  await untilTold(world, grant, 'Granted', 'Suspended', 'Granted');
});

test('an event says what the condition says, of which object, and whether to worry', async ({ world }) => {
  const jane = await world.binding('jane', { subject: { kind: 'User', name: 'jane' } });
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { userBindings: [jane.name] } });
  await jane.edit({ suspend: true }, 'Suspended');
  const { message } = await grant.until('UserBindingNotReady');
  await untilTold(world, grant, 'Granted', 'UserBindingNotReady');
  const [granted, notReady] = await told(world, grant);
  expect(granted).toMatchObject({
    type: 'Normal',
    action: 'Reconciled',
    reportingController: 'impersonation-operator',
    regarding: { apiVersion: 'impersonation.dev/v1alpha1', kind: 'ImpersonationGrant', name: grant.name },
  });
  expect(notReady).toMatchObject({ type: 'Warning', note: message });
  expect(message).toContain(jane.name);
  await untilTold(world, jane, 'Granted', 'Suspended');
});

test('kubectl describe shows the events', async ({ world }) => {
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } });
  await grant.edit({ suspend: true }, 'Suspended');
  const described = await until('events in the description', async () => {
    const { stdout } = await world.kubectl(['describe', 'igrant', grant.name]);
    const [, events = ''] = stdout.split(/^Events:/m);
    return events.includes('Suspended') ? events : undefined;
  });
  expect(described).toMatch(/Normal +Granted .*impersonation-operator/);
});
