import type { ApiClient } from '../cluster/client.ts';
import type { SelfReviewer } from '../cluster/self-review.ts';
import type { FeatureGate } from '../cluster/gate.ts';
import { HttpInformer } from '../cluster/informer.ts';
import type { Cached, InformerOptions } from '../cluster/port.ts';
import { type Controllers, controllers, type Installation } from '../controllers/index.ts';
import type { Watch } from '../operator.ts';
import type { Site } from '../runtime/installation.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';

export interface CachesOptions {
  readonly installation: Installation;
  readonly gate: FeatureGate;
  readonly reviewer: SelfReviewer;
  readonly client: ApiClient;
  readonly relistMs: number;
  /** Admission policies that have to be in force. */
  readonly requiredPolicies: readonly string[];
  readonly metrics: Pick<Metrics, 'informerFailed'>;
  readonly logger: Pick<Logger, 'warn'>;
}

export interface Caches {
  readonly wired: Controllers;
  /** Every cache that the controllers asked for. */
  readonly watches: readonly Watch[];
}

const resourceOf = (plural: string, namespace: string | undefined): string =>
  namespace === undefined ? plural : `${plural}/${namespace}`;

/** The controllers with their caches, none of which runs yet. */
export const caches = (options: CachesOptions): Caches => {
  const { installation, gate, reviewer, client, relistMs, requiredPolicies, metrics, logger } = options;
  const watches: Watch[] = [];
  const informer = <T extends Cached>(wanted: InformerOptions<T>): HttpInformer<T> => {
    const { type, namespace } = wanted;
    const resource = resourceOf(type.plural, namespace);
    const onError = (error: unknown): void => {
      metrics.informerFailed(resource);
      logger.warn({ err: error, resource }, 'a list or watch failed; it is tried again');
    };
    const made = new HttpInformer<T>({ ...wanted, client, relistMs, onError });
    watches.push({ informer: made, namespace });
    return made;
  };
  const review: Parameters<typeof controllers>[2] = (token, as) => reviewer.review(token, as);
  return { wired: controllers(installation, gate, review, informer, requiredPolicies), watches };
};

/** State of each cache, for health and metrics. */
export const cacheStates = (watches: readonly Watch[]): { readonly resource: string; readonly synced: boolean }[] =>
  watches.map(({ informer: { type, synced }, namespace }) => ({
    resource: resourceOf(type.plural, namespace),
    synced,
  }));

/** The namespace of this installation, from the cache of namespaces. Throws where it does not exist. */
export const siteOf = ({ namespaces }: Pick<Controllers, 'namespaces'>, namespace: string): Site => {
  const uid = namespaces.get('', namespace)?.uid;
  if (uid !== undefined) return { namespace, uid };
  throw new Error(`the operator namespace "${namespace}" does not exist: create it, or set --operator-namespace`);
};
