/** A client of the real API server, through a proxy or not. */
import { KubeConfig } from '@kubernetes/client-node';
import { ApiClient, type RequestReport } from '../../../src/cluster/client.ts';
import { Credentials } from '../../../src/cluster/credentials.ts';
import { HttpCluster } from '../../../src/cluster/http.ts';
import { HttpInformer, type HttpInformerOptions } from '../../../src/cluster/informer.ts';
import type { Cached, Cluster, KubeObject, Ref, ResourceType, StoredObject } from '../../../src/cluster/port.ts';
import { Transport } from '../../../src/cluster/transport.ts';
import type { Connection } from '../../../dev/control-plane/connection.ts';

export const patient = { timeout: 60_000, interval: 100 };

export const clusterRoles: ResourceType = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};

export const core = (kind: string, plural: string, namespaced = true): ResourceType => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  namespaced,
});

export const secrets = core('Secret', 'secrets');
export const configMaps = core('ConfigMap', 'configmaps');
export const serviceAccounts = core('ServiceAccount', 'serviceaccounts');
export const namespaces = core('Namespace', 'namespaces', false);

export interface Entry extends Cached {
  readonly object: StoredObject;
}

export const project = (object: StoredObject): Entry => ({
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
  uid: object.metadata.uid,
  resourceVersion: object.metadata.resourceVersion,
  object,
});

export const kubeConfigOf = ({ ca }: Pick<Connection, 'ca'>, url: string, token: string): KubeConfig => {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'a', server: url, skipTLSVerify: false, caData: Buffer.from(ca).toString('base64') }],
    users: [{ name: 'a', token }],
    contexts: [{ name: 'a', cluster: 'a', user: 'a' }],
    currentContext: 'a',
  });
  return config;
};

export interface RealWorld extends AsyncDisposable {
  readonly client: ApiClient;
  readonly cluster: HttpCluster;
  readonly reports: RequestReport[];
  /** What informers reported. */
  readonly errors: unknown[];
  readonly informer: (type: ResourceType, options?: Partial<HttpInformerOptions<Entry>>) => HttpInformer<Entry>;
}

export const realWorld = async (load: () => KubeConfig): Promise<RealWorld> => {
  const reports: RequestReport[] = [];
  const errors: unknown[] = [];
  const transport = new Transport({ credentials: await Credentials.read({ load }), version: 'test' });
  const client = new ApiClient({ transport, onRequest: (report) => reports.push(report) });
  const informers: HttpInformer<Entry>[] = [];
  return {
    client,
    cluster: new HttpCluster({ client, mayWrite: () => true }),
    reports,
    errors,
    informer: (type, options = {}) => {
      const informer = new HttpInformer<Entry>({
        client,
        type,
        project,
        onError: (error) => errors.push(error),
        backoff: { baseMs: 50, capMs: 1000 },
        ...options,
      });
      informers.push(informer);
      informer.start();
      return informer;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(informers.map((informer) => informer.stop()));
      await transport.close();
    },
  };
};

export const names = (informer: HttpInformer<Entry>): string[] => [...informer.list()].map(({ name }) => name);

export const role = (name: string, user = 'jane'): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  rules: [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'], resourceNames: [user] }],
});

let serial = 0;

/** A name that no other test has. */
export const fresh = (prefix: string): string => `${prefix}-${process.pid}-${(serial += 1)}`;

export const clusterRole = (name: string): Ref => ({ type: clusterRoles, namespace: '', name });

export const simple = (kind: string, name: string, namespace: string): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace },
});

export interface Account {
  /** A token bound to a new Secret, and the uid of that. */
  readonly token: (secretName: string) => Promise<{ token: string; uid: string }>;
}

/** A service account that is made for a test. */
export const account = async (cluster: Cluster, namespace: string, name: string): Promise<Account> => {
  await cluster.create(serviceAccounts, simple('ServiceAccount', name, namespace));
  return {
    token: async (secretName) => {
      const { metadata } = await cluster.create(secrets, simple('Secret', secretName, namespace));
      const spec = { audiences: [], expirationSeconds: 600, boundSecret: { name: secretName, uid: metadata.uid } };
      const { token } = await cluster.requestToken({ type: serviceAccounts, namespace, name }, spec);
      return { token, uid: metadata.uid };
    },
  };
};

/** The real API server as its admin, and a namespace that no other test has. */
export const adminWorld = async (connection: Connection): Promise<RealWorld & { readonly namespace: string }> => {
  const world = await realWorld(() => kubeConfigOf(connection, connection.url, connection.adminToken));
  const namespace = fresh('cluster');
  await world.cluster.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return { ...world, namespace };
};
