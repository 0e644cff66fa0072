import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Credentials, kubeConfigLoader } from '../../src/cluster/credentials.ts';
import { clientOf, json, kubeConfig, type ScriptedServer } from './scripted-server.ts';
import { authorizations, ca, clusterOf, secureConfig, secureServer } from './secure.ts';
import { failureOf, ref, storedRole } from './world.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'credentials-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

const inCluster = async (server: ScriptedServer): Promise<() => KubeConfig> => {
  const files = join(directory, 'var/run/secrets/kubernetes.io/serviceaccount');
  await mkdir(files, { recursive: true });
  await writeFile(join(files, 'ca.crt'), ca.cert);
  await writeFile(join(files, 'token'), 'first\n');
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1');
  vi.stubEnv('KUBERNETES_SERVICE_PORT', String(server.port));
  return () => {
    const config = new KubeConfig();
    config.loadFromCluster(directory);
    return config;
  };
};
const rotate = (token: string): Promise<void> =>
  writeFile(join(directory, 'var/run/secrets/kubernetes.io/serviceaccount/token'), token);

/** A user whose plugin is this shell script. */
const plugin = (script: string) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/sh', args: ['-c', script] },
});
const credential = (status: string): string =>
  `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{${status}}}'`;
const counted = (): string => `echo x >> ${directory}/runs; n=$(wc -l < ${directory}/runs | tr -d ' ')`;

const write = (server: string, current: string, token: string): Promise<void> =>
  writeFile(
    join(directory, 'config'),
    JSON.stringify({
      clusters: ['a', 'b'].map((name) => ({ name, cluster: { server, 'insecure-skip-tls-verify': true } })),
      users: ['a', 'b'].map((name) => ({ name, user: { token: `${token}-${name}` } })),
      contexts: ['a', 'b'].map((name) => ({ name, context: { cluster: name, user: name } })),
      'current-context': current,
    }),
  );

describe('the account of a Pod', () => {
  test('has its token read again by age', async () => {
    await using server = await secureServer();
    await using http = await clientOf(await inCluster(server), { maxAgeMs: 0 });
    await clusterOf(http).get(ref);
    await rotate('second');
    await clusterOf(http).get(ref);
    expect(authorizations(server)).toEqual(['Bearer first', 'Bearer second']);
  });

  test('has its token read once while it is young', async () => {
    await using server = await secureServer();
    await using http = await clientOf(await inCluster(server));
    await clusterOf(http).get(ref);
    await rotate('second');
    await clusterOf(http).get(ref);
    expect(authorizations(server)).toEqual(['Bearer first', 'Bearer first']);
  });

  test('has its token read again when the server refuses it', async () => {
    await using server = await secureServer();
    await using http = await clientOf(await inCluster(server));
    await rotate('second');
    server.answer = ({ headers }, response) =>
      headers.authorization === 'Bearer second' ? json(response, 200, storedRole) : json(response, 401, {});
    await expect(clusterOf(http).get(ref)).resolves.toEqual(storedRole);
  });

  test('goes on with what was read when the file is gone for a moment', async () => {
    await using server = await secureServer();
    await using http = await clientOf(await inCluster(server), { maxAgeMs: 0 });
    await rm(directory, { recursive: true });
    await expect(clusterOf(http).get(ref)).resolves.toEqual(storedRole);
    expect(authorizations(server)).toEqual(['Bearer first']);
  });
});

describe('a plugin', () => {
  test('gives the token, and is not run again while that is good', async () => {
    await using server = await secureServer();
    const load = (): KubeConfig => kubeConfig(server, plugin(`${counted()}; ${credential(`"token":"t'$n'"`)}`));
    await using http = await clientOf(load, { maxAgeMs: 0 });
    await clusterOf(http).get(ref);
    await clusterOf(http).get(ref);
    expect(authorizations(server)).toEqual(['Bearer t1', 'Bearer t1']);
  });

  test('is run again when its token has expired, or was refused', async () => {
    await using server = await secureServer();
    const expired = `"token":"t'$n'","expirationTimestamp":"2020-01-01T00:00:00Z"`;
    const load = (): KubeConfig => kubeConfig(server, plugin(`${counted()}; ${credential(expired)}`));
    await using http = await clientOf(load, { maxAgeMs: 0 });
    await clusterOf(http).get(ref);
    await using young = await clientOf(load);
    server.answer = ({ headers }, response) =>
      headers.authorization === 'Bearer t4' ? json(response, 200, storedRole) : json(response, 401, {});
    await expect(clusterOf(young).get(ref)).resolves.toEqual(storedRole);
    expect(authorizations(server)).toEqual(['Bearer t2', 'Bearer t3', 'Bearer t4']);
  });

  test('is run once for many requests that are refused at once', async () => {
    await using server = await secureServer();
    const load = (): KubeConfig => kubeConfig(server, plugin(`${counted()}; ${credential(`"token":"t'$n'"`)}`));
    await using http = await clientOf(load);
    server.answer = ({ headers }, response) =>
      headers.authorization === 'Bearer t2' ? json(response, 200, storedRole) : json(response, 401, {});
    const results = await Promise.all(Array.from({ length: 8 }, () => clusterOf(http).get(ref)));
    expect(results).toEqual(Array.from({ length: 8 }, () => storedRole));
  });

  test('may give a client certificate', async () => {
    await using server = await secureServer({ requestCert: true, ca: ca.cert });
    const { cert, key } = ca.issue('alice');
    const status = `"clientCertificateData":${JSON.stringify(cert)},"clientKeyData":${JSON.stringify(key)}`;
    const script = credential(status).replaceAll('\\n', '\\\\n');
    await using http = await clientOf(() => secureConfig(server, ca.cert, plugin(script)));
    await clusterOf(http).get(ref);
    expect(server.requests.map(({ client }) => client)).toEqual(['alice']);
  });

  test('that fails is an error with its words, and with nothing of what it printed that may be a secret', async () => {
    await using server = await secureServer();
    const words = 'echo "log in again eyJhbGciOiJSUzI1NiIsImtpZCI6IlozYzF6e" >&2; exit 1';
    const failed = Credentials.read({ load: () => kubeConfig(server, plugin(words)) });
    await expect(failed).rejects.toThrow(/: log in again …$/);
    const garbage = Credentials.read({ load: () => kubeConfig(server, plugin('echo token-hunter2')) });
    await expect(garbage).rejects.toThrow(/: the answer is not valid$/);
  });

  test('that fails after a 401 fails the request, not the process', async () => {
    await using server = await secureServer();
    server.answer = (_request, response) => json(response, 401, {});
    const script = `${counted()}; [ $n = 1 ] || exit 1; ${credential('"token":"t"')}`;
    await using http = await clientOf(() => kubeConfig(server, plugin(script)));
    await expect(failureOf(clusterOf(http).get(ref))).resolves.toMatchObject({ reason: 'Unauthorized', status: 401 });
  });
});

describe('a kubeconfig file', () => {
  test('is read again, but another current context moves nobody to another cluster', async () => {
    await using server = await secureServer();
    await write(server.url, 'a', 'first');
    await using http = await clientOf(kubeConfigLoader(join(directory, 'config'), undefined), { maxAgeMs: 0 });
    await clusterOf(http).get(ref);
    await write(server.url, 'b', 'second');
    await clusterOf(http).get(ref);
    await write('https://127.0.0.1:1', 'a', 'third');
    await clusterOf(http).get(ref);
    expect(authorizations(server)).toEqual(['Bearer first-a', 'Bearer second-a', 'Bearer second-a']);
  });

  test('can be told which context to use', async () => {
    await using server = await secureServer();
    await write(server.url, 'a', 'first');
    await using http = await clientOf(kubeConfigLoader(join(directory, 'config'), 'b'));
    await clusterOf(http).get(ref);
    expect(authorizations(server)).toEqual(['Bearer first-b']);
  });

  test('of which nothing fits is refused with the name of the context', async () => {
    await using server = await secureServer();
    await write(server.url, 'missing', 'first');
    const read = Credentials.read({ load: kubeConfigLoader(join(directory, 'config'), undefined) });
    await expect(read).rejects.toThrow('no cluster for context "missing"');
  });

  test('a server behind a path keeps that path', async () => {
    await using server = await secureServer();
    await write(`${server.url}/k8s/clusters/c-1/`, 'a', 'first');
    await using http = await clientOf(kubeConfigLoader(join(directory, 'config'), undefined));
    await clusterOf(http).get(ref);
    expect(server.paths('GET')).toEqual(['/k8s/clusters/c-1/apis/rbac.authorization.k8s.io/v1/clusterroles/Grant%3AA']);
  });
});

const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
const idToken = (expiresAt: number): string => `${part({ alg: 'RS256' })}.${part({ exp: expiresAt })}.c2ln`;

describe('an identity provider', () => {
  test('gave the token, which is used while it is good, and kept after a refusal', async () => {
    await using server = await secureServer();
    const token = idToken(Date.now() / 1000 + 3600);
    let reads = 0;
    const load = (): KubeConfig => {
      reads += 1;
      return kubeConfig(server, { authProvider: { name: 'oidc', config: { 'id-token': token } } });
    };
    await using http = await clientOf(load, { maxAgeMs: 0 });
    await clusterOf(http).get(ref);
    server.answer = (_request, response) => json(response, 401, {});
    await expect(failureOf(clusterOf(http).get(ref))).resolves.toMatchObject({ reason: 'Unauthorized' });
    expect(authorizations(server)).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
    // Its newest refresh token is in the one that was read first.
    expect(reads).toBe(1);
  });
});
