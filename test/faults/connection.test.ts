import { expect, test } from 'vitest';
import { planeOfWorker } from '../integration/connection.ts';
import { TcpProxy } from './tcp-proxy.ts';
import {
  clusterRoles,
  configMaps,
  fresh,
  kubeConfigOf,
  names,
  patient,
  realWorld,
  role,
} from '../integration/cluster/world.ts';

const connection = planeOfWorker();

const direct = () => realWorld(() => kubeConfigOf(connection, connection.url, connection.adminToken));

const through = (proxy: TcpProxy) => realWorld(() => kubeConfigOf(connection, proxy.url, connection.adminToken));

const byName = (entries: [string, string][]): [string, string][] => entries.toSorted(([a], [b]) => a.localeCompare(b));

test('a reset loses neither what was made nor what was deleted in the gap', async () => {
  await using proxy = await TcpProxy.start(connection.url);
  await using real = await direct();
  await using world = await through(proxy);
  const [kept, gone, made] = [fresh('Kept:A'), fresh('Gone:A'), fresh('Made:A')];
  await real.cluster.create(clusterRoles, role(kept));
  const { metadata } = await real.cluster.create(clusterRoles, role(gone));
  const informer = world.informer(clusterRoles);
  await informer.whenSynced();
  expect(names(informer)).toEqual(expect.arrayContaining([kept, gone]));
  proxy.cut();
  await real.cluster.delete({ type: clusterRoles, namespace: '', name: gone }, metadata.uid);
  await real.cluster.create(clusterRoles, role(made));
  await expect
    .poll(() => names(informer).filter((name) => [kept, gone, made].includes(name)), patient)
    .toEqual([kept, made]);
  expect(world.reports.filter(({ verb }) => verb === 'list')).toHaveLength(1);
});

test('a wire that swallows everything is noticed by its silence', async () => {
  await using proxy = await TcpProxy.start(connection.url);
  await using real = await direct();
  await using world = await through(proxy);
  const informer = world.informer(clusterRoles, { silenceMs: 1000 });
  await informer.whenSynced();
  await expect.poll(() => proxy.open, patient).toBeGreaterThan(0);
  proxy.freeze();
  const name = fresh('Frozen:A');
  await real.cluster.create(clusterRoles, role(name));
  await expect.poll(() => names(informer), patient).toContain(name);
});

test('a request on a wire that is cut is Unreachable, and the next one gets through', async () => {
  await using proxy = await TcpProxy.start(connection.url);
  await using world = await through(proxy);
  const ref = { type: clusterRoles, namespace: '', name: 'view' };
  proxy.cutAfterBytes = () => 5000;
  const list = world.cluster.get({ type: clusterRoles, namespace: '', name: 'admin' });
  await expect(list).rejects.toMatchObject({ reason: 'Unreachable' });
  proxy.cutAfterBytes = () => Infinity;
  await expect(world.cluster.get(ref)).resolves.toMatchObject({ kind: 'ClusterRole' });
});

test('cut anywhere, again and again, the cache ends as the server is', async () => {
  await using proxy = await TcpProxy.start(connection.url);
  await using real = await direct();
  await using world = await through(proxy);
  const namespace = 'default';
  const prefix = fresh('cut');
  let cuts = 0;
  proxy.cutAfterBytes = () => {
    cuts += 1;
    // Past the handshake, and anywhere in a list or in an event.
    return 3000 + ((cuts * 7919) % 40_000);
  };
  const informer = world.informer(configMaps, { namespace });
  const live = new Map<string, string>();
  for (let round = 0; round < 120; round += 1) {
    const name = `${prefix}-${round % 20}`;
    const ref = { type: configMaps, namespace, name };
    const before = await real.cluster.get(ref);
    const data = { value: 'ü'.repeat(300), round: String(round) };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
    if (before === undefined) live.set(name, (await real.cluster.create(configMaps, object)).metadata.resourceVersion);
    else if (round % 3 === 0) {
      await real.cluster.delete(ref, before.metadata.uid);
      live.delete(name);
    } else {
      const replaced = await real.cluster.replace(configMaps, { ...before, data });
      live.set(name, replaced.metadata.resourceVersion);
    }
  }
  await informer.whenSynced();
  const cached = (): [string, string][] =>
    byName(
      [...informer.list()]
        .filter(({ name }) => name.startsWith(`${prefix}-`))
        .map(({ name, resourceVersion }): [string, string] => [name, resourceVersion]),
    );
  await expect.poll(cached, patient).toEqual(byName([...live]));
  expect(cuts).toBeGreaterThan(3);
});
