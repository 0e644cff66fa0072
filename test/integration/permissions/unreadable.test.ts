/** Whoever installed the operator takes a permission away that it needs to know what others grant. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planeOfWorker } from '../connection.ts';
import { untilEffect } from '../effect.ts';
import { ALICE } from '../people.ts';
import { Restricted } from './restricted.ts';

const RBAC = 'rbac.authorization.k8s.io';

let restricted: Restricted;

beforeAll(async () => {
  restricted = await Restricted.start(planeOfWorker().binaries, ['--relist-interval=10s']);
});
afterAll(async () => {
  await restricted.stop();
});

const spec = { subjects: [ALICE], impersonate: { users: ['jane'] } };

test.for([['clusterrolebindings'], ['clusterroles', 'roles', 'rolebindings']])(
  'without the permission to watch %s nobody knows, and everything else goes on, until it is back',
  async (resources) => {
    const { admin } = restricted;
    const grant = restricted.grant(`before-${resources[0]}`);
    const later = restricted.grant(`after-${resources[0]}`);
    const name = `by-hand-${resources[0]}`;
    await grant.apply(spec);
    await untilEffect(grant, 'True', 'Honoured');
    const act = async (): Promise<void> => {
      const permissions = resources.map((resource) => `watch ${resource}.${RBAC}`).toSorted();
      await untilEffect(grant, 'Unknown', 'RbacNotReadable', permissions.join(', '));
      await later.apply(spec);
      await untilEffect(later, 'Unknown', 'RbacNotReadable');
      await later.edit({ suspend: true }, 'Suspended');
      await untilEffect(later, 'False', 'Suspended');
      await admin.create({
        apiVersion: `${RBAC}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ apiGroup: RBAC, ...ALICE }],
      });
    };
    await restricted.without('watch', act, resources);
    await untilEffect(grant, 'False', 'WidenedByBinding', name);
    await admin.delete('ClusterRoleBinding', name);
    await untilEffect(grant, 'True', 'Honoured');
    await grant.delete();
    await later.delete();
    await restricted.untilNothingIsLeft();
    expect(await restricted.children()).toEqual([]);
  },
);
