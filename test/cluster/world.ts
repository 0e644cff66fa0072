import { HttpCluster } from '../../src/cluster/http.ts';
import type { Cluster } from '../../src/cluster/port.ts';
import { clusterRoles, serviceAccounts, stored } from './objects.ts';
import { clientOf, json, kubeConfig, ScriptedServer, type Answer, type TestClient } from './scripted-server.ts';

export interface World extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly cluster: HttpCluster;
  readonly http: TestClient;
}

/** A server that answers so, and the port to it. */
export const setup = async (
  answer: Answer,
  options: { mayWrite?: () => boolean; timeoutMs?: number; connections?: number } = {},
): Promise<World> => {
  const server = await ScriptedServer.start(answer);
  const http = await clientOf(() => kubeConfig(server), options);
  const cluster = new HttpCluster({ client: http.client, mayWrite: () => true, ...options });
  const dispose = async (): Promise<void> => {
    await http[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  };
  return { server, cluster, http, [Symbol.asyncDispose]: dispose };
};

export const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'Grant:A' } };
export const storedRole = { ...role, metadata: { ...stored('Grant:A', 7).metadata } };
export const ref = { type: clusterRoles, namespace: '', name: 'Grant:A' };
export const collection = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
export const tokenSpec = { audiences: ['a'], expirationSeconds: 3600, boundSecret: { name: 'anchor', uid: 'u1' } };

export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

export const answers =
  (code: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    json(response, code, body, headers);

/** Each way to write, to see that a rule holds for all of them. */
export const writes: [string, (cluster: Cluster) => Promise<unknown>][] = [
  ['create', (cluster) => cluster.create(clusterRoles, role)],
  ['replace', (cluster) => cluster.replace(clusterRoles, storedRole)],
  ['replaceStatus', (cluster) => cluster.replaceStatus(clusterRoles, storedRole)],
  ['delete', (cluster) => cluster.delete(ref, 'u1')],
  ['requestToken', (cluster) => cluster.requestToken({ type: serviceAccounts, namespace: 'a', name: 'b' }, tokenSpec)],
];
