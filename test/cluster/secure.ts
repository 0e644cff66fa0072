/** A server with TLS, and the kubeconfigs for it. */
import type { ServerOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { HttpCluster } from '../../src/cluster/http.ts';
import { authority } from './certificates.ts';
import { json, kubeConfig, ScriptedServer, type TestClient } from './scripted-server.ts';
import { storedRole } from './world.ts';

export const ca = authority('test-ca');

export const secureServer = (options: ServerOptions = {}): Promise<ScriptedServer> =>
  ScriptedServer.start((_request, response) => json(response, 200, storedRole), { ...ca.issue('server'), ...options });

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const secureConfig = (
  server: ScriptedServer,
  caCert: string,
  user: Partial<KubeConfig['users'][number]>,
): KubeConfig => {
  const config = kubeConfig(server, user);
  config.clusters = [{ name: 'test', server: server.url, skipTLSVerify: false, caData: base64(caCert) }];
  return config;
};

export const authorizations = (server: ScriptedServer): (string | undefined)[] =>
  server.requests.map(({ headers }) => headers.authorization);

export const clusterOf = (http: TestClient): HttpCluster =>
  new HttpCluster({ client: http.client, mayWrite: () => true });
