/** The commands of the README and of the pages about installing do what these say, on a clean server each. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { OLM } from '../../../dev/kinds/projects.ts';
import { MARKER } from '../../../src/runtime/installation.ts';
import { NAMESPACE, documents, root } from '../../charts/helm.ts';
import { fences, pages } from '../../docs/pages.ts';
import type { AnyObject } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { ALICE } from '../people.ts';
import { untilTrue } from '../waiting.ts';
import { Cluster } from './cluster.ts';
import { clusterServiceVersion, installed, placedIn } from './olm.ts';
import { type Give, commands, giveKinds, shell } from './shell.ts';

let cluster: Cluster;
let give: Give;

beforeAll(async () => {
  cluster = await Cluster.start(planeOfWorker().binaries);
  give = await shell(cluster);
});
afterAll(async () => {
  await cluster.stop();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => void process.stderr.write(cluster.logs()));
});

const giveAll = async (scripts: readonly string[]): Promise<void> => {
  expect(scripts).not.toEqual([]);
  for (const script of scripts) await give(script);
};

const works = async (name = 'works'): Promise<void> => {
  const grant = cluster.grant(name);
  await grant.apply({ subjects: [ALICE], impersonate: { users: ['john'] }, credential: { secretName: name } });
  const token = await cluster.tokenIn('impersonation-credentials', name);
  await untilTrue('impersonation', async () => cluster.becomes(token, 'john'));
};

const isGone = async (): Promise<void> => {
  await cluster.untilNothingIsLeft();
  await untilTrue('end of the marker', async () => (await cluster.admin.get('ClusterRole', MARKER)) === undefined);
  for (const kind of ['CustomResourceDefinition', 'ClusterRole', 'ClusterRoleBinding', 'Namespace'] as const)
    await untilTrue(`end of each ${kind}`, async () =>
      (await cluster.admin.list(kind)).every(({ metadata }) => !metadata.name.includes('impersonation')),
    );
  const policies = await cluster.kubectl(
    'get',
    'validatingadmissionpolicies,validatingadmissionpolicybindings',
    '-o',
    'name',
  );
  expect(policies).toBe('');
};

/** A second apply of a file changes nothing while the operator runs. */
const givenAgain = async (file: string): Promise<void> => {
  const versions = `kubectl get -f ${file} -o jsonpath='{range .items[*]}{.kind} {.metadata.name} {.metadata.generation}{end}'`;
  const script = commands('README.md', '### With kubectl')[0] ?? '';
  const before = await give(versions);
  await give(script);
  expect(await give(versions)).toBe(before);
};

test('the README installs with kubectl, again without a change, and takes it off', async () => {
  await giveAll(commands('README.md', '### With kubectl'));
  expect(await cluster.readyPods()).not.toEqual([]);
  await works();
  await givenAgain('config/install.yaml');
  const wide = cluster.binding('wide');
  const editor = {
    subject: { kind: 'User', name: 'jane' },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'edit' } }],
  } as const;
  await wide.apply(editor, 'BeyondCeiling');
  await giveAll(commands('docs/install/kubectl.md', '## The ceiling'));
  await wide.until('Granted');
  await works('works-still');
  await giveAll(commands('docs/install/kubectl.md', '## Taking it off'));
  await isGone();
});

test('the README installs with Helm, and takes it off', async () => {
  await giveAll(commands('README.md', '### With Helm'));
  expect(await cluster.readyPods()).toHaveLength(2);
  await works();
  await give(commands('docs/install/helm.md', '## Who may write grants')[0] ?? '');
  await giveAll(commands('docs/install/helm.md', '## Upgrading'));
  await cluster.kubectl('delete', 'clusterrolebinding', 'grant-authors');
  await give(commands('docs/install/helm.md', '## Taking it off')[0] ?? '');
  await isGone();
});

/** A file of objects; its path. */
const written = async (name: string, objects: readonly AnyObject[]): Promise<string> => {
  const path = join(cluster.directory, name);
  await writeFile(path, objects.map((object) => stringify(object)).join('---\n'));
  return path;
};

test('what OLM makes of the bundle grants nothing without the policies, works with them, and is taken off as the page says', async () => {
  const page = 'docs/install/olm.md';
  const [, copy = ''] = commands(page, '## The bundle');
  const objects = installed((await give(`${copy}\necho $BUNDLE`)).trim(), NAMESPACE);
  const file = await written('olm.yaml', objects);
  const [rights = '', policies = ''] = commands(page, '## What comes before the bundle');
  await give(rights);
  await give(`kubectl apply --server-side -f ${file}`);
  const early = cluster.grant('early');
  await early.apply({ subjects: [ALICE], impersonate: { users: ['john'] } }, 'GuardMissing');
  expect(await cluster.readyPods()).toEqual([]);
  await give(policies);
  await early.until('Granted');
  await untilTrue('two ready Pods', async () => (await cluster.readyPods()).length === 2);
  await works();

  const [revoke = '', ...rest] = commands(page, '## Taking it off');
  await give(revoke);
  // OLM leaves the kinds
  const ofOlm = objects.filter(({ kind }) => kind !== 'CustomResourceDefinition');
  await give(`kubectl delete -f ${await written('olm-deleted.yaml', ofOlm)}`);
  await giveAll(rest);
  await isGone();
});

test('an API server with the kinds of OLM takes the ClusterServiceVersion and what the page about OLM shows', async () => {
  await giveKinds(give, OLM);
  const shown = fences(pages.find(({ path }) => path === 'docs/install/olm.md')?.text ?? '')
    .filter(({ language }) => language === 'yaml')
    .flatMap(({ text: yaml }) => documents(yaml));
  const csv = clusterServiceVersion(join(root, 'bundle'));
  const take = async (...objects: readonly AnyObject[]): Promise<string> => {
    const file = await written('olm-kinds.yaml', objects.map(placedIn('default')));
    return give(`kubectl apply --server-side --dry-run=server --validate=strict -f ${file}`);
  };
  const taken = await take(csv, ...shown);
  expect(taken.match(/^\S+(?=\/)/gmu)).toEqual([
    'clusterserviceversion.operators.coreos.com',
    'operatorgroup.operators.coreos.com',
    'subscription.operators.coreos.com',
  ]);
  await expect(take({ ...csv, spec: { ...csv.spec, unknown: 1 } })).rejects.toThrow('.spec.unknown');
});

test('the pages about kubectl, Helm and Argo CD begin as the README does', () => {
  const [build, ...kubectl] = commands('README.md', '## Install');
  expect(build).toContain('docker push');
  expect([build, ...kubectl, ...commands('README.md', '### With kubectl')]).toEqual(
    commands('docs/install/kubectl.md', '# Installing with kubectl'),
  );
  expect([build, ...commands('README.md', '### With Helm')]).toEqual(
    commands('docs/install/helm.md', '# Installing with Helm'),
  );
  expect(commands('README.md', '### With Argo CD')).toEqual(
    commands('docs/install/argo-cd.md', '# Installing and granting with Argo CD'),
  );
});

test('kustomize builds the overlay of the page, with the image and the flag', async () => {
  const page = pages.find(({ path }) => path === 'docs/install/kubectl.md')?.text ?? '';
  const overlay = fences(page).find(({ file }) => file === 'kustomization.yaml')?.text ?? '';
  // kustomize takes paths relative to the overlay only
  const directory = join(cluster.directory, 'checkout', 'overlay');
  await mkdir(directory, { recursive: true });
  await give(`cp -r config ${dirname(directory)}/config`);
  await writeFile(join(directory, 'kustomization.yaml'), overlay);
  const built = await give(`kubectl kustomize ${directory}`);
  expect(built).toContain('image: registry.example.com/impersonation-operator:0.1.0\n');
  expect(built).toContain('- --log-level=debug\n');
});
