import { afterAll, beforeAll, expect, test } from 'vitest';
import { planeOfWorker } from '../connection.ts';
import {
  account,
  adminWorld,
  clusterRoles,
  fresh,
  kubeConfigOf,
  names,
  patient,
  realWorld,
  role,
  secrets,
} from './world.ts';

const clusterRoleBindings = { ...clusterRoles, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings' };
const reviews = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  namespaced: false,
};
const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: { name: '' } };
const connection = planeOfWorker();

let world: Awaited<ReturnType<typeof adminWorld>>;

beforeAll(async () => {
  world = await adminWorld(connection);
});

afterAll(() => world[Symbol.asyncDispose]());

test('a token is issued for an account and dies with its Secret', async () => {
  const { cluster, namespace } = world;
  const { token, uid } = await (await account(cluster, namespace, 'token')).token('anchor');
  await using own = await realWorld(() => kubeConfigOf(connection, connection.url, token));
  const whoAmI = (): Promise<unknown> => own.cluster.create(reviews, review).catch((error: unknown) => error);
  await expect(whoAmI()).resolves.toMatchObject({
    status: { userInfo: { username: `system:serviceaccount:${namespace}:token` } },
  });
  const anchor = { type: secrets, namespace, name: 'anchor' };
  await expect(own.cluster.get(anchor)).rejects.toMatchObject({ reason: 'Forbidden' });
  await cluster.delete(anchor, uid);
  await expect.poll(whoAmI, patient).toMatchObject({ reason: 'Unauthorized' });
});

test('a token that died is read anew, and informers go on', async () => {
  const { cluster, namespace } = world;
  const viewer = await account(cluster, namespace, 'viewer');
  await cluster.create(clusterRoleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: fresh('viewer') },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'viewer', namespace }],
  });
  const first = await viewer.token('first');
  const second = await viewer.token('second');
  let { token } = first;
  await using own = await realWorld(() => kubeConfigOf(connection, connection.url, token));
  const informer = own.informer(clusterRoles, { relistMs: 2000 });
  await informer.whenSynced();
  token = second.token;
  await cluster.delete({ type: secrets, namespace, name: 'first' }, first.uid);
  await expect.poll(() => own.reports.some(({ code }) => code === 401), patient).toBe(true);
  const name = fresh('After:A');
  await cluster.create(clusterRoles, role(name));
  await expect.poll(() => names(informer), patient).toContain(name);
  expect(own.errors).toEqual([]);
});
