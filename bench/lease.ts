/** The operator's lease in the hands of the benchmark, so that it can wait with its caches complete. */
import type { Cluster, Ref } from '../src/cluster/port.ts';
import { LEASE, heldLease, newLease } from '../src/runtime/lease.ts';

const ref: Ref = { type: LEASE, namespace: 'impersonation-system', name: 'impersonation-operator' };

const write = async (cluster: Cluster, holder: string): Promise<void> => {
  const holding = { holder, durationMs: 3_600_000, wall: Date.now() };
  const stored = await cluster.get(ref);
  if (stored === undefined) await cluster.create(LEASE, newLease(ref, holding));
  else await cluster.replace(LEASE, heldLease(stored, holding));
};

/** Takes it; to be called while no operator runs. Resolves to what lets the next one lead. */
export const holdLease = async (cluster: Cluster): Promise<() => Promise<void>> => {
  await write(cluster, 'bench');
  return async () => write(cluster, '');
};
