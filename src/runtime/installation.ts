import { isApiError } from '../cluster/errors.ts';
import type { Cluster, KubeObject, ResourceType, StoredObject } from '../cluster/port.ts';

const CLUSTER_ROLE: ResourceType = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};

/**
 * Says which namespace the operator of this cluster is installed in. A ClusterRole without rules: a name that every installation
 * shares, of a kind that the operator writes anyway. It belongs to that namespace, and goes when the namespace goes.
 */
export const MARKER = 'impersonation:installation';

/** The namespace of an installation. */
export interface Site {
  readonly namespace: string;
  readonly uid: string;
}

/** Whose this cluster is. */
export type Claimed =
  { readonly by: 'us' } | { readonly by: 'nobody' } | { readonly by: 'others'; readonly namespace: string };

const marker = ({ namespace, uid }: Site): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: {
    name: MARKER,
    labels: { 'app.kubernetes.io/managed-by': 'impersonation-operator' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: namespace, uid }],
  },
  rules: [],
});

const claimed = ({ metadata }: StoredObject, site: Site): Claimed => {
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'Namespace');
  return owner?.uid === site.uid ? { by: 'us' } : { by: 'others', namespace: owner?.name ?? 'unknown' };
};

/** Who claimed this cluster before. Reads only, so that a replica that does not lead can ask. */
export const claimedBy = async (cluster: Pick<Cluster, 'get'>, site: Site): Promise<Claimed> => {
  const stored = await cluster.get({ type: CLUSTER_ROLE, namespace: '', name: MARKER });
  return stored === undefined ? { by: 'nobody' } : claimed(stored, site);
};

/** Claims the cluster, unless somebody did before; of two that try at once, one gets it. */
export const claim = async (cluster: Pick<Cluster, 'get' | 'create'>, site: Site): Promise<Claimed> => {
  const before = await claimedBy(cluster, site);
  if (before.by !== 'nobody') return before;
  try {
    return claimed(await cluster.create(CLUSTER_ROLE, marker(site)), site);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
    return claimedBy(cluster, site);
  }
};

/** What to tell the person who installed a second one. */
export const refusal = (namespace: string): string =>
  `another installation, in namespace "${namespace}", holds this cluster: remove this one, or remove that one and then the ClusterRole ${MARKER}`;
