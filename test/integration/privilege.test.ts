/** Names that Kubernetes keeps for itself, and accounts that are never subject or target. */
import { expect } from 'vitest';
import { parts } from './credentials.ts';
import type { GrantInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE } from './people.ts';
import type { World } from './world.ts';

const CEILING = {
  privilegedNamespaces: ['staging'],
  privilegedUsers: ['system:kube-controller-manager'],
  privilegedGroups: ['system:nodes'],
  privilegedServiceAccounts: ['kube-system/app', 'staging/app'],
};

const test = integration({ settings: CEILING });

type Targets = NonNullable<GrantInput['impersonate']>;

const grantOf = (impersonate: Targets, allowPrivileged = true): GrantInput => ({
  subjects: [ALICE],
  impersonate,
  allowPrivileged,
});

const account = (namespace: string, name = 'app'): Targets => ({ serviceAccounts: [{ namespace, name }] });

test('a privileged target within the ceiling is granted to who asks for it', async ({ world }) => {
  await world.grant('controller', grantOf({ users: ['system:kube-controller-manager'], groups: ['developers'] }));
  await world.grant('node', grantOf({ users: ['john'], groups: ['system:nodes'] }));
  await world.grant(
    'accounts',
    grantOf({
      serviceAccounts: [
        { namespace: 'kube-system', name: 'app' },
        { namespace: 'staging', name: 'app' },
        { namespace: 'production', name: 'app' },
      ],
    }),
  );
});

const BEYOND: readonly (readonly [name: string, targets: Targets])[] = [
  ['a user', { users: ['john', 'system:admin'] }],
  ['a user of kubeadm', { users: ['kubeadm:cluster-admin'] }],
  ['a group', { users: ['john'], groups: ['developers', 'kubeadm:cluster-admins'] }],
  ['a group for everybody', { users: ['john'], groups: ['system:authenticated'] }],
  ['an account in kube-system', account('kube-system', 'bot')],
  ['an account in a namespace of the installer', account('staging', 'bot')],
];

for (const [name, targets] of BEYOND)
  test(`beyond the ceiling: ${name}; the grant holds nothing at all`, async ({ world }) => {
    await world.grant('support', grantOf(targets), 'BeyondCeiling');
  });

test('a privileged account of the installer needs allowPrivileged', async ({ world }) => {
  const grant = await world.grant('delivery', grantOf(account('staging'), false), 'PrivilegedTarget');
  await world.settled();
  await grant.edit({ allowPrivileged: true });
  await world.settled();
  await grant.edit({ allowPrivileged: false }, 'PrivilegedTarget');
});

test('the API server refuses a privileged name without allowPrivileged', async ({ world }) => {
  for (const targets of [{ users: ['system:kube-controller-manager'] }, account('kube-system')])
    await expect(world.grant('support', grantOf(targets, false))).rejects.toThrow('allowPrivileged');
});

test('system:masters is never granted', async ({ world }) => {
  for (const targets of [{ users: ['system:masters'] }, { users: ['john'], groups: ['system:masters'] }])
    await expect(world.grant('support', grantOf(targets))).rejects.toThrow('above every rule');
});

test('a binding brings in no privileged identity', async ({ world }) => {
  const identity = { groups: ['system:nodes'] };
  const binding = await world.binding('jane', { subject: { kind: 'User', name: 'jane' }, identity });
  const targets = { users: ['john'], userBindings: [binding.name] };
  const grant = await world.grant('on-call', grantOf(targets, false), 'PrivilegedTarget');
  await world.settled();
  await grant.edit({ allowPrivileged: true });
  await world.settled();
  await binding.edit({ identity: { groups: ['kubeadm:cluster-admins'] } });
  await grant.until('BeyondCeiling');
});

test('a ceiling that is lowered takes from the grants that were under it', async ({ world }) => {
  const grant = await world.grant('controller', grantOf({ users: ['system:kube-controller-manager'] }));
  const plain = await world.grant('plain', grantOf({ users: ['john'] }));
  await world.settled();
  await world.reinstall({ privilegedUsers: [] });
  await grant.until('BeyondCeiling');
  await plain.until('Granted');
  await world.settled();
  await world.reinstall({ privilegedUsers: ['system:kube-controller-manager', 'system:admin'] });
  await grant.until('Granted');
});

test('no account in the namespace of the operator is a subject, a target, or in a binding', async ({ world }) => {
  const { operatorNamespace: namespace } = world.settings;
  const bot = await world.account(namespace, 'bot');
  const targets = { users: ['john'] };
  await world.grant('subject', { subjects: [ALICE, bot], impersonate: targets }, 'ForbiddenSubject');
  await world.grant('target', grantOf({ ...targets, ...account(namespace) }), 'ForbiddenTarget');
  await world.binding('bot', { subject: bot }, 'ForbiddenSubject');
});

test('no account of a credential namespace is a subject', async ({ world }) => {
  const bot = await world.account('impersonation-credentials', 'bot');
  await world.grant('subject', { subjects: [ALICE, bot], impersonate: { users: ['john'] } }, 'ForbiddenSubject');
});

/** The account that was made for a grant with a credential. */
const madeAccount = async (world: World): Promise<{ namespace: string; name: string }> => {
  const grant = await world.grant('support', {
    impersonate: { users: ['john'] },
    credential: { secretName: world.name('support') },
  });
  const { namespace = '', name = '' } = (await parts(world, grant)).account?.metadata ?? {};
  return { namespace, name };
};

test('an account that the operator made is neither a target nor in a binding', async ({ world }) => {
  const made = await madeAccount(world);
  await world.grant('target', grantOf({ serviceAccounts: [made] }), 'ForbiddenTarget');
  const binding = await world.binding('made', { subject: { kind: 'ServiceAccount', ...made } }, 'ForbiddenSubject');
  await world.grant(
    'through-binding',
    grantOf({ users: ['jane'], userBindings: [binding.name] }),
    'UserBindingNotReady',
  );
});

test('a credential is in the namespaces that the installer names, or nowhere', async ({ world }) => {
  const credential = { secretName: world.name('support'), namespace: 'production' };
  const grant = await world.grant('support', { impersonate: { users: ['john'] }, credential }, 'ForbiddenNamespace');
  await world.settled();
  await grant.edit({ credential: { namespace: 'impersonation-tenants' } });
});

test('everybody is no subject', async ({ world }) => {
  for (const name of ['system:authenticated', 'system:unauthenticated', 'system:serviceaccounts'])
    await expect(
      world.grant('support', { subjects: [{ kind: 'Group', name }], impersonate: { users: ['john'] } }),
    ).rejects.toThrow('must not be everybody');
});
