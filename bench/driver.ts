/**
 * A program that makes the writes which the grants need, and no others, as fast as it can: nothing is watched, compared or queued.
 * Its last line is the CPU time that this took, milliseconds.
 */
import process from 'node:process';
import { ApiClient } from '../src/cluster/client.ts';
import { Credentials, kubeConfigLoader } from '../src/cluster/credentials.ts';
import { HttpCluster } from '../src/cluster/http.ts';
import { listPages } from '../src/cluster/list.ts';
import { collectionPath } from '../src/cluster/paths.ts';
import type { StoredObject } from '../src/cluster/port.ts';
import { Transport } from '../src/cluster/transport.ts';
import { atOnce } from './at-once.ts';
import { CLUSTER_ROLE, CLUSTER_ROLE_BINDING, EVENT, GRANT, needed } from './objects.ts';

const credentials = await Credentials.read({ load: kubeConfigLoader(undefined, undefined) });
const client = new ApiClient({ transport: new Transport({ credentials, version: 'bench' }) });
const cluster = new HttpCluster({ client, mayWrite: () => true });

const { signal } = new AbortController();
const grants: StoredObject[] = [];
for await (const { items } of listPages({
  client,
  path: collectionPath(GRANT, ''),
  accept: 'application/json',
  signal,
})) {
  grants.push(...(items as StoredObject[]));
}

const write = async (grant: StoredObject): Promise<void> => {
  const { role, binding, status, event } = needed(grant, new Date());
  await cluster.create(CLUSTER_ROLE, role);
  await cluster.create(CLUSTER_ROLE_BINDING, binding);
  await cluster.replaceStatus(GRANT, status);
  await cluster.create(EVENT, event);
};

const before = process.cpuUsage();
await atOnce(grants, write);
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${(user + system) / 1000}\n`);
process.exit(0);
