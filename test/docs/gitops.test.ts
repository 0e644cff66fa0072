/** The manifests of the pages about Argo CD and Flux are what these take. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application';
import { AppProject } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/AppProject';
import { HelmRelease } from '@kubernetes-models/flux-cd/helm.toolkit.fluxcd.io/v2/HelmRelease';
import { Kustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import { GitRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/GitRepository';
import { describe, expect, test } from 'vitest';
import { CHART, documents, helm } from '../charts/helm.ts';
import type { AnyObject } from '../integration/admin.ts';
import { fences, pages, root } from './pages.ts';

const MODELS: Readonly<Record<string, new (object: never) => { validate(): void }>> = {
  Application,
  AppProject,
  HelmRelease,
  Kustomization,
  GitRepository,
};

const manifests = (page: string): AnyObject[] =>
  fences(pages.find(({ path }) => path === page)?.text ?? '')
    .filter(({ language }) => language === 'yaml')
    .flatMap(({ text }) => documents(text));

const shown = [...manifests('docs/install/argo-cd.md'), ...manifests('docs/install/flux.md')];
const modelled = shown.filter(({ kind }) => kind in MODELS);

test('the pages show each of them', () => {
  expect(new Set(modelled.map(({ kind }) => kind))).toEqual(new Set(Object.keys(MODELS)));
});

describe.for(modelled.map((object) => [object.kind, object.metadata.name, object] as const))(
  'the %s %s',
  ([kind, , object]) => {
    const judged = (one: AnyObject) => () => {
      const Model = MODELS[kind];
      if (Model === undefined) throw new Error(`no model of ${kind}`);
      new Model(one as never).validate();
    };

    test('is one', () => {
      expect(judged(object)).not.toThrow();
    });

    test('would be found if it were none', () => {
      expect(judged({ ...object, spec: 'none' })).toThrow('must be object');
    });
  },
);

interface Spec {
  readonly chart?: unknown;
  readonly values?: object;
  readonly source?: { readonly path: string; readonly helm?: { readonly valuesObject: object } };
}

test('the values on the pages are values of the chart', async () => {
  const values = shown.flatMap(({ spec }) => {
    const { values: ofFlux, source } = (spec ?? {}) as Spec;
    const found = ofFlux ?? source?.helm?.valuesObject;
    return found === undefined ? [] : [found];
  });
  expect(values).toHaveLength(2);
  values.push(...manifests('docs/install/helm.md'));
  for (const one of values) expect((await helm(['lint', '--strict', CHART], { values: one })).code).toBe(0);
});

test.for(['application.yaml', 'argocd-cm.yaml'])('the page about Argo CD shows config/argocd/%s as it is', (name) => {
  const page = pages.find(({ path }) => path === 'docs/install/argo-cd.md')?.text ?? '';
  const text = fences(page).find(({ file }) => file === name)?.text;
  expect(text).toBe(readFileSync(join(root, 'config', 'argocd', name), 'utf8'));
});
