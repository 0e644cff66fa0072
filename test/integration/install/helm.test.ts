import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MARKER } from '../../../src/runtime/installation.ts';
import { CHART, NAMESPACE, RELEASE } from '../../charts/helm.ts';
import { planeOfWorker } from '../connection.ts';
import { untilTrue } from '../waiting.ts';
import { Cluster } from './cluster.ts';

const CREDENTIALS = 'impersonation-credentials';
const HELPDESK = { kind: 'ServiceAccount', namespace: 'default', name: 'helpdesk' } as const;

let cluster: Cluster;
/** Of the account that the grants name. */
let helpdesk = '';
/** Of the credential of a grant. */
let credential = '';

beforeAll(async () => {
  cluster = await Cluster.start(planeOfWorker().binaries);
  await cluster.admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: HELPDESK });
  helpdesk = await cluster.admin.token(HELPDESK.namespace, HELPDESK.name);
  await cluster.kubectl('create', 'namespace', NAMESPACE);
  await cluster.kubectl('label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted');
});

afterAll(async () => {
  await cluster.stop();
});

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => void process.stderr.write(cluster.logs()));
});

const install = async (chart: string, values: object = {}): Promise<void> => {
  await cluster.helm(['upgrade', '--install', RELEASE, chart, '--wait'], { values });
};

const grantEverything = async (): Promise<void> => {
  await cluster.grant('helpdesk').apply({
    subjects: [HELPDESK],
    impersonate: { users: ['alice'], serviceAccounts: [{ namespace: 'default', name: 'app' }] },
    credential: { secretName: 'helpdesk' },
  });
  await cluster.binding('alice').apply({
    subject: { kind: 'User', name: 'alice' },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'view' }, namespaces: ['default'] }],
  });
  credential = await cluster.tokenIn(CREDENTIALS, 'helpdesk');
};

test('Helm installs an older version of the chart, and waits until both replicas are ready', async () => {
  await install(await cluster.chartOf('0.0.1'));
  expect(await cluster.readyPods()).toHaveLength(2);
});

test('Helm tells the next step', async () => {
  const notes = await cluster.helm(['get', 'notes', RELEASE]);
  const manifest = notes.split("<<'END'\n")[1]?.split('END\n')[0] ?? '';
  const { code, stderr } = await cluster.controlPlane.kubectl(['apply', '--dry-run=server', '-f', '-'], {
    input: manifest.replaceAll(/^ {2}/gm, ''),
  });
  expect([code, stderr]).toEqual([0, '']);
});

test('helm test passes on what it installed', async () => {
  expect(await cluster.helm(['test', RELEASE])).toContain('Phase:          Succeeded');
});

test('the chart installs what turns a grant into rights', async () => {
  expect(await cluster.as(helpdesk, 'alice')).toBe('denied');
  await grantEverything();
  await untilTrue('impersonation', async () => cluster.becomes(helpdesk, 'alice'));
  await untilTrue('impersonation by credential', async () => cluster.becomes(credential, 'alice'));
  expect(await cluster.as(helpdesk, 'bob')).toBe('denied');
  await cluster.grant('short').apply({ subjects: [HELPDESK], impersonate: { users: ['bob'] } });
  await untilTrue('impersonation', async () => cluster.becomes(helpdesk, 'bob'));
  await cluster.grant('short').delete();
  await untilTrue('end of impersonation', async () => !(await cluster.becomes(helpdesk, 'bob')));
});

test('Helm upgrades without a gap: what was granted goes on, and new grants are carried out meanwhile', async () => {
  const before = await cluster.readyPods();
  const upgrade = { isDone: false };
  const upgraded = install(CHART).finally(() => (upgrade.isDone = true));
  const answers: unknown[] = [];
  for (let round = 0; !upgrade.isDone; round += 1) {
    answers.push(await cluster.becomes(helpdesk, 'alice'), await cluster.becomes(credential, 'alice'));
    expect((await cluster.readyPods()).length).toBeGreaterThan(1);
    if (round % 10 === 0)
      await cluster.grant('meanwhile').apply({ subjects: [HELPDESK], impersonate: { users: [`user-${round}`] } });
    await delay(100);
  }
  await upgraded;
  expect(new Set(answers)).toEqual(new Set([true]));
  await untilTrue('end of the old replicas', async () =>
    (await cluster.readyPods()).every((name) => !before.includes(name)),
  );
  await cluster.grant('meanwhile').apply({ subjects: [HELPDESK], impersonate: { users: ['carol'] } });
  await cluster.grant('meanwhile').delete();
});

test('an upgrade to an image that is not there fails; the service goes on, and a rollback puts all back', async () => {
  const values = { image: { tag: 'missing' } };
  const failed = await cluster.tryHelm(['upgrade', RELEASE, CHART, '--wait', '--timeout', '10s'], { values });
  expect(failed.code).not.toBe(0);
  expect(failed.stderr).toContain(`Deployment/${NAMESPACE}/${RELEASE} not ready`);
  expect((await cluster.readyPods()).length).toBeGreaterThan(1);
  await cluster.grant('during').apply({ subjects: [HELPDESK], impersonate: { users: ['carol'] } });
  await cluster.helm(['rollback', RELEASE, '--wait']);
  await untilTrue('two replicas', async () => (await cluster.readyPods()).length === 2);
  expect(await cluster.becomes(helpdesk, 'alice')).toBe(true);
  await cluster.grant('during').delete();
});

test('the chart installs what survives the loss of a replica', async () => {
  const [first, second] = cluster.kubelet.pods(NAMESPACE).filter(({ log }) => log.includes('"msg":"leading"'));
  await (first ?? second)?.crash();
  await cluster.grant('after').apply({ subjects: [HELPDESK], impersonate: { users: ['carol'] } });
  expect((await cluster.readyPods()).length).toBeGreaterThan(0);
  await cluster.grant('after').delete();
});

test('Helm uninstalls and revokes everything, and nothing hangs', async () => {
  await cluster.helm(['uninstall', RELEASE, '--wait']);
  expect(await cluster.as(helpdesk, 'alice')).toBe('denied');
  await cluster.untilNothingIsLeft();
  await untilTrue('end of the token', async () => (await cluster.as(credential, 'alice')) === 'unauthenticated');
  expect(await cluster.admin.list('CustomResourceDefinition', undefined)).toEqual([]);
  expect(await cluster.admin.get('Namespace', CREDENTIALS)).toBeUndefined();
  await cluster.kubectl('delete', 'namespace', NAMESPACE);
  await untilTrue('end of the marker', async () => (await cluster.admin.get('ClusterRole', MARKER)) === undefined);
  const left = await cluster.kubectl('get', 'clusterroles,clusterrolebindings,roles,rolebindings', '-A', '-o', 'name');
  expect(left.split('\n').filter((name) => name.includes('/impersonation'))).toEqual([]);
});

test('with crds.keep an uninstall leaves the grants, and what they gave, until they are deleted', async () => {
  await cluster.kubectl('create', 'namespace', NAMESPACE);
  await install(CHART, { crds: { keep: true } });
  await grantEverything();
  await cluster.helm(['uninstall', RELEASE, '--wait']);
  expect((await cluster.grant('helpdesk').read())?.metadata.deletionTimestamp).toBeUndefined();
  expect(await cluster.becomes(helpdesk, 'alice')).toBe(true);
  await cluster.kubectl('delete', 'igrant,ubind', '--all');
  await cluster.untilNothingIsLeft();
  expect(await cluster.as(helpdesk, 'alice')).toBe('denied');
});

test('Helm installs again over CRDs that were kept, and takes them along', async () => {
  await install(CHART);
  await grantEverything();
  await untilTrue('impersonation', async () => cluster.becomes(helpdesk, 'alice'));
  await cluster.helm(['uninstall', RELEASE, '--wait']);
  await cluster.untilNothingIsLeft();
  expect(await cluster.admin.list('CustomResourceDefinition')).toEqual([]);
});
