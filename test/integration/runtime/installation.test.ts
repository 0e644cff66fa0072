import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claim, claimedBy, MARKER, type Site } from '../../../src/runtime/installation.ts';
import { Admin } from '../admin.ts';
import { fresh, kubeConfigOf, patient, realWorld, type RealWorld } from '../cluster/world.ts';
import { planeOfWorker } from '../connection.ts';

const connection = planeOfWorker();
const admin = new Admin(connection);
let world: RealWorld;

/** A new namespace, as an installation has one. */
const site = async (): Promise<Site> => {
  const namespace = fresh('installation');
  const { metadata } = await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return { namespace, uid: metadata.uid };
};

beforeAll(async () => {
  world = await realWorld(() => kubeConfigOf(connection, connection.url, connection.adminToken));
});

beforeEach(async () => admin.delete('ClusterRole', MARKER));

afterAll(async () => {
  await admin.delete('ClusterRole', MARKER);
  await world[Symbol.asyncDispose]();
  await admin.close();
});

describe('on a real API server', () => {
  test('one of two installations gets the cluster, however close they come', async () => {
    const sites = await Promise.all([site(), site(), site()]);
    const claimed = await Promise.all(sites.map(async (one) => claim(world.cluster, one)));
    expect(claimed.map(({ by }) => by).toSorted()).toEqual(['others', 'others', 'us']);
    const winner = sites[claimed.findIndex(({ by }) => by === 'us')];
    expect(claimed.filter(({ by }) => by === 'others')).toEqual(
      Array.from({ length: 2 }, () => ({ by: 'others', namespace: winner?.namespace })),
    );
  });

  test('the cluster is free again when the namespace of the installation is gone', async () => {
    const [first, second] = [await site(), await site()];
    expect(await claim(world.cluster, first)).toEqual({ by: 'us' });
    expect(await claim(world.cluster, second)).toEqual({ by: 'others', namespace: first.namespace });
    await admin.delete('Namespace', first.namespace);
    await expect.poll(async () => claimedBy(world.cluster, second), patient).toEqual({ by: 'nobody' });
    expect(await claim(world.cluster, second)).toEqual({ by: 'us' });
  });
});
