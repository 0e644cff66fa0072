import { afterAll, beforeAll, expect, test } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../dev/control-plane/start.ts';
import { watch } from '../../src/cluster/watch.ts';
import {
  clusterRoles,
  fresh,
  kubeConfigOf,
  names,
  patient,
  realWorld,
  role,
  type RealWorld,
} from '../integration/cluster/world.ts';
import { planeOfWorker } from '../integration/connection.ts';

let plane: ControlPlane;
let world: RealWorld;

beforeAll(async () => {
  plane = await startControlPlane({ binaries: planeOfWorker().binaries });
  world = await realWorld(() => kubeConfigOf(plane, plane.url, plane.adminToken));
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await plane.stop();
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'after the API server got %s and started again, informers follow and writes work',
  async (signal) => {
    const [gone, made] = [fresh('Gone:A'), fresh('Made:A')];
    const created = await world.cluster.create(clusterRoles, role(gone));
    const informer = world.informer(clusterRoles);
    await informer.whenSynced();
    const changes: string[] = [];
    informer.onChange(({ before, after }) => {
      if (before === undefined || after === undefined) changes.push((before ?? after)?.name ?? '');
    });
    changes.length = 0;
    await plane.stopApiServer(signal);
    await expect(world.cluster.get({ type: clusterRoles, namespace: '', name: gone })).rejects.toMatchObject({
      reason: 'Unreachable',
    });
    await plane.startApiServer();
    await world.cluster.delete({ type: clusterRoles, namespace: '', name: gone }, created.metadata.uid);
    await world.cluster.create(clusterRoles, role(made));
    await expect.poll(() => names(informer).filter((name) => [gone, made].includes(name)), patient).toEqual([made]);
    // What did not change was not told as gone and new.
    expect(changes.toSorted()).toEqual([gone, made]);
  },
);

test('a watch from a version of before the restart is told that it is lost', async () => {
  const lost = watch(world.client, {
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    accept: 'application/json',
    resourceVersion: '1',
    timeoutSeconds: 10,
    silenceMs: 60_000,
    signal: new AbortController().signal,
    sink: { update: () => {}, remove: () => {}, bookmark: () => {} },
    onOpen: () => {},
    onEvent: () => {},
  });
  await expect(lost).rejects.toMatchObject({ reason: 'Expired' });
});
