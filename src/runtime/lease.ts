import type { KubeObject, Ref, ResourceType, StoredObject } from '../cluster/port.ts';

export const LEASE: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** What electors read in a lease. Its times are for people: no elector compares them with a clock. */
export interface LeaseRecord {
  /** Empty when nobody holds it. */
  readonly holder: string;
  /** 0 when the lease does not say. */
  readonly durationMs: number;
  readonly transitions: number;
  readonly acquireTime: string | undefined;
}

const field = <T>(spec: unknown, name: string, isT: (value: unknown) => value is T): T | undefined => {
  if (typeof spec !== 'object' || spec === null) return undefined;
  const value: unknown = Reflect.get(spec, name);
  return isT(value) ? value : undefined;
};
const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

export const leaseRecord = ({ spec }: KubeObject & { readonly spec?: unknown }): LeaseRecord => ({
  holder: field(spec, 'holderIdentity', isString) ?? '',
  durationMs: (field(spec, 'leaseDurationSeconds', isNumber) ?? 0) * 1000,
  transitions: field(spec, 'leaseTransitions', isNumber) ?? 0,
  acquireTime: field(spec, 'acquireTime', isString),
});

/** A Kubernetes MicroTime: exactly six digits after the point. */
const microTime = (wall: number): string => new Date(wall).toISOString().replace('Z', '000Z');

interface Holding {
  readonly holder: string;
  readonly durationMs: number;
  /** Milliseconds since the epoch, by the writer's clock. */
  readonly wall: number;
}

/** The spec with which `holder` takes or renews a lease; an empty holder releases it. */
const leaseSpec = ({ holder, durationMs, wall }: Holding, before: LeaseRecord | undefined): object => {
  const isRenewal = before?.holder === holder;
  return {
    holderIdentity: holder,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    acquireTime: isRenewal ? (before.acquireTime ?? microTime(wall)) : microTime(wall),
    renewTime: microTime(wall),
    leaseTransitions: before === undefined ? 0 : before.transitions + (isRenewal || holder === '' ? 0 : 1),
  };
};

export const newLease = ({ namespace, name }: Pick<Ref, 'namespace' | 'name'>, holding: Holding): KubeObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace, name },
  spec: leaseSpec(holding, undefined),
});

/** The stored lease with a new spec: its uid and resourceVersion make the write fail if anybody wrote since. */
export const heldLease = (stored: StoredObject, holding: Holding): StoredObject => ({
  ...stored,
  spec: leaseSpec(holding, leaseRecord(stored)),
});
