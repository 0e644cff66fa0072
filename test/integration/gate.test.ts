/** An API server that is started again with the gate off, and on, under grants that live on. */
import { afterAll, beforeAll, expect } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/start.ts';
import { featureGates, planeOfWorker } from './connection.ts';
import { DEFAULT_NAMESPACE, becomes, tokenIn, untilDead } from './credentials.ts';
import type { CustomResource } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB, SUPPORT, TOKEN_USERS } from './people.ts';
import type { World } from './world.ts';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ binaries: planeOfWorker().binaries, users: TOKEN_USERS });
});

afterAll(async () => {
  await plane.stop();
});

const test = integration({ connection: () => plane, depth: 'actions' });

/** Starts the API server again. */
const turn = async (world: World, gate: boolean): Promise<void> => {
  await plane.stopApiServer();
  await plane.startApiServer({ featureGates: featureGates(gate) });
  world.gate = gate;
};

const pods = { apiGroups: [''], resources: ['pods'], verbs: ['list'], namespaces: ['production'] };

/** A constrained grant with a token, one to a group, and one in Legacy. */
const grants = async (world: World): Promise<CustomResource<'ImpersonationGrant'>[]> => [
  await world.grant('limited', {
    subjects: [ALICE],
    impersonate: {
      users: ['john'],
      groups: ['developers'],
      serviceAccounts: [{ namespace: 'production', name: 'app' }],
    },
    actions: [pods],
    credential: { secretName: world.name('limited') },
  }),
  await world.grant('whole', { subjects: [SUPPORT], impersonate: { users: ['jane'] }, mode: 'Constrained' }),
  await world.grant('old', { subjects: [BOB], impersonate: { users: ['john'] }, mode: 'Legacy' }),
];

const all = async (resources: readonly CustomResource[]): Promise<void> => {
  // what is expected of the constrained ones follows the gate
  for (const resource of resources) await resource.until('Granted');
};

test('constrained grants hold nothing while the gate is off, and come back with it', async ({ world }) => {
  const made = await grants(world);
  const place = { namespace: DEFAULT_NAMESPACE, name: world.name('limited') };
  const old = await tokenIn(world, place);
  await world.settled();

  await world.oracle.during(true, async () => {
    await turn(world, false);
    await all(made);
  });
  await untilDead(world, old);
  expect(await world.admin.get('Secret', place.name, place.namespace)).toBeUndefined();
  const stalled = (await made[0]?.conditions())?.find(({ type }) => type === 'Stalled');
  expect(stalled).toMatchObject({ status: 'True', reason: 'Unsupported' });
  expect(stalled?.message).toContain('spec.actions');
  expect(world.operator.running).toBe(true);

  await world.oracle.during(true, async () => {
    await turn(world, true);
    await all(made);
  });
  const next = await tokenIn(world, place, old);
  expect(await becomes(world, next, 'john')).toBe(true);
  expect(await becomes(world, next, 'jane')).toBe(false);
});

test('a gate that turns while the operator is down is seen when it is back', async ({ world }) => {
  const made = await grants(world);
  await world.operator.stop();
  await turn(world, false);
  await world.operator.start();
  await all(made);
  await world.settled();
  await world.operator.kill();
  await turn(world, true);
  await world.operator.start();
  await all(made);
});

test('what is edited while the gate is off counts when it is on', async ({ world }) => {
  const [limited, whole, old] = (await grants(world)) as [
    CustomResource<'ImpersonationGrant'>,
    CustomResource<'ImpersonationGrant'>,
    CustomResource<'ImpersonationGrant'>,
  ];
  await turn(world, false);
  await all([limited, whole, old]);
  await limited.edit({ impersonate: { users: ['jane'] }, actions: [{ ...pods, verbs: ['create'] }] });
  await whole.edit({ mode: 'Legacy' });
  await old.edit({ mode: 'Constrained' });
  await world.settled();
  await turn(world, true);
  await all([limited, whole, old]);
});
