/** What Argo CD and Flux do with the chart and with grants, on a cluster where the operator runs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { CHART, NAMESPACE, renderedText, root } from '../../charts/helm.ts';
import type { Stored } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { untilTrue } from '../waiting.ts';
import { type Application, asInTheReadme } from './argo-cd.ts';
import { Cluster } from './cluster.ts';
import { type Health, healthOf } from './lua.ts';
import { REPOSITORY, shell } from './shell.ts';

const ARGO = ['--server-side', '--force-conflicts', '--field-manager=argocd-controller'] as const;

let cluster: Cluster;
let application: Application;
let chart = '';

beforeAll(async () => {
  cluster = await Cluster.start(planeOfWorker().binaries);
  application = await asInTheReadme(await shell(cluster));
  const { source, destination, syncPolicy } = application.spec;
  expect([join(root, source.path), destination.namespace]).toEqual([CHART, NAMESPACE]);
  expect(syncPolicy.syncOptions).toEqual(['CreateNamespace=true', 'ServerSideApply=true']);
  // hooks of the test are none of a sync
  chart = (await renderedText(source.helm.valuesObject))
    .split(/^---\n/m)
    .filter((text) => !text.includes('helm.sh/hook'))
    .join('---\n');
  await cluster.admin.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: destination.namespace, ...syncPolicy.managedNamespaceMetadata },
  });
});
afterAll(async () => {
  await cluster.stop();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => void process.stderr.write(cluster.logs()));
});

/** kubectl with standard input. @throws with what it says when it fails. */
const kubectl = async (input: string, ...args: readonly string[]): Promise<string> => {
  const { stdout, stderr, code } = await cluster.controlPlane.kubectl([...args, '-f', '-'], { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
};

const grants = `
apiVersion: impersonation.dev/v1alpha1
kind: ImpersonationGrant
metadata: {name: granted}
spec:
  subjects: [{kind: User, name: alice}]
  impersonate: {users: [john], serviceAccounts: [{namespace: default, name: app}]}
  credential: {secretName: granted}
---
apiVersion: impersonation.dev/v1alpha1
kind: UserBinding
metadata: {name: granted}
spec:
  subject: {kind: User, name: john}
  roles: [{roleRef: {kind: ClusterRole, name: view}, namespaces: [default]}]
---
apiVersion: impersonation.dev/v1alpha1
kind: ImpersonationGrant
metadata: {name: suspended}
spec:
  subjects: [{kind: User, name: alice}]
  impersonate: {users: [john]}
  suspend: true
---
apiVersion: impersonation.dev/v1alpha1
kind: ImpersonationGrant
metadata: {name: refused}
spec:
  subjects: [{kind: User, name: alice}]
  impersonate: {users: ['system:kube-scheduler']}
  allowPrivileged: true
---
apiVersion: impersonation.dev/v1alpha1
kind: ImpersonationGrant
metadata: {name: waiting}
spec:
  subjects: [{kind: User, name: alice}]
  impersonate: {userBindings: [missing]}
`;

const versions = async (input: string): Promise<string> =>
  kubectl(input, 'get', '-o', 'jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.generation}{"\\n"}{end}');

const healthChecks = async (): Promise<Readonly<Record<string, string>>> => {
  const stored = await cluster.admin.get('ConfigMap', 'argocd-cm', 'argocd');
  return stored?.['data'] as Readonly<Record<string, string>>;
};

const script = async (kind: string): Promise<string> =>
  (await healthChecks())[`resource.customizations.health.impersonation.dev_${kind}`] ?? '';

const health = async (kind: 'ImpersonationGrant' | 'UserBinding', name: string): Promise<Health> =>
  healthOf(await script(kind), await cluster.admin.get(kind, name));

describe('Argo CD', () => {
  test('takes the Application of the README, and keeps what else it was told', async () => {
    expect(application.spec.source).toMatchObject({
      repoURL: REPOSITORY,
      helm: { valuesObject: { image: { repository: 'registry.test/team/impersonation-operator' } } },
    });
    expect((await healthChecks())['url']).toBe('x');
    const wrong = { ...application, spec: { ...application.spec, unknown: 1 } };
    const dryRun = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
    await expect(kubectl(JSON.stringify(wrong), ...dryRun)).rejects.toThrow('.spec.unknown');
  });

  test('syncs the chart by server-side apply; a fresh grant is Progressing until the operator is there', async () => {
    const [definitions, others] = [true, false].map((wanted) =>
      chart
        .split(/^---\n/m)
        .filter((text) => text.includes('sync-wave') === wanted)
        .join('---\n'),
    );
    await kubectl(definitions ?? '', 'apply', ...ARGO);
    await cluster.kubectl('wait', 'crd', '--all', '--for=condition=Established', '--timeout=60s');
    await kubectl(grants, 'apply', ...ARGO);
    expect(await health('ImpersonationGrant', 'granted')).toEqual({
      status: 'Progressing',
      message: 'waiting for the operator',
    });
    await kubectl(others ?? '', 'apply', ...ARGO);
    await cluster.kubectl('-n', NAMESPACE, 'rollout', 'status', 'deployment/impersonation-operator', '--timeout=120s');
  });

  test.for([
    ['ImpersonationGrant', 'granted', 'Granted', 'Healthy'],
    ['UserBinding', 'granted', 'Granted', 'Healthy'],
    ['ImpersonationGrant', 'suspended', 'Suspended', 'Suspended'],
    ['ImpersonationGrant', 'refused', 'BeyondCeiling', 'Degraded'],
    ['ImpersonationGrant', 'waiting', 'UserBindingNotReady', 'Progressing'],
  ] as const)('takes the %s %s, of which the operator says %s, for %s', async ([kind, name, reason, status]) => {
    await untilTrue('reason', async () => (await health(kind, name)).message.startsWith(`${reason}: `));
    expect((await health(kind, name)).status).toBe(status);
  });

  test('takes an edited grant for Progressing until the operator has seen the edit', async () => {
    const grant = await cluster.admin.get('ImpersonationGrant', 'granted');
    const edited = { ...grant, metadata: { ...grant?.metadata, generation: (grant?.metadata.generation ?? 0) + 1 } };
    expect(healthOf(await script('ImpersonationGrant'), edited).status).toBe('Progressing');
  });

  test('finds nothing out of sync, however often it syncs', async () => {
    for (const input of [chart, grants]) {
      const before = await versions(input);
      await kubectl(input, 'apply', ...ARGO);
      expect(await versions(input)).toBe(before);
      await kubectl(input, 'diff', ...ARGO);
    }
  });

  test('would see a difference', async () => {
    const changed = grants.replace('users: [john], serviceAccounts', 'users: [jane], serviceAccounts');
    await expect(kubectl(changed, 'diff', ...ARGO)).rejects.toThrow('jane');
  });

  test('takes nothing that was granted for a part of an application', async () => {
    const children: readonly Stored[] = await cluster.children();
    expect(children.length).toBeGreaterThan(5);
    const marks = children.flatMap(({ metadata }) =>
      Object.keys({ ...metadata.labels, ...metadata.annotations }).filter((key) =>
        /argocd|app\.kubernetes\.io\/instance|helm/.test(key),
      ),
    );
    expect(marks).toEqual([]);
  });
});

/** What Helm says of a chart that holds one grant. */
const installed = async (name: string, spec: object, timeout: string): ReturnType<Cluster['tryHelm']> => {
  const directory = join(cluster.directory, `chart-${name}`);
  await mkdir(join(directory, 'templates'), { recursive: true });
  await writeFile(join(directory, 'Chart.yaml'), stringify({ apiVersion: 'v2', name, version: '0.0.1' }));
  const object = { apiVersion: 'impersonation.dev/v1alpha1', kind: 'ImpersonationGrant', metadata: { name }, spec };
  await writeFile(join(directory, 'templates', 'grant.yaml'), stringify(object));
  return cluster.tryHelm(['install', name, directory, '--wait', '--timeout', timeout]);
};

/** Helm 4 waits by kstatus, the code that Flux waits by. */
describe('kstatus', () => {
  const subjects = [{ kind: 'User', name: 'alice' }];

  test.for([
    ['kstatus-granted', { subjects, impersonate: { users: ['john'] }, credential: { secretName: 'kstatus' } }],
    ['kstatus-suspended', { subjects, impersonate: { users: ['john'] }, suspend: true }],
  ] as const)('reads Current off %s', async ([name, spec]) => {
    const { code, stderr } = await installed(name, spec, '60s');
    expect([code, stderr]).toEqual([0, '']);
  });

  test('reads Failed off a refused grant, and does not wait for its end', async () => {
    const spec = { subjects, impersonate: { groups: ['system:nodes'], users: ['john'] }, allowPrivileged: true };
    const { code, stderr } = await installed('kstatus-refused', spec, '10m');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/status: Failed, message: .*system:nodes/)]);
  });

  test('reads InProgress off a grant that waits', async () => {
    const { code, stderr } = await installed(
      'kstatus-waiting',
      { subjects, impersonate: { userBindings: ['none'] } },
      '5s',
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining('status: InProgress')]);
  });
});
