/** Whoever administers one namespace makes objects that are to keep the operator busy, or claim a grant and stay by a finalizer. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planeOfWorker } from '../connection.ts';
import { ALICE } from '../people.ts';
import { untilTrue } from '../waiting.ts';
import { Restricted } from './restricted.ts';

const RBAC = 'rbac.authorization.k8s.io';

let restricted: Restricted;

beforeAll(async () => {
  restricted = await Restricted.start(planeOfWorker().binaries);
});
afterAll(async () => {
  await restricted.stop();
});

const claiming = (name: string, grant: string, roleRef: string) => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'RoleBinding' as const,
  metadata: {
    name,
    namespace: 'default',
    finalizers: ['example.com/kept'],
    labels: { 'impersonation.dev/owner-uid': 'x' },
    annotations: { 'impersonation.dev/owner-kind': 'ImpersonationGrant', 'impersonation.dev/owner-name': grant },
  },
  roleRef: { apiGroup: RBAC, kind: 'Role', name: roleRef },
  subjects: [{ apiGroup: RBAC, kind: 'User', name: 'nobody' }],
});

test.for([
  ['a role of their own', () => 'small'],
  ['a role of the name that they took', (name: string) => name],
] as const)(
  'bindings of %s that claim a grant and cannot go keep nobody from suspending it and from going on',
  async ([, of]) => {
    const { admin } = restricted;
    const grant = restricted.grant('claimed');
    await grant.apply({ subjects: [ALICE], impersonate: { users: ['john'] } });
    const names = Array.from({ length: 12 }, (_, index) => `impersonation:grant:${grant.name}:${index}`);
    for (const name of names) {
      const role = { apiVersion: `${RBAC}/v1`, kind: 'Role' as const, rules: [] };
      await admin.apply({ ...role, metadata: { name: of(name), namespace: 'default' } });
      await admin.create(claiming(name, grant.name, of(name)));
    }
    const forged = async () => Promise.all(names.map(async (name) => admin.get('RoleBinding', name, 'default')));
    await untilTrue('deletion of each', async () =>
      (await forged()).every((one) => one?.metadata.deletionTimestamp !== undefined),
    );
    await grant.edit({ suspend: true }, 'Suspended');
    expect(await admin.get('ClusterRoleBinding', `impersonation:grant:${grant.name}`)).toBeUndefined();
    await grant.edit({ suspend: false, impersonate: { users: ['jane'] } });
    const role = await admin.get('ClusterRole', `impersonation:grant:${grant.name}`);
    expect(role?.['rules']).toMatchObject([{ resourceNames: ['jane'] }]);
    expect((await forged()).filter((one) => one === undefined)).toEqual([]);
    for (const name of names) {
      await admin.patch('RoleBinding', name, { metadata: { finalizers: null } }, 'default');
      await admin.delete('Role', of(name), 'default');
    }
    await grant.delete();
    await restricted.untilNothingIsLeft();
  },
);

const many = (name: string): string[] => Array.from({ length: 500 }, (_, index) => `${name}${index}`);

test('a role whose lists multiply to millions keeps nobody from suspending a grant and from going on', async () => {
  const { admin } = restricted;
  const grant = restricted.grant('beside');
  await grant.apply({ subjects: [ALICE], impersonate: { users: ['john'] } });
  await admin.create({
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'many', namespace: 'default' },
    rules: [{ verbs: ['*'], apiGroups: many('group'), resources: many('things'), resourceNames: many('name') }],
  });
  await grant.edit({ suspend: true }, 'Suspended');
  expect(await admin.get('ClusterRoleBinding', `impersonation:grant:${grant.name}`)).toBeUndefined();
  await admin.delete('Role', 'many', 'default');
  await grant.delete();
});
