import type { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { Credentials } from '../../src/cluster/credentials.ts';
import { authority, type Certificate } from './certificates.ts';
import { clientOf, json, kubeConfig, ScriptedServer } from './scripted-server.ts';
import { base64, ca, clusterOf, secureConfig, secureServer } from './secure.ts';
import { failureOf, ref, storedRole } from './world.ts';

const certificateUser = ({ cert, key }: Certificate) => ({ certData: base64(cert), keyData: base64(key) });

describe('TLS', () => {
  test('a server of the right authority is spoken to', async () => {
    await using server = await secureServer();
    await using http = await clientOf(() => secureConfig(server, ca.cert, { token: 't' }));
    await expect(clusterOf(http).get(ref)).resolves.toEqual(storedRole);
  });

  test('a server of another authority is told nothing, unless the kubeconfig wants no verification', async () => {
    await using server = await secureServer();
    const stranger = secureConfig(server, authority('test-ca').cert, { token: 't' });
    await using http = await clientOf(() => stranger);
    await expect(failureOf(clusterOf(http).get(ref))).resolves.toMatchObject({ reason: 'Unreachable' });
    expect(server.requests).toEqual([]);
    await using careless = await clientOf(() => kubeConfig(server));
    await expect(clusterOf(careless).get(ref)).resolves.toEqual(storedRole);
  });

  test('a token is not sent without TLS, unless the kubeconfig wants no verification', async () => {
    await using server = await ScriptedServer.start((_request, response) => json(response, 200, storedRole));
    const config = kubeConfig(server);
    config.clusters = [{ name: 'test', server: server.url, skipTLSVerify: false }];
    await expect(Credentials.read({ load: () => config })).rejects.toThrow('HTTP protocol is not allowed');
  });

  test('a client certificate is who we are, and a new one is used as soon as it is read', async () => {
    await using server = await secureServer({ requestCert: true, ca: ca.cert });
    const names = ['alice', 'bob'];
    const load = (): KubeConfig => secureConfig(server, ca.cert, certificateUser(ca.issue(names.shift() ?? 'carol')));
    await using http = await clientOf(load);
    const cluster = clusterOf(http);
    await cluster.get(ref);
    server.answer = (request, response) =>
      json(response, request.client === 'bob' ? 200 : 401, request.client === 'bob' ? storedRole : {});
    await expect(cluster.get(ref)).resolves.toEqual(storedRole);
    expect(server.requests.map(({ client }) => client)).toEqual(['alice', 'alice', 'bob']);
  });
});
