import { expect } from 'vitest';
import type { AnyObject, Stored } from './admin.ts';
import { installDefinitions, integration } from './harness.ts';
import { ALICE } from './people.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration();

const RBAC = 'rbac.authorization.k8s.io';

/** Somebody's role, under the name that a grant needs, which allows much more. */
const foreignRole = (name: string): AnyObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name },
  rules: [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }],
});

const unchanged = async (world: World, before: Stored): Promise<void> => {
  const { name, namespace, resourceVersion } = before.metadata;
  const now = await world.admin.get(before.kind as 'ClusterRole', name, namespace);
  expect(now?.metadata.resourceVersion).toBe(resourceVersion);
};

test('a role of somebody else under a name that is needed is left alone, and nothing is granted', async ({ world }) => {
  const foreign = await world.create(foreignRole(`impersonation:grant:${world.name('support')}`));
  world.oracle.withdrawn.add(`ImpersonationGrant/${world.name('support')}`);
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } }, 'NameTaken');
  const { message } = await grant.until('NameTaken');
  expect(message).toContain(world.holds ? foreign.metadata.name : 'ConstrainedImpersonation');
  await world.settled();
  await unchanged(world, foreign);
  expect(await world.children()).toHaveLength(0);
});

test('a grant whose name becomes free is carried out', async ({ world }) => {
  const foreign = await world.create(foreignRole(`impersonation:grant:${world.name('support')}`));
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } }, 'NameTaken');
  await world.admin.delete('ClusterRole', foreign.metadata.name);
  await grant.until('Granted');
});

test('a role of somebody else that takes the place of ours ends the grant: our binding would hand it out', async ({
  world,
}) => {
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } });
  const name = `impersonation:grant:${grant.name}`;
  await world.operator.kill();
  await world.admin.delete('ClusterRole', name);
  const foreign = await world.create(foreignRole(name));
  world.oracle.withdrawn.add(`ImpersonationGrant/${grant.name}`);
  await world.operator.start();
  await grant.until('NameTaken');
  await world.settled();
  await unchanged(world, foreign);
});

test('marks of ours on an object of another name make it nobody’s child', async ({ world }) => {
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } });
  const owner = await grant.read();
  const forged = await world.create({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: {
      name: world.name('forged'),
      // the label of an owner that never was, and the annotations of one that is
      annotations: {
        'impersonation.dev/owner-kind': 'ImpersonationGrant',
        'impersonation.dev/owner-name': grant.name,
        'impersonation.dev/part': '',
      },
      ownerReferences: [
        {
          apiVersion: 'impersonation.dev/v1alpha1',
          kind: 'ImpersonationGrant',
          name: grant.name,
          uid: owner?.metadata.uid,
          controller: true,
        },
      ],
    },
    rules: [],
  });
  await grant.edit({ impersonate: { users: ['jane'] } });
  await world.settled();
  await unchanged(world, forged);
});

test('of two grants that want one Secret the second waits, and takes over when the first goes', async ({ world }) => {
  const secretName = world.name('shared');
  const first = await world.grant('first', { impersonate: { users: ['john'] }, credential: { secretName } });
  world.oracle.withdrawn.add(`ImpersonationGrant/${world.name('second')}`);
  const second = await world.grant(
    'second',
    { impersonate: { users: ['jane'] }, credential: { secretName } },
    'NameTaken',
  );
  await world.settled();
  world.oracle.withdrawn.clear();
  await first.delete();
  await second.until('Granted');
});

test('a Secret of somebody else is left alone', async ({ world }) => {
  const [namespace] = world.settings.credentialNamespaces;
  const secret = await world.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: world.name('theirs') },
    data: { password: Buffer.from('theirs').toString('base64') },
  });
  world.oracle.withdrawn.add(`ImpersonationGrant/${world.name('support')}`);
  const grant = await world.grant(
    'support',
    { impersonate: { users: ['john'] }, credential: { secretName: secret.metadata.name } },
    'NameTaken',
  );
  await world.settled();
  await unchanged(world, secret);
  await world.admin.delete('Secret', secret.metadata.name, namespace);
  world.oracle.withdrawn.clear();
  await grant.until('Granted');
});

test('a finalizer of somebody else keeps an object, but no right', async ({ world }) => {
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } });
  const kept = (await world.children()).filter(({ kind }) => kind === 'ClusterRoleBinding');
  expect(kept.length > 0).toBe(world.holds);
  const hold = async (finalizers: readonly string[] | null): Promise<void> => {
    for (const { metadata } of kept)
      await world.admin.patch('ClusterRoleBinding', metadata.name, { metadata: { finalizers } });
  };
  await hold(['acme.io/keep']);
  await grant.edit({ suspend: true }, 'Suspended');
  await world.settled();
  for (const { metadata } of kept)
    expect(await world.admin.get('ClusterRoleBinding', metadata.name)).toMatchObject({
      metadata: { finalizers: ['acme.io/keep'] },
    });
  await grant.edit({ suspend: false }, 'FinalizerHeld');
  const { message } = await grant.until('FinalizerHeld');
  expect(message).toContain(world.holds ? 'acme.io/keep' : 'ConstrainedImpersonation');
  await hold(null);
  await grant.until('Granted');
});

test('the end of the CRDs ends every right, and their return brings back what is applied again', async ({ world }) => {
  await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] } });
  const definitions = (await world.admin.list('CustomResourceDefinition')).filter(({ metadata: { name } }) =>
    name.endsWith('.impersonation.dev'),
  );
  for (const { metadata } of definitions) await world.admin.delete('CustomResourceDefinition', metadata.name);
  await untilTrue('end of all children', async () => (await world.children()).length === 0);
  await installDefinitions(world.admin);
  const grant = await world.grant('again', { subjects: [ALICE], impersonate: { users: ['jane'] } });
  await grant.until('Granted');
});
