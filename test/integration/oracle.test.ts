/** The oracle itself: what it must notice. */
import { expect } from 'vitest';
import { identity } from '../oracle/identity.ts';
import { differences } from '../oracle/matrix.ts';
import type { AnyObject } from './admin.ts';
import { integration } from './harness.ts';
import { ALICE, PEOPLE } from './people.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration({ depth: 'actions' });

const RBAC = 'rbac.authorization.k8s.io';
const [ALICES_TOKEN = ''] = PEOPLE.map(({ tokens: [token] }) => token);

const becoming = (user: string): object[] => [
  { apiGroups: [''], resources: ['users'], verbs: ['impersonate'], resourceNames: [user] },
];

/** A role that nobody's grant asks for, and alice as its holder; it lets her become a user, or is of other rules. */
const foreignRight = (world: World, user: string, rules = becoming(user)): [role: AnyObject, binding: AnyObject] => {
  const name = world.name('foreign');
  const apiVersion = `${RBAC}/v1`;
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
      subjects: [{ apiGroup: RBAC, ...ALICE }],
    },
  ];
};

const isAllowed = async (world: World, user: string): Promise<boolean> =>
  typeof (await world.prober.probe(ALICES_TOKEN, identity(user))) === 'object';

test('it sees a right that no object says', async ({ world }) => {
  const [role, binding] = foreignRight(world, 'system:admin');
  await world.create(role);
  await world.create(binding);
  await untilTrue('the right in force', async () => isAllowed(world, 'system:admin'));
  const { matrix } = await world.oracle.wanted();
  const wrong = differences(matrix, await world.oracle.found(matrix));
  expect(wrong).toContainEqual(expect.stringContaining('alice as "system:admin": must be denied, is allowed'));
  expect(wrong.every((line) => line.startsWith('alice as "system:admin"'))).toBe(true);
  await world.admin.delete('ClusterRoleBinding', binding.metadata.name);
});

test('it sees an action that no object says, whoever may do it himself', async ({ world }) => {
  const [role, binding] = foreignRight(world, 'john', [
    { apiGroups: ['authentication.k8s.io'], resources: ['users'], verbs: ['impersonate:user-info'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['impersonate-on:user-info:get'], resourceNames: ['named'] },
  ]);
  await world.create(role);
  await world.binding('john', {
    subject: { kind: 'User', name: 'john' },
    roles: [{ rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }],
  });
  await world.create(binding);
  let wrong: string[] = [];
  await untilTrue('the right in force', async () => {
    const { matrix } = await world.oracle.wanted();
    wrong = differences(matrix, await world.oracle.found(matrix));
    return wrong.length > 0;
  });
  // john may get it, jane may not: what is asked is whether alice may try as each of them
  for (const user of ['john', 'jane'])
    expect(wrong).toContainEqual(`alice as "${user}", to get the secret named: must be denied, is allowed`);
  expect(wrong.every((line) => line.endsWith('to get the secret named: must be denied, is allowed'))).toBe(true);
  await world.admin.delete('ClusterRoleBinding', binding.metadata.name);
});

test('it sees a right that is missing', async ({ world }) => {
  await world.operator.stop();
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } }, null);
  const { matrix } = await world.oracle.wanted();
  const wrong = differences(matrix, await world.oracle.found(matrix));
  expect(wrong).toContainEqual(expect.stringContaining('alice as "john": must be allowed'));
  expect(wrong.every((line) => line.startsWith('alice as "john"'))).toBe(true);
  await grant.delete();
});

test('it sees a right that is there for a moment only', async ({ world }) => {
  const [role, binding] = foreignRight(world, 'jane');
  await world.create(role);
  const watched = world.watched(async (watch) => {
    await world.create(binding);
    await untilTrue('the right in force', async () => isAllowed(world, 'jane'));
    await watch.round();
    await world.admin.delete('ClusterRoleBinding', binding.metadata.name);
  });
  await expect(watched).rejects.toThrow('alice as "jane"');
});

test('it takes no error for a denial', async ({ world }) => {
  const [role, binding] = foreignRight(world, 'system:anonymous');
  await world.create(role);
  await world.create(binding);
  // the impersonation is allowed; what it is asked for then is forbidden to the anonymous
  await untilTrue('an answer that is none', async () =>
    isAllowed(world, 'system:anonymous').then(
      () => false,
      () => true,
    ),
  );
  await world.admin.delete('ClusterRoleBinding', binding.metadata.name);
});
