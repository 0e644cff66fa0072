import type { ApiClient } from './client.ts';
import { HttpCluster } from './http.ts';
import type { Cluster, ResourceType } from './port.ts';

/** What the leader elector needs. Its writes are not under the guard that rests on them, and wait for no other request. */
export type LeaseStore = Pick<Cluster, 'get' | 'create' | 'replace'>;

const onlyLeases = (type: ResourceType): void => {
  if (type.group !== 'coordination.k8s.io' || type.plural !== 'leases')
    throw new TypeError(`${type.plural} are not written without the guard`);
};

/** `timeoutMs` must leave time for another attempt before the lease runs out. Takes no type but Leases. */
export const leaseStore = (client: ApiClient, timeoutMs: number): LeaseStore => {
  const cluster = new HttpCluster({ client, mayWrite: () => true, timeoutMs, lane: 'lease' });
  return {
    get: (ref) => cluster.get(ref),
    create: async (type, object) => {
      onlyLeases(type);
      return cluster.create(type, object);
    },
    replace: async (type, object) => {
      onlyLeases(type);
      return cluster.replace(type, object);
    },
  };
};
