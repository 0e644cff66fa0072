import { expect } from 'vitest';
import { VERIFY_REQUESTED_AT } from '../../src/controllers/custom.ts';
import { integration } from './harness.ts';
import { ALICE } from './people.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration();

interface Told {
  readonly lastHandledVerifyAt?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
}

const ask = async (world: World, kind: 'ImpersonationGrant' | 'UserBinding', name: string, value: string) => {
  await world.admin.patch(kind, name, { metadata: { annotations: { [VERIFY_REQUESTED_AT]: value } } });
  let status: Told | undefined;
  await untilTrue(`answer to ${value}`, async () => {
    status = (await world.admin.get(kind, name))?.['status'] as Told | undefined;
    return status?.lastHandledVerifyAt === value;
  });
  return status?.conditions?.find(({ type }) => type === 'Verified');
};

test('a grant is proved with its own credential, once for each asking', async ({ world }) => {
  const grant = await world.grant('support', {
    impersonate: {
      users: ['john', 'jane@example.com'],
      groups: ['developers'],
      uids: ['06f6'],
      extra: [{ key: 'acme.io/team', values: ['payments'] }],
      serviceAccounts: [{ namespace: 'production', name: 'app' }],
    },
    credential: { secretName: world.name('support') },
  });
  expect(await ask(world, 'ImpersonationGrant', grant.name, 'first')).toMatchObject({
    status: 'True',
    reason: 'Verified',
    message: 'the API server let the credential become each of 6',
  });
  expect(await ask(world, 'ImpersonationGrant', grant.name, 'second')).toMatchObject({ status: 'True' });
});

test('a grant without a credential cannot be proved', async ({ world }) => {
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } });
  expect(await ask(world, 'ImpersonationGrant', grant.name, 'first')).toMatchObject({
    status: 'Unknown',
    reason: 'NoCredential',
  });
});

test('a token for others than the API server cannot be tried', async ({ world }) => {
  const grant = await world.grant('support', {
    impersonate: { users: ['john'] },
    credential: { secretName: world.name('support'), audiences: ['vault'] },
  });
  expect(await ask(world, 'ImpersonationGrant', grant.name, 'first')).toMatchObject({
    status: 'Unknown',
    reason: 'VerificationFailed',
  });
});

test('a broker is proved as the whole identity of its binding', async ({ world }) => {
  const binding = await world.binding('jane', {
    subject: { kind: 'User', name: 'jane' },
    identity: { groups: ['developers'], uid: '06f6', extra: [{ key: 'acme.io/team', values: ['payments'] }] },
    credential: { secretName: world.name('jane') },
  });
  expect(await ask(world, 'UserBinding', binding.name, 'first')).toMatchObject({ status: 'True', reason: 'Verified' });
});

test('what somebody took out while the operator was down is put back first, and tried then', async ({ world }) => {
  const grant = await world.grant('support', {
    impersonate: { users: ['john'] },
    credential: { secretName: world.name('support') },
  });
  await world.operator.kill();
  await world.admin.patch('ClusterRoleBinding', `impersonation:grant:${grant.name}`, { subjects: [] });
  await world.admin.patch('ImpersonationGrant', grant.name, {
    metadata: { annotations: { [VERIFY_REQUESTED_AT]: 'first' } },
  });
  await world.operator.start();
  expect(await ask(world, 'ImpersonationGrant', grant.name, 'first')).toMatchObject({ status: 'True' });
});
