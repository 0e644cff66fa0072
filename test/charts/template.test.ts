import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { AnyObject } from '../integration/admin.ts';
import { CHART, NAMESPACE, byName, documents, helm, rendered, root } from './helm.ts';
import { MATRIX } from './matrix.ts';

const isDefinition = ({ kind }: AnyObject): boolean => kind === 'CustomResourceDefinition';

/** Compared with the generator in policies.test.ts, and too long to read here. */
const isPolicy = ({ kind }: AnyObject): boolean => kind.startsWith('ValidatingAdmissionPolicy');

/** What only Helm adds, wherever labels are. */
const OF_HELM = new Set([
  'helm.sh/chart',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/version',
  'app.kubernetes.io/managed-by',
  // of Argo CD, which others do not read
  'argocd.argoproj.io/sync-wave',
]);

const withoutHelm = (object: AnyObject): AnyObject => {
  const { metadata, ...rest } = JSON.parse(JSON.stringify(object), (key, value: unknown) =>
    OF_HELM.has(key) ? undefined : value,
  ) as AnyObject;
  const { labels = {}, annotations = {}, ...others } = metadata;
  const { 'app.kubernetes.io/name': _, ...said } = labels;
  return { ...rest, metadata: { ...others, labels: said, annotations } };
};

const comparable = (objects: readonly AnyObject[]): unknown =>
  byName(objects.filter((object) => !isPolicy(object)).map(withoutHelm));

describe.for(Object.entries(MATRIX))('the values %s', ([name, values]) => {
  test('pass helm lint --strict', async () => {
    const { code, stdout, stderr } = await helm(['lint', '--strict', CHART], { values });
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
  });

  test('come to what they came to before; if it is meant, run vitest with -u', async () => {
    const objects = (await rendered(values)).filter((object) => !isDefinition(object) && !isPolicy(object));
    await expect(objects.map((object) => stringify(object)).join('---\n')).toMatchFileSnapshot(
      `snapshots/${name}.yaml`,
    );
  });
});

test('the chart with its defaults is what config/install.yaml installs, without the namespace of the operator', async () => {
  const install = documents(readFileSync(join(root, 'config', 'install.yaml'), 'utf8'));
  const without = install.filter(({ kind, metadata }) => !(kind === 'Namespace' && metadata.name === NAMESPACE));
  const chart = (await rendered()).filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined);
  expect(comparable(chart)).toEqual(comparable(without));
});

test('the CRDs are left out, and kept, as the values say', async () => {
  expect((await rendered({ crds: { enabled: false } })).filter(isDefinition)).toEqual([]);
  const kept = (await rendered({ crds: { keep: true } })).filter(isDefinition);
  expect(kept.map(({ metadata }) => metadata.annotations)).toEqual(
    Array.from({ length: 2 }, (): unknown => expect.objectContaining({ 'helm.sh/resource-policy': 'keep' })),
  );
});

test('the chart is of the format that Helm 3 reads too', () => {
  const [chart] = documents(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'));
  expect(chart).toMatchObject({ apiVersion: 'v2', type: 'application' });
});

test('the versions are those of the package', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const [chart] = documents(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'));
  expect(chart).toMatchObject({ version, appVersion: version });
});

test('the right to write grants is part of no role that somebody else gives', async () => {
  const roles = (await rendered()).filter(({ kind }) => kind === 'ClusterRole');
  const aggregated = roles.filter(({ metadata }) =>
    Object.keys(metadata.labels ?? {}).some((label) => label.startsWith('rbac.authorization.k8s.io/')),
  );
  expect(aggregated.map(({ metadata }) => metadata.name)).toEqual(['impersonation-operator-view']);
  expect(aggregated[0]?.['rules']).toEqual([
    expect.objectContaining({ apiGroups: ['impersonation.dev'], verbs: ['get', 'list', 'watch'] }),
  ]);
});
