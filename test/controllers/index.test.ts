import { expect, test } from 'vitest';
import type { Cached, Informer, InformerOptions, StoredObject } from '../../src/cluster/port.ts';
import { controllers } from '../../src/controllers/index.ts';
import { ModelInformer } from '../reconcile/model/informer.ts';
import { Store } from '../reconcile/model/store.ts';
import { INSTALLATION, gate, noReview } from './given.ts';

const made = () => {
  const store = new Store();
  const asked: InformerOptions<Cached>[] = [];
  const factory = <T extends Cached>(options: InformerOptions<T>): Informer<T> => {
    asked.push(options);
    return new ModelInformer(store, options);
  };
  return { ...controllers(INSTALLATION, gate(true), noReview, factory), asked };
};

const stored = (metadata: Partial<StoredObject['metadata']>, fields: object = {}): StoredObject => ({
  apiVersion: 'v1',
  kind: 'K',
  metadata: { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-11-24T08:00:00Z', ...metadata },
  ...fields,
});

test('every kind is followed where it can be, Secrets and accounts in the credential namespaces alone', () => {
  const { asked } = made();
  expect(asked.map(({ type, namespace = 'everywhere' }) => `${type.plural} ${namespace}`).toSorted()).toEqual([
    'clusterrolebindings everywhere',
    'clusterroles everywhere',
    'impersonationgrants everywhere',
    'namespaces everywhere',
    'rolebindings everywhere',
    'roles everywhere',
    'secrets credentials',
    'secrets more-credentials',
    'serviceaccounts credentials',
    'serviceaccounts more-credentials',
    'userbindings everywhere',
  ]);
});

test('of Secrets nothing but metadata is asked for', () => {
  const secrets = made().asked.filter(({ type }) => type.plural === 'secrets');
  expect(secrets.map(({ metadataOnly }) => metadataOnly)).toEqual([true, true]);
});

test('both kinds have their controller, with the names that their objects carry', () => {
  expect(made().watched.map(({ controller: { kind, apiVersion, slug } }) => [kind, apiVersion, slug])).toEqual([
    ['UserBinding', 'impersonation.dev/v1alpha1', 'binding'],
    ['ImpersonationGrant', 'impersonation.dev/v1alpha1', 'grant'],
  ]);
});

test('a namespace that is on its way out counts as absent', () => {
  const project = made().asked.find(({ type }) => type.plural === 'namespaces')?.project;
  expect(project?.(stored({}))).toMatchObject({ name: 'x' });
  expect(project?.(stored({ deletionTimestamp: '2026-11-24T08:00:00Z' }))).toBeUndefined();
});

test('a custom resource is read once, whatever it holds', () => {
  const project = made().asked.find(({ type }) => type.plural === 'impersonationgrants')?.project;
  const good = stored(
    { generation: 3 },
    { spec: { subjects: [{ kind: 'User', name: 'alice' }], impersonate: { users: ['jane'] } } },
  );
  expect(project?.(good)).toMatchObject({
    namespace: '',
    generation: 3,
    createdAt: Date.parse('2026-11-24T08:00:00Z'),
    terminating: false,
    spec: { ok: true, value: { mode: 'Auto', suspend: false, impersonate: { users: ['jane'] } } },
    status: { observedGeneration: -1 },
  });
  for (const spec of [undefined, null, 7, 'x', [], { impersonate: 7 }])
    expect(
      project?.(stored({ deletionTimestamp: '2026-11-24T08:00:00Z' }, { spec, status: 'nonsense' })),
    ).toMatchObject({
      terminating: true,
      spec: { ok: false },
      status: { observedGeneration: -1 },
    });
});
