import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseImpersonationGrant, parseUserBinding } from '../../src/crds/index.ts';
import type { AnyObject } from '../integration/admin.ts';
import { CHART, rendered } from './helm.ts';

const { annotations } = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8')) as {
  annotations: Readonly<Record<string, string>>;
};
const listed = (name: string): AnyObject[] => parse(annotations[`artifacthub.io/${name}`] ?? '') as AnyObject[];

interface DefinitionSpec {
  readonly names: { readonly kind: string };
  readonly versions: readonly { readonly name: string }[];
}

test('every annotation is text, as Helm asks for', () => {
  expect(Object.values(annotations).filter((value) => typeof value !== 'string')).toEqual([]);
});

test('Artifact Hub is told of the CRDs that the chart has', async () => {
  const definitions = (await rendered()).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const theirs = definitions.map(({ metadata, spec }) => {
    const { names, versions } = spec as DefinitionSpec;
    return { name: metadata.name, kind: names.kind, version: versions[0]?.name };
  });
  const told = listed('crds').map(({ name, kind, version }) => ({ name, kind, version }));
  expect(told).toEqual(theirs.toSorted((one, other) => one.name.localeCompare(other.name)));
});

test('its examples are valid, one of each kind', () => {
  const examples = listed('crdsExamples');
  expect(examples.map(({ kind }) => kind)).toEqual(['ImpersonationGrant', 'UserBinding']);
  const [grant, binding] = examples;
  expect([parseImpersonationGrant(grant), parseUserBinding(binding)]).toMatchObject([{ ok: true }, { ok: true }]);
});
