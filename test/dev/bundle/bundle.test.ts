import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseImpersonationGrant, parseUserBinding } from '../../../src/crds/index.ts';
import { NAMESPACE, byName, documents, root } from '../../charts/helm.ts';
import { fences, pages } from '../../docs/pages.ts';
import type { AnyObject } from '../../integration/admin.ts';
import { clusterServiceVersion, installed } from '../../integration/install/olm.ts';

const BUNDLE = join(root, 'bundle');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const csv = clusterServiceVersion(BUNDLE);

/** Objects of the files that the page has its reader apply before the bundle. */
const before = (): AnyObject[] => {
  const page = pages.find(({ path }) => path === 'docs/install/olm.md')?.text ?? '';
  const section = page.split(/^(?=## )/mu).find((part) => part.startsWith('## What comes before')) ?? '';
  const commands = fences(section).flatMap(({ language, text }) => (language === 'sh' ? [text] : []));
  const files = [...commands.join('').matchAll(/-(?<flag>[fk]) (?<path>\S+)/gu)].flatMap(({ groups }) => {
    const path = groups?.['path'] ?? '';
    return groups?.['flag'] === 'f' ? [path] : resources(path);
  });
  return files.flatMap((path) => documents(read(path)));
};

const resources = (directory: string): string[] =>
  (parse(read(`${directory}/kustomization.yaml`)) as { resources: string[] }).resources.map(
    (file) => `${directory}/${file}`,
  );

/** Names that OLM makes up, and annotations that it copies to Pods, left out. */
const comparable = (objects: readonly AnyObject[]): unknown =>
  byName(
    JSON.parse(
      JSON.stringify(objects).replaceAll(`${csv.metadata.name}-0`, 'impersonation-operator'),
      (key, value: unknown) => (key === 'annotations' ? undefined : value),
    ) as AnyObject[],
  );

test('what OLM makes of the bundle, with what comes before it, is what config/install.yaml installs', () => {
  const all = [...before(), ...installed(BUNDLE, NAMESPACE)];
  expect(comparable(all)).toEqual(comparable(documents(read('config/install.yaml'))));
});

test('the bundle asks for no right that OLM would make hold in all namespaces', () => {
  expect(csv.spec.install.spec).not.toHaveProperty('permissions');
});

test('the operator is one of all namespaces, and of no fewer', () => {
  const { installModes } = csv.spec as unknown as { installModes: { type: string; supported: boolean }[] };
  expect(installModes.filter(({ supported }) => supported).map(({ type }) => type)).toEqual(['AllNamespaces']);
});

test('its examples are valid, of both kinds', () => {
  const examples = JSON.parse(csv.metadata.annotations?.['alm-examples'] ?? '[]') as AnyObject[];
  expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(['ImpersonationGrant', 'UserBinding']));
  const checked = examples.map((example) =>
    example.kind === 'UserBinding' ? parseUserBinding(example) : parseImpersonationGrant(example),
  );
  expect(checked.filter(({ ok }) => !ok)).toEqual([]);
});

test('the version is that of the package', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(csv).toMatchObject({ metadata: { name: `impersonation-operator.v${version}` }, spec: { version } });
});

test('the namespace that it suggests is the one that policies and roles name', () => {
  expect(csv.metadata.annotations?.['operatorframework.io/suggested-namespace']).toBe(NAMESPACE);
});

test('the image is labelled with its annotations, and holds both directories', () => {
  const { annotations } = parse(read('bundle/metadata/annotations.yaml')) as { annotations: Record<string, string> };
  const dockerfile = read('bundle/Dockerfile');
  const labels = [...dockerfile.matchAll(/^LABEL (?<name>\S+)=(?<value>\S+)$/gmu)].map(({ groups }) => [
    groups?.['name'],
    groups?.['value'],
  ]);
  expect(Object.fromEntries(labels)).toEqual(annotations);
  expect(dockerfile.match(/^COPY .*$/gmu)).toEqual(['COPY manifests /manifests/', 'COPY metadata /metadata/']);
});
