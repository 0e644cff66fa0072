/** Many objects at once. */
import { setTimeout as delay } from 'node:timers/promises';
import type { GrantSpec } from '../oracle/objects.ts';
import type { Stored } from './admin.ts';
import type { BindingInput, CustomResource, GrantInput } from './custom-resource.ts';
import { reasonOn } from './dialect.ts';
import { ALICE, BOB, ON_CALL, SUPPORT } from './people.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

/** Whom object number `index` is about. */
export const person = (index: number): string => `person-${index}`;

/** So many objects apart, one has a credential. */
const CREDENTIAL_EVERY = 90;

const HOLDERS = [ALICE, BOB, SUPPORT, ON_CALL] as const;

const credential = (world: World, index: number): Pick<GrantInput, 'credential'> =>
  index % CREDENTIAL_EVERY < 2
    ? { credential: { secretName: secretOf(world, index), type: index % 4 < 2 ? 'Bound' : 'LongLived' } }
    : {};

export const secretOf = (world: World, index: number): string => world.name(`token-${index}`);

const grantSpec = (world: World, index: number): GrantInput => ({
  subjects: [HOLDERS[(index / 2) % HOLDERS.length] ?? ALICE],
  impersonate: {
    // some are of the universe that the oracle tries
    users: [index % 100 === 4 ? 'john' : person(index)],
    ...(index % 20 === 0 ? { serviceAccounts: [{ namespace: 'production', name: 'app' }] } : {}),
  },
  ...credential(world, index),
});

const bindingSpec = (world: World, index: number): BindingInput => ({
  subject: { kind: 'User', name: person(index) },
  roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' }, namespaces: ['production'] }],
  ...credential(world, index),
});

/** Numbers of the objects that have a credential, of the first `count`. */
export const holders = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => index).filter((index) => index % CREDENTIAL_EVERY < 2);

/** The others are grants. */
export const isBinding = (index: number): boolean => index % 2 === 1;

/** Grants and bindings in turn, made at once; what comes of them is not waited for. */
export const crowd = async (world: World, count: number): Promise<CustomResource[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      return isBinding(index)
        ? world.binding(`n${index}`, bindingSpec(world, index), null)
        : world.grant(`n${index}`, grantSpec(world, index), null);
    }),
  );

interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly reason: string }[];
}

/** Or told that this server cannot carry it out. */
const isGranted = (world: World, { kind, metadata, spec, status }: Stored): boolean => {
  const { observedGeneration, conditions = [] } = (status ?? {}) as Status;
  const ready = conditions.find(({ type }) => type === 'Ready');
  const wanted = kind === 'ImpersonationGrant' ? reasonOn('Granted', spec as GrantSpec, world) : 'Granted';
  return observedGeneration === metadata.generation && ready?.reason === wanted;
};

/** Waits until `left` answers 0. @throws when a minute brings it no nearer. */
const untilNone = async (what: string, left: () => Promise<number>): Promise<void> => {
  const before = await left();
  if (before === 0) return;
  await untilTrue(`progress: ${before} objects ${what}`, async () => {
    await delay(200);
    return (await left()) < before;
  });
  await untilNone(what, left);
};

export const untilAllGranted = async (world: World): Promise<void> =>
  untilNone('are not granted', async () => {
    const { admin } = world;
    const all = [...(await admin.list('ImpersonationGrant')), ...(await admin.list('UserBinding'))];
    return all.filter((object) => !isGranted(world, object)).length;
  });

export const untilNothingIsLeft = async (world: World): Promise<void> =>
  untilNone('are left', async () => (await world.children()).length);
