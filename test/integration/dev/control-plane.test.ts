import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { readAuditLog } from '../../../dev/control-plane/audit.ts';
import { kubectl } from '../../../dev/control-plane/kubectl.ts';
import type { ControlPlane, ControlPlaneOptions } from '../../../dev/control-plane/start.ts';
import { startControlPlane } from '../../../dev/control-plane/start.ts';
import { devModule, eventually, startModule } from '../../dev/processes.ts';
import { temporaryDirectory } from '../../dev/temporary.ts';
import { planeOfWorker } from '../connection.ts';

const { binaries } = planeOfWorker();

const startOwn = async (options: Partial<ControlPlaneOptions> = {}): Promise<ControlPlane> => {
  const controlPlane = await startControlPlane({ binaries, ...options });
  onTestFinished(() => controlPlane.stop());
  return controlPlane;
};

/** Command lines that name the directory. */
const processesOn = async (directory: string): Promise<string[]> => {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command.includes(directory)).map((command) => command.replaceAll('\0', ' '));
};

const pidOf = async (program: string, directory: string): Promise<number> => {
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const [first = '', ...rest] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (first.endsWith(`/${program}`) && rest.join(' ').includes(directory)) return Number(pid);
  }
  throw new Error(`no ${program} runs on ${directory}`);
};

/** The status of a GET as a client that trusts this authority alone; undefined where it does not trust the server. */
const statusOf = (url: string, ca: string, token = ''): Promise<number | undefined> =>
  new Promise((resolve) => {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
    httpsRequest(url, { ca, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', () => resolve(undefined))
      .end();
  });

/** Processes and directories that a kill leaves in a temporary directory of its own. */
const leftOvers = async (temporary: string): Promise<string[]> => [
  ...(await processesOn(temporary)),
  ...(await readdir(temporary)).filter((entry) => entry.includes('control-plane')),
];

test('the shared control plane answers its admin', async () => {
  const { stdout, code } = await kubectl(planeOfWorker(), ['auth', 'whoami', '-o', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: { userInfo: { username: 'admin' } } });
});

test('a token Secret is filled with a token and with the authority that clients verify the server by', async () => {
  const shared = planeOfWorker();
  const name = 'control-plane-test-token';
  onTestFinished(() => void kubectl(shared, ['delete', 'secret', name]));
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: { name, namespace: 'default', annotations: { 'kubernetes.io/service-account.name': 'default' } },
  };
  await kubectl(shared, ['apply', '-f', '-'], { input: JSON.stringify(secret) });
  let data: Record<string, string> = {};
  await eventually(async () => {
    const { stdout } = await kubectl(shared, ['get', 'secret', name, '-o', 'json']);
    ({ data } = JSON.parse(stdout) as { data: Record<string, string> });
    expect(data).toHaveProperty('token');
  });
  const [ca = '', token = ''] = ['ca.crt', 'token'].map((key) => Buffer.from(data[key] ?? '', 'base64').toString());
  const url = `${shared.url}/api/v1/nodes`;
  expect(await statusOf(url, ca, token)).toBe(403);
  expect(await statusOf(url, ca, `${token}x`)).toBe(401);
  expect(await statusOf(url, ca, shared.adminToken)).toBe(200);
  expect(await statusOf(url, rootCertificates.join('\n'), shared.adminToken)).toBeUndefined();
});

test('the API server comes back on its port with its data, under other feature gates', async () => {
  const own = await startOwn();
  const gate = async (): Promise<string | undefined> => {
    const { stdout } = await own.kubectl(['get', '--raw', '/metrics']);
    return /kubernetes_feature_enabled\{name="ConstrainedImpersonation",stage="\w+"\} (\d)/.exec(stdout)?.[1];
  };
  expect(await gate()).toBe('1');
  await own.kubectl(['create', 'namespace', 'kept']);
  await own.stopApiServer();
  expect(await statusOf(`${own.url}/readyz`, own.ca)).toBeUndefined();
  await own.startApiServer({ featureGates: { ConstrainedImpersonation: false } });
  expect(await gate()).toBe('0');
  expect((await own.kubectl(['get', 'namespace', 'kept', '-o', 'name'])).stdout).toBe('namespace/kept\n');
  await own.stopApiServer('SIGKILL');
  await own.startApiServer();
  expect(await gate()).toBe('1');
  // The controllers are back at work too.
  await own.kubectl(['create', 'namespace', 'new']);
  await eventually(async () => {
    const { code } = await own.kubectl(['get', 'serviceaccount', 'default', '-n', 'new']);
    expect(code).toBe(0);
  });
});

test('a program that ends by itself is reported; stopping leaves no process and no directory, on request the logs', async () => {
  const crashes: string[] = [];
  const own = await startOwn({ onCrash: (error) => crashes.push(error.message) });
  expect(await processesOn(own.dataDirectory)).toHaveLength(6);
  process.kill(await pidOf('kube-controller-manager', own.dataDirectory), 'SIGKILL');
  const report: unknown = expect.stringContaining('kube-controller-manager ended with status 137');
  await eventually(() => expect(crashes).toEqual([report]));
  await own.stop({ keepLogs: true });
  expect(await processesOn(own.dataDirectory)).toEqual([]);
  expect(await readdir(own.dataDirectory)).toEqual(['logs']);
  await own.stop();
  expect(existsSync(own.dataDirectory)).toBe(false);
  expect(crashes).toEqual([report]);
});

test('a start that fails shows the end of the log, keeps the logs and leaves no process', async () => {
  const failing = startControlPlane({
    binaries,
    apiServerFlags: ['--no-such-flag'],
    onCrash: () => undefined,
  });
  const error = await failing.then(() => '', String);
  expect(error).toContain('kube-apiserver ended before ready API server');
  expect(error).toContain('unknown flag: --no-such-flag');
  const [directory = ''] = /\S+(?=\/logs\/kube-apiserver\.log)/.exec(error) ?? [];
  onTestFinished(() => rm(directory, { recursive: true }));
  expect((await readdir(join(directory, 'logs'))).toSorted()).toEqual(['etcd.log', 'kube-apiserver.log']);
  expect(await readdir(directory)).toEqual(['logs']);
  expect(await processesOn(directory)).toEqual([]);
});

test('the audit log tells who asked what', async () => {
  const shared = planeOfWorker();
  const name = 'control-plane-test-audit';
  await kubectl(shared, ['create', 'configmap', name]);
  await kubectl(shared, ['delete', 'configmap', name, '--wait=false']);
  await eventually(async () => {
    const events = (await readAuditLog(shared.auditLogPath ?? '')).filter(({ objectRef }) => objectRef?.name === name);
    expect(events.map(({ verb, user, responseStatus }) => [verb, user.username, responseStatus?.code])).toEqual([
      ['create', 'admin', 201],
      ['delete', 'admin', 200],
    ]);
  });
});

/** What the owner prints, or the command line of a process that it has, tells how far the start has come. */
const moments = [
  ['etcd runs', '/etcd --name'],
  ['the API server runs', '/kube-apiserver --etcd'],
  ['the controllers run', '/kube-controller-manager --kube'],
  ['all is ready', 'url https://127.0.0.1'],
];

test.each(moments)('killing the owner when %s leaves nothing', async (_, moment) => {
  const temporary = await temporaryDirectory();
  const owner = startModule(
    `import { startControlPlane } from ${devModule('control-plane/start.ts')};
     const { url } = await startControlPlane({ binaries: ${JSON.stringify(binaries)} });
     console.log('url', url);
     setInterval(() => {}, 1000);`,
    { TMPDIR: temporary },
  );
  await eventually(async () => expect([owner.output(), ...(await owner.alive())].join('\n')).toContain(moment));
  owner.child.kill('SIGKILL');
  await eventually(async () => expect(await owner.alive()).toEqual([]));
  await eventually(async () => expect(await leftOvers(temporary)).toEqual([]));
});
