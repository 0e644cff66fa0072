/** A deleted object leaves nothing, however it is deleted, and whether the operator runs or not. */
import { expect } from 'vitest';
import type { Propagation } from './admin.ts';
import { DEFAULT_NAMESPACE, tokenIn, tokenOfGrant, untilDead } from './credentials.ts';
import type { BindingInput, CustomResource, GrantInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB } from './people.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration();

const POLICIES: readonly Propagation[] = ['Background', 'Foreground', 'Orphan'];

const grantSpec = (world: World): GrantInput => ({
  subjects: [ALICE],
  impersonate: {
    users: ['john'],
    groups: ['developers'],
    uids: ['06f6'],
    extra: [{ key: 'acme.io/team', values: ['payments'] }],
    serviceAccounts: [{ namespace: 'production', name: 'app' }],
  },
  credential: { secretName: world.name('support') },
});

const bindingSpec = (world: World): BindingInput => ({
  subject: { kind: 'User', name: 'jane' },
  identity: { groups: ['operators'] },
  roles: [
    { roleRef: { kind: 'ClusterRole', name: 'view' }, namespaces: ['production'] },
    { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] },
  ],
  credential: { secretName: world.name('jane'), type: 'LongLived' },
});

/** A grant and a binding with every sort of child, and their tokens. */
const both = async (world: World): Promise<{ resources: CustomResource[]; tokens: string[] }> => {
  const resources = [
    await world.grant('support', grantSpec(world)),
    await world.binding('jane', bindingSpec(world)),
  ] as CustomResource[];
  const tokens = [
    await tokenOfGrant(world, { namespace: DEFAULT_NAMESPACE, name: world.name('support') }),
    await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: world.name('jane') }),
  ];
  await world.settled();
  return { resources, tokens };
};

const untilNothingIsLeft = async (world: World): Promise<void> =>
  untilTrue('end of all children', async () => (await world.children()).length === 0);

for (const policy of POLICIES) {
  test(`deletion in the way ${policy} leaves nothing`, async ({ world }) => {
    const { resources, tokens } = await both(world);
    for (const resource of resources) await resource.delete(policy);
    await untilNothingIsLeft(world);
    for (const resource of resources) await resource.untilGone();
    for (const token of tokens) await untilDead(world, token);
  });

  test(`deletion in the way ${policy} while the operator is down leaves nothing when it is back`, async ({ world }) => {
    const { resources, tokens } = await both(world);
    await world.operator.stop();
    for (const resource of resources) await resource.delete(policy);
    await world.operator.start();
    await untilNothingIsLeft(world);
    for (const token of tokens) await untilDead(world, token);
  });

  test(`another object of the same name, made while the operator is down after deletion in the way ${policy}, gives what it says`, async ({
    world,
  }) => {
    const { resources, tokens } = await both(world);
    const [grant, binding] = resources as [CustomResource<'ImpersonationGrant'>, CustomResource<'UserBinding'>];
    const old = new Set((await world.children()).map(({ metadata }) => metadata.uid));
    await world.operator.stop();
    for (const resource of resources) await resource.delete(policy);
    for (const resource of resources) await resource.untilGone();
    await grant.apply(
      { subjects: [BOB], impersonate: { users: ['jane'] }, credential: { secretName: world.name('support') } },
      null,
    );
    await binding.apply(
      { subject: { kind: 'User', name: 'john' }, credential: { secretName: world.name('jane') } },
      null,
    );
    await world.operator.start();
    await grant.until('Granted');
    await binding.until('Granted');
    for (const token of tokens) await untilDead(world, token);
    // nothing is taken over: what was another object's is made anew
    expect((await world.children()).filter(({ metadata }) => old.has(metadata.uid))).toEqual([]);
  });
}

test('deletion in the background is finished by the garbage collector while the operator is down', async ({
  world,
}) => {
  const { resources, tokens } = await both(world);
  await world.operator.stop();
  for (const resource of resources) await resource.delete('Background');
  await untilNothingIsLeft(world);
  for (const token of tokens) await untilDead(world, token);
  await world.settled();
});

test('an object that is deleted and made again at once gives what the new one says', async ({ world }) => {
  const { resources } = await both(world);
  const [grant] = resources as [CustomResource<'ImpersonationGrant'>];
  await grant.delete();
  await grant.apply({ subjects: [BOB], impersonate: { users: ['john'] } });
});

test('an object that a foreign finalizer holds in deletion gives nothing', async ({ world }) => {
  const { resources } = await both(world);
  const [grant] = resources as [CustomResource<'ImpersonationGrant'>];
  await world.admin.patch('ImpersonationGrant', grant.name, { metadata: { finalizers: ['example.com/held'] } });
  await grant.delete();
  await world.settled();
  await world.admin.patch('ImpersonationGrant', grant.name, { metadata: { finalizers: null } });
  await grant.untilGone();
});
