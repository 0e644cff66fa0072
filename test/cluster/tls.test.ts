import type { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { HttpCluster } from '../../src/cluster/http.ts';
import { Credentials } from '../../src/cluster/credentials.ts';
import { authority, type Certificate } from './certificates.ts';
import { clientOf, json, kubeConfig, ScriptedServer } from './scripted-server.ts';
import { clusterRoles } from './objects.ts';
import { base64, ca, clusterOf, secureConfig, secureServer } from './secure.ts';
import { heldWire, tunnelProxy } from './wire.ts';
import { failureOf, ref, role, storedRole } from './world.ts';

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

const at = (server: ScriptedServer, cluster: Partial<KubeConfig['clusters'][number]>): KubeConfig => {
  const config = secureConfig(server, ca.cert, { token: 't' });
  config.clusters = config.clusters.map((entry) => ({ ...entry, ...cluster }));
  return config;
};

describe('on the way to the server', () => {
  test('a proxy of the kubeconfig is used, for requests and for streams, and sees neither', async () => {
    await using server = await secureServer();
    await using proxy = await tunnelProxy();
    await using http = await clientOf(() => at(server, { proxyUrl: `http://127.0.0.1:${proxy.port}` }));
    await expect(clusterOf(http).get(ref)).resolves.toEqual(storedRole);
    const chunks: string[] = [];
    await http.client.follow('/stream', 'application/json', {
      signal: new AbortController().signal,
      silenceMs: 60_000,
      maxMs: 60_000,
      onData: (chunk) => chunks.push(chunk.toString()),
    });
    expect(JSON.parse(chunks.join(''))).toEqual(storedRole);
    expect(proxy.seen).toEqual([`127.0.0.1:${server.port}`, `127.0.0.1:${server.port}`]);
  });

  test('a handshake that does not end costs no more than the time-out', async () => {
    await using server = await secureServer();
    await using wire = await heldWire(server.port, new Promise(() => {}));
    await using http = await clientOf(() => at(server, { server: `https://127.0.0.1:${wire.port}` }));
    const cluster = new HttpCluster({ client: http.client, mayWrite: () => true, timeoutMs: 50 });
    await expect(failureOf(cluster.get(ref))).resolves.toMatchObject({ reason: 'Unreachable' });
    expect(wire.seen).toEqual(['connection']);
  });

  test('a write that waited for its connection is refused when it may no longer leave', async () => {
    let leading = true;
    const open = Promise.withResolvers<void>();
    await using server = await secureServer();
    await using wire = await heldWire(server.port, open.promise);
    await using http = await clientOf(() => at(server, { server: `https://127.0.0.1:${wire.port}` }));
    const cluster = new HttpCluster({ client: http.client, mayWrite: () => leading });
    const write = failureOf(cluster.create(clusterRoles, role));
    await expect.poll(() => wire.seen, { timeout: 60_000 }).toEqual(['connection']);
    leading = false;
    open.resolve();
    await expect(write).resolves.toMatchObject({ reason: 'NotLeading' });
    expect(server.requests).toEqual([]);
  });
});
