import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubeconfig } from '../../../dev/control-plane/connection.ts';
import { MARKER } from '../../../src/runtime/installation.ts';
import { Admin } from '../admin.ts';
import { fresh } from '../cluster/world.ts';
import { planeOfWorker } from '../connection.ts';
import { installDefinitions, SETTINGS } from '../harness.ts';
import { OperatorProcess, type OperatorOptions } from '../operator.ts';
import { untilTrue } from '../waiting.ts';

const connection = planeOfWorker();
const admin = new Admin(connection);
const namespaces = { operator: fresh('operator'), credentials: fresh('credentials'), other: fresh('other') };
const started: OperatorProcess[] = [];
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-process-'));
  await writeFile(join(directory, 'kubeconfig'), kubeconfig(connection, 'operator', connection.adminToken));
  await writeFile(join(directory, 'ca.crt'), connection.ca);
  await installDefinitions(admin);
  for (const name of Object.values(namespaces)) {
    await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await admin.delete('ClusterRole', MARKER);
});

afterAll(async () => {
  for (const operator of started) await operator.kill();
  await admin.delete('ClusterRole', MARKER);
  for (const name of Object.values(namespaces)) await admin.delete('Namespace', name);
  await admin.close();
  await rm(directory, { recursive: true });
});

const options = (operatorNamespace: string, flags: readonly string[] = []): OperatorOptions => ({
  kubeconfig: join(directory, 'kubeconfig'),
  settings: { ...SETTINGS, operatorNamespace, credentialNamespaces: [namespaces.credentials] },
  endpoint: { url: connection.url, caFile: join(directory, 'ca.crt') },
  flags: ['--leader-elect=true', '--lease-duration=3s', '--renew-deadline=2s', '--retry-period=400ms', ...flags],
});

const start = async (): Promise<OperatorProcess> => {
  const operator = await OperatorProcess.start(options(namespaces.operator));
  started.push(operator);
  return operator;
};

const get = async ({ port }: OperatorProcess, path: string): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();

const leads = async (operator: OperatorProcess): Promise<boolean> =>
  /^impersonation_leader 1$/m.test(await get(operator, '/metrics'));

const holder = async (): Promise<unknown> => {
  const lease = await admin.get('Lease', 'impersonation-operator', namespaces.operator);
  return (lease?.['spec'] as { readonly holderIdentity?: string } | undefined)?.holderIdentity;
};

describe('the process', () => {
  let first: OperatorProcess;
  let second: OperatorProcess;

  test('leads when it is alone', async () => {
    first = await start();
    await untilTrue('leader', async () => leads(first));
    expect(await get(first, '/readyz?verbose')).toMatch(
      /^\[\+\]caches ok\n\[\+\]api-server ok\n\[\+\]guard ok\n\[\+\]shutdown ok\n/,
    );
    expect(await get(first, '/healthz?verbose')).toBe('[+]workers ok\nhealthz check passed\n');
  });

  test('is ready as a standby, and does not lead', async () => {
    second = await start();
    expect(await leads(second)).toBe(false);
    expect(await leads(first)).toBe(true);
  });

  test('of a second installation refuses to start, and says why', async () => {
    const operator = await OperatorProcess.spawn(options(namespaces.other));
    started.push(operator);
    await untilTrue('end', async () => !operator.running);
    expect(await operator.stop()).toBe(1);
    expect(operator.wholeLog).toContain(
      `another installation, in namespace \\"${namespaces.operator}\\", holds this cluster`,
    );
    expect(await admin.get('Lease', 'impersonation-operator', namespaces.other)).toBeUndefined();
  });

  test('gives the lease up at SIGTERM, ends with 0, and the standby takes over', async () => {
    expect(await first.stop()).toBe(0);
    expect(first.wholeLog).toContain('released the lease');
    await untilTrue('leader', async () => leads(second));
  });

  test('is replaced when it is killed', async () => {
    const third = await start();
    await second.kill();
    await untilTrue('leader', async () => leads(third));
    expect(await third.stop()).toBe(0);
    expect(await holder()).toBe('');
  });

  test('refuses a wrong setting before it does anything', async () => {
    const operator = await OperatorProcess.spawn(options(namespaces.operator, ['--concurency=3']));
    started.push(operator);
    await untilTrue('end', async () => !operator.running);
    expect(await operator.stop()).toBe(2);
    expect(operator.wholeLog).toBe('impersonation-operator: unknown flag --concurency; see --help\n');
  });

  test('logs no token', async () => {
    for (const { wholeLog } of started) expect(wholeLog).not.toContain(connection.adminToken);
  });
});
