import * as fc from 'fast-check';
import type { KubeObject, OwnerReference, StoredObject } from '../../../src/cluster/port.ts';
import type { Observed } from '../../../src/reconcile/observed.ts';
import { refOf } from '../../../src/reconcile/children.ts';
import type { Child } from '../../../src/reconcile/child.ts';
import type { OwnerIdentity } from '../../../src/reconcile/ownership.ts';
import type { World } from './world.ts';

type Metadata = Partial<KubeObject['metadata']>;

const withMetadata =
  (change: (metadata: StoredObject['metadata']) => Metadata) =>
  (object: StoredObject): KubeObject => ({ ...object, metadata: { ...object.metadata, ...change(object.metadata) } });

const labelled = (key: string, value: string) =>
  withMetadata(({ labels }) => ({ labels: { ...labels, [key]: value } }));

const isRole = (object: StoredObject): boolean => object['roleRef'] === undefined;
const list = (value: unknown): object[] => (Array.isArray(value) ? (value as object[]) : []);
const withRules = (object: StoredObject, ...rules: readonly object[]): KubeObject =>
  isRole(object) ? { ...object, rules: [...list(object['rules']), ...rules] } : object;

const SECOND_OWNER: OwnerReference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'stay', uid: 'uid-of-a-configmap' };
const MALLORY = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'mallory' };

/** What somebody else, or an earlier version of us, may have made of an object of ours. */
const EDITS: Readonly<Record<string, (object: StoredObject) => KubeObject>> = {
  'any user': (object) => withRules(object, { verbs: ['impersonate'], apiGroups: [''], resources: ['users'] }),
  'every verb': (object) => withRules(object, { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
  'every action as anybody': (object) =>
    withRules(
      object,
      { verbs: ['impersonate-on:user-info:get'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['impersonate:user-info'], apiGroups: ['authentication.k8s.io'], resources: ['*'] },
    ),
  'another group': (object) =>
    withRules(object, {
      verbs: ['impersonate'],
      apiGroups: [''],
      resources: ['groups'],
      resourceNames: ['never-named'],
    }),
  'fewer rules': (object) => (isRole(object) ? { ...object, rules: list(object['rules']).slice(1) } : object),
  'rules in another order': (object) =>
    isRole(object) ? { ...object, rules: list(object['rules']).toReversed() } : object,
  'another subject': (object) =>
    isRole(object) ? object : { ...object, subjects: [...list(object['subjects']), MALLORY] },
  'fewer subjects': (object) => (isRole(object) ? object : { ...object, subjects: list(object['subjects']).slice(1) }),
  aggregation: (object) =>
    object.kind === 'ClusterRole'
      ? { ...object, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { tier: 'secret' } }] } }
      : object,
  'aggregated to admin': labelled('rbac.authorization.k8s.io/aggregate-to-admin', 'true'),
  'a label of ours': labelled('impersonation.dev/mine', 'yes'),
  'a foreign label': labelled('team', 'payments'),
  'a foreign annotation': withMetadata(({ annotations }) => ({ annotations: { ...annotations, note: 'kept' } })),
  'another manager': labelled('app.kubernetes.io/managed-by', 'somebody'),
  'no labels': withMetadata(() => ({ labels: {} })),
  'no annotations': withMetadata(() => ({ annotations: {} })),
  'a second owner': withMetadata(({ ownerReferences = [] }) => ({
    ownerReferences: [...ownerReferences, SECOND_OWNER],
  })),
  'no owner': withMetadata(() => ({ ownerReferences: [] })),
  'another owner': withMetadata(() => ({ ownerReferences: [{ ...SECOND_OWNER, controller: true }] })),
  'an owner of a kind that is not': withMetadata(({ ownerReferences = [] }) => ({
    ownerReferences: ownerReferences.map((reference) => ({ ...reference, kind: 'Nothing', name: 'nobody' })),
  })),
  'no mark at all': withMetadata(() => ({ ownerReferences: [], labels: {}, annotations: {} })),
  'a finalizer': withMetadata(() => ({ finalizers: ['acme.io/keep'] })),
};

export interface Tampering {
  readonly index: number;
  /** A name of EDITS, or what is done to the object as a whole. */
  readonly deed: string;
}

export const tampering: fc.Arbitrary<Tampering[]> = fc.array(
  fc.record({ index: fc.nat(7), deed: fc.constantFrom('delete', 'keep terminating', ...Object.keys(EDITS)) }),
  { maxLength: 4 },
);

/** Does to the objects of ours what is listed; `owned` is asked anew each time, for what was done before may have changed it. */
export const tamper = (world: World, owned: () => readonly Observed[], deeds: readonly Tampering[]): void => {
  for (const { index, deed } of deeds) {
    const all = owned().toSorted((one, other) => (one.uid < other.uid ? -1 : 1));
    const target = all[index % Math.max(all.length, 1)];
    if (target === undefined) return;
    const ref = refOf(target);
    const edit = EDITS[deed];
    if (deed === 'delete') world.store.delete(ref);
    else if (deed === 'keep terminating') {
      const finalizers = target.terminating ? (target.meta.finalizers ?? []) : ['acme.io/keep'];
      world.store.edit(
        ref,
        withMetadata(() => ({ finalizers })),
      );
      world.store.delete(ref);
    } else if (edit !== undefined && !(target.terminating && deed === 'a finalizer')) world.store.edit(ref, edit);
  }
};

/** Objects that an earlier custom resource of this name left behind. */
export const leaveBehind = (world: World, children: readonly Child[], owner: OwnerIdentity): void =>
  world.put(children, { ...owner, uid: 'uid-of-before' });
