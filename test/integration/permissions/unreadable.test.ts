/** Whoever installed the operator takes a permission away that it needs to know what others grant. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planeOfWorker } from '../connection.ts';
import { untilEffect } from '../effect.ts';
import { ALICE } from '../people.ts';
import { untilTrue } from '../waiting.ts';
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

const SOME = ['clusterroles', 'roles', 'rolebindings'];

test.for<[string, string[], () => Promise<void>]>([
  ['while it runs', ['clusterrolebindings'], async () => Promise.resolve()],
  ['from the start', SOME, async () => restricted.restart(async () => Promise.resolve())],
])(
  'without the permission to watch RBAC, %s, nobody knows, and everything else goes on, until it is back',
  async ([, resources, begin]) => {
    const { admin } = restricted;
    const grant = restricted.grant(`before-${resources[0]}`);
    const later = restricted.grant(`after-${resources[0]}`);
    const name = `by-hand-${resources[0]}`;
    await grant.apply(spec);
    await untilEffect(grant, 'True', 'Honoured');
    const act = async (): Promise<void> => {
      await begin();
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

test.for([['rolebindings'], [...SOME, 'clusterrolebindings']])(
  'without the permission to list %s from the start it says so on every object, and adds nothing, until it is back',
  async (resources) => {
    const { admin } = restricted;
    const [before, ended, later] = ['seen', 'ended', 'later'].map((name) =>
      restricted.grant(`${name}-${resources.length}`),
    );
    if (!before || !ended || !later) throw new Error('there are three names');
    const roleOf = async ({ name }: { readonly name: string }): Promise<unknown> =>
      admin.get('ClusterRole', `impersonation:grant:${name}`);
    for (const grant of [before, ended]) await grant.apply(spec);
    const act = async (): Promise<void> => {
      await restricted.restart(async () => ended.edit({ suspend: true }, null));
      await later.apply(spec, 'RbacNotReadable');
      await ended.until('RbacNotReadable');
      const permissions = resources.map((resource) => `list ${resource}.${RBAC}`).toSorted();
      await untilEffect(before, 'Unknown', 'RbacNotReadable', permissions.join(', '));
      expect(await before.conditions()).toContainEqual(expect.objectContaining({ type: 'Active', status: 'Unknown' }));
      expect(await roleOf(later)).toBeUndefined();
      expect(await roleOf(before)).toBeDefined();
      const sees = !resources.includes('clusterroles');
      await untilTrue('end of what it sees', async () => ((await roleOf(ended)) === undefined) === sees);
      expect(await restricted.answer('/readyz')).toContain('caches');
    };
    await restricted.without('list', act, resources);
    for (const grant of [before, later]) await untilEffect(grant, 'True', 'Honoured');
    await ended.until('Suspended');
    expect(await roleOf(ended)).toBeUndefined();
    for (const grant of [before, ended, later]) await grant.delete();
    await restricted.untilNothingIsLeft();
  },
);
