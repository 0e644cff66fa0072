import { ApiError, type ApiErrorReason } from '../../../src/cluster/errors.ts';
import type { Cluster, KubeObject, StoredObject } from '../../../src/cluster/port.ts';
import { leaseRecord } from '../../../src/runtime/lease.ts';
import type { Machine, World } from './world.ts';

const refused = (reason: ApiErrorReason, status: number): ApiError =>
  new ApiError({ reason, status, message: `lease: ${reason}`, retryAfterSeconds: undefined });

/** What happens to one request on its way; delays in milliseconds of true time. */
export interface Fault {
  readonly requestMs: number;
  readonly answerMs: number;
  /** Lost requests have no effect; a lost answer's request took effect. */
  readonly lost: 'nothing' | 'request' | 'answer';
}

export const noFault: Fault = { requestMs: 1, answerMs: 1, lost: 'nothing' };

/** One Lease with the API server's conflict rules. */
export class LeaseServer {
  stored: StoredObject | undefined;
  #revision = 0;

  create(object: KubeObject): StoredObject {
    if (this.stored !== undefined) throw refused('AlreadyExists', 409);
    return this.#store(object, `uid-${this.#revision}`);
  }

  replace(object: KubeObject): StoredObject {
    if (this.stored === undefined) throw refused('NotFound', 404);
    const { uid, resourceVersion } = this.stored.metadata;
    const stale = object.metadata.uid !== uid || object.metadata.resourceVersion !== resourceVersion;
    if (stale) throw refused('Conflict', 409);
    return this.#store(object, uid);
  }

  /** As somebody with kubectl would. */
  edit(change: (stored: StoredObject) => KubeObject): void {
    if (this.stored !== undefined) this.stored = this.#store(change(this.stored), this.stored.metadata.uid);
  }

  get holder(): string | undefined {
    return this.stored === undefined ? undefined : leaseRecord(this.stored).holder;
  }

  #store(object: KubeObject, uid: string): StoredObject {
    const resourceVersion = String(++this.#revision);
    const metadata = { ...object.metadata, uid, resourceVersion, creationTimestamp: '2026-01-01T00:00:00Z' };
    this.stored = structuredClone({ ...object, metadata });
    return this.stored;
  }
}

/** The way from `machine` to the server; `fault` is asked for each request. */
export const wire = (
  { world, server, machine, timeoutMs }: { world: World; server: LeaseServer; machine: Machine; timeoutMs: number },
  fault: () => Fault,
): Pick<Cluster, 'get' | 'create' | 'replace'> => {
  const exchange = async <T>(handle: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const { requestMs, answerMs, lost } = fault();
      const timeout = machine.sleep(timeoutMs, new AbortController().signal);
      void timeout.then(() => reject(refused('Unreachable', 0)));
      if (lost === 'request') return;
      world.after(requestMs, () => {
        const answer = settled(handle, resolve, reject);
        if (lost === 'nothing') world.after(answerMs, () => machine.run(answer));
      });
    });
  return {
    get: async () => exchange(() => server.stored),
    create: async (_type, object) => exchange(() => server.create(object)),
    replace: async (_type, object) => exchange(() => server.replace(object)),
  };
};

/** Handles the request now; what it returns hands the answer over later. */
const settled = <T>(handle: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): (() => void) => {
  try {
    const value = handle();
    return () => resolve(value);
  } catch (error) {
    return () => reject(error);
  }
};
