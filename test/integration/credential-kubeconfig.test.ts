/** `data.kubeconfig` as kubectl takes it, with nothing else than the file. */
import { expect } from 'vitest';
import { DEFAULT_NAMESPACE, dataOf, kubectlWith, tokenIn, type UserInfo, whoAmI } from './credentials.ts';
import { integration } from './harness.ts';
import type { World } from './world.ts';

const test = integration();

const kubeconfigOf = async (world: World, base: string): Promise<string> => {
  const place = { namespace: DEFAULT_NAMESPACE, name: world.name(base) };
  await tokenIn(world, place);
  return (await dataOf(world, place))['kubeconfig'] ?? '';
};

const TEAM = [{ key: 'acme.io/team', values: ['payments', 'orders'] }];
const WHOLE = {
  username: 'john',
  uid: '06f6',
  groups: ['developers', 'operators', 'system:authenticated'],
  extra: { 'acme.io/team': ['orders', 'payments'] },
};

/** Groups and values come in no particular order. */
const sorted = ({ groups = [], extra, ...rest }: UserInfo): UserInfo => ({
  ...rest,
  groups: groups.toSorted(),
  ...(extra && {
    extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, values.toSorted()])),
  }),
});

for (const type of ['Bound', 'LongLived'] as const) {
  test(`${type}: the kubeconfig of a grant is its user, with groups, uid and extra fields`, async ({ world }) => {
    await world.grant('support', {
      impersonate: { users: ['john'], groups: ['developers', 'operators'], uids: ['06f6'], extra: TEAM },
      credential: { secretName: world.name('support'), kubeconfig: true, type },
    });
    expect(sorted(await whoAmI(world, await kubeconfigOf(world, 'support')))).toEqual(WHOLE);
  });

  test(`${type}: the kubeconfig of a binding is its user`, async ({ world }) => {
    await world.binding('john', {
      subject: { kind: 'User', name: 'john' },
      identity: { groups: ['developers', 'operators'], uid: '06f6', extra: TEAM },
      credential: { kubeconfig: true, type },
    });
    expect(sorted(await whoAmI(world, await kubeconfigOf(world, 'john')))).toEqual(WHOLE);
  });
}

test('the kubeconfig of a grant for one user binding is that user', async ({ world }) => {
  const john = await world.binding('john', {
    subject: { kind: 'User', name: 'john' },
    identity: { groups: ['developers', 'operators'], uid: '06f6', extra: TEAM },
  });
  const grant = await world.grant('support', {
    impersonate: { userBindings: [john.name] },
    credential: { secretName: world.name('support'), kubeconfig: true },
  });
  expect(sorted(await whoAmI(world, await kubeconfigOf(world, 'support')))).toEqual(WHOLE);
  const old = await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: world.name('support') });
  await john.edit({ identity: { groups: ['auditors'], uid: null, extra: null } });
  await tokenIn(world, { namespace: DEFAULT_NAMESPACE, name: world.name('support') }, old);
  await grant.until('Granted');
  await world.settled();
  expect(sorted(await whoAmI(world, await kubeconfigOf(world, 'support')))).toEqual({
    username: 'john',
    groups: ['auditors', 'system:authenticated'],
  });
});

test('the kubeconfig of a grant for one service account is that account', async ({ world }) => {
  await world.grant('delivery', {
    impersonate: { serviceAccounts: [{ namespace: 'production', name: 'app' }] },
    credential: { secretName: world.name('delivery'), kubeconfig: true },
  });
  expect(await whoAmI(world, await kubeconfigOf(world, 'delivery'))).toMatchObject({
    username: 'system:serviceaccount:production:app',
  });
});

test('the kubeconfig of a binding for an account is that account itself', async ({ world }) => {
  const name = world.name('deployer');
  await world.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: DEFAULT_NAMESPACE, name } });
  await world.binding('deployer', {
    subject: { kind: 'ServiceAccount', namespace: DEFAULT_NAMESPACE, name },
    credential: { kubeconfig: true },
  });
  expect(await whoAmI(world, await kubeconfigOf(world, 'deployer'))).toMatchObject({
    username: `system:serviceaccount:${DEFAULT_NAMESPACE}:${name}`,
  });
});

test('a kubeconfig does what its user may do', async ({ world }) => {
  await world.binding('john', {
    subject: { kind: 'User', name: 'john' },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' }, namespaces: ['default'] }],
    credential: { kubeconfig: true },
  });
  const kubeconfig = await kubeconfigOf(world, 'john');
  await world.settled();
  const listPods = async (namespace: string): Promise<number> =>
    (await kubectlWith(world, kubeconfig, 'get', 'pods', '--namespace', namespace)).code;
  expect([await listPods('default'), await listPods('kube-system')]).toEqual([0, 1]);
});
