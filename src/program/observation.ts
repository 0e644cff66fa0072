import type { Cluster } from '../cluster/port.ts';
import type { EngineObserver } from '../reconcile/engine.ts';
import type { WorkerCheck } from '../runtime/checks.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';

/** What the engine tells → metrics, health and logs. */
export const engineObserver = (metrics: Metrics, workers: WorkerCheck, logger: Logger): EngineObserver => ({
  reconciled: (kind, name, reason, seconds) => {
    metrics.reconciled(kind, reason, seconds);
    logger.debug({ kind, name, reason, seconds }, 'reconciled');
  },
  waited: (seconds) => {
    metrics.queued(seconds);
    workers.took();
  },
  failed: (kind, name, error) => {
    metrics.reconcileFailed(kind);
    logger.warn({ err: error, kind, name }, 'a reconcile or its event failed; it is tried again');
  },
});

/** The same cluster; what it stores as status is counted. */
export const statusCounting = (cluster: Cluster, metrics: Pick<Metrics, 'statusWritten'>): Cluster => ({
  get: async (ref) => cluster.get(ref),
  create: async (type, object) => cluster.create(type, object),
  replace: async (type, object) => cluster.replace(type, object),
  replaceStatus: async (type, object) => {
    const stored = await cluster.replaceStatus(type, object);
    metrics.statusWritten(type.kind);
    return stored;
  },
  delete: async (ref, uid) => cluster.delete(ref, uid),
  requestToken: async (account, spec) => cluster.requestToken(account, spec),
});
