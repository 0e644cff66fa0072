/** The end of all grants at once, and the measure of it: their bindings deleted, and nothing else. */
import type { Cluster, StoredObject } from '../src/cluster/port.ts';
import { atOnce } from './at-once.ts';
import { CLUSTER_ROLE_BINDING, GRANT, childName, grant } from './objects.ts';

const stored = async (cluster: Cluster, type: typeof GRANT, name: string): Promise<StoredObject> => {
  const object = await cluster.get({ type, namespace: '', name });
  if (object === undefined) throw new Error(`${type.kind} ${name} is gone`);
  return object;
};

const grants = (count: number): Iterable<string> =>
  Array.from({ length: count }, (_, index) => grant(index).metadata.name);

/** Gives every grant the same end; milliseconds since the epoch, in full seconds. */
export const endAll = async (cluster: Cluster, count: number, at: number): Promise<void> => {
  const expiresAt = `${new Date(at).toISOString().slice(0, 19)}Z`;
  await atOnce(grants(count), async (name) => {
    const object = await stored(cluster, GRANT, name);
    await cluster.replace(GRANT, { ...object, spec: { ...(object['spec'] as object), expiresAt } });
  });
};

/** Deletes the binding of every grant; milliseconds that this takes. */
export const unbindAll = async (cluster: Cluster, count: number): Promise<number> => {
  const uids = new Map<string, string>();
  await atOnce(grants(count), async (name) => {
    const { metadata } = await stored(cluster, CLUSTER_ROLE_BINDING, childName({ metadata: { name } }));
    uids.set(metadata.name, metadata.uid);
  });
  const started = performance.now();
  await atOnce(uids, async ([name, uid]) => cluster.delete({ type: CLUSTER_ROLE_BINDING, namespace: '', name }, uid));
  return performance.now() - started;
};
