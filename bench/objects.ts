/** The grants of the benchmark, and the writes that each of them needs. */
import type { KubeObject, ResourceType, StoredIdentity, StoredObject } from '../src/cluster/port.ts';

export const RBAC = 'rbac.authorization.k8s.io';
const API_VERSION = 'impersonation.dev/v1alpha1';
const MANAGER = 'impersonation-operator';

const type = (group: string, kind: string, plural: string, namespaced = false): ResourceType => ({
  group,
  version: group === 'impersonation.dev' ? 'v1alpha1' : 'v1',
  kind,
  plural,
  namespaced,
});

export const GRANT = type('impersonation.dev', 'ImpersonationGrant', 'impersonationgrants');
export const CLUSTER_ROLE = type(RBAC, 'ClusterRole', 'clusterroles');
export const CLUSTER_ROLE_BINDING = type(RBAC, 'ClusterRoleBinding', 'clusterrolebindings');
export const ROLE_BINDING = type(RBAC, 'RoleBinding', 'rolebindings', true);
export const EVENT = type('events.k8s.io', 'Event', 'events', true);
export const EVENT_NAMESPACE = 'default';

/** One user may become one other, with a group. */
export const grant = (index: number): KubeObject => ({
  apiVersion: API_VERSION,
  kind: GRANT.kind,
  metadata: { name: `bench-${index}` },
  spec: {
    subjects: [{ kind: 'User', name: `support-${index}@example.com` }],
    impersonate: { users: [`user-${index}@example.com`], groups: ['developers'] },
  },
});

export const childName = ({ metadata }: { readonly metadata: { readonly name: string } }): string =>
  `impersonation:grant:${metadata.name}`;

interface Spec {
  readonly subjects: readonly [{ readonly name: string }];
  readonly impersonate: { readonly users: readonly string[]; readonly groups: readonly string[] };
}

const rule = (resource: string, resourceNames: readonly string[]): object => ({
  apiGroups: [''],
  resources: [resource],
  resourceNames,
  verbs: ['impersonate'],
});

/** Nobody binds a role to the users of the benchmark. */
const honoured = (user: string): string =>
  'the API server honours it, and nothing that is known gives its subjects more; ' +
  `no role is bound to User ${user}, so as such they may do no more than everybody`;

const told = (granted: string, target = ''): (readonly [string, string, string])[] => [
  ['Ready', 'Granted', granted],
  ['Active', 'Granted', granted],
  ['Effective', 'Honoured', honoured(target)],
];

/** What the operator writes for one such grant, in its order. */
export const needed = (owner: StoredObject, now: Date): Needed => {
  const { name, uid, resourceVersion, generation } = owner.metadata;
  const { subjects, impersonate } = owner['spec'] as Spec;
  const [subject] = subjects;
  const role = childName(owner);
  const granted = `User ${subject.name} may impersonate User ${impersonate.users[0]}, Group ${impersonate.groups[0]}`;
  const metadata = {
    name: role,
    labels: { 'app.kubernetes.io/managed-by': MANAGER, 'impersonation.dev/owner-uid': uid },
    annotations: {
      'impersonation.dev/owner-kind': GRANT.kind,
      'impersonation.dev/owner-name': name,
      'impersonation.dev/part': '',
    },
    ownerReferences: [
      { apiVersion: API_VERSION, kind: GRANT.kind, name, uid, controller: true, blockOwnerDeletion: false },
    ],
  };
  const instant = now.toISOString();
  const condition = ([kind, reason, message]: readonly [string, string, string]): object => ({
    type: kind,
    status: 'True',
    reason,
    message,
    observedGeneration: generation,
    lastTransitionTime: `${instant.slice(0, 19)}Z`,
  });
  return {
    role: {
      apiVersion: `${RBAC}/v1`,
      kind: CLUSTER_ROLE.kind,
      metadata,
      rules: [rule('groups', impersonate.groups), rule('users', impersonate.users)],
    },
    binding: {
      apiVersion: `${RBAC}/v1`,
      kind: CLUSTER_ROLE_BINDING.kind,
      metadata,
      roleRef: { apiGroup: RBAC, kind: CLUSTER_ROLE.kind, name: role },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: subject.name }],
    },
    status: {
      apiVersion: API_VERSION,
      kind: GRANT.kind,
      metadata: { name, uid, resourceVersion },
      status: {
        observedGeneration: generation,
        conditions: told(granted, impersonate.users[0]).map(condition),
        mode: 'Legacy',
        subjects: `User ${subject.name}`,
        targets: `User ${impersonate.users[0]}, Group ${impersonate.groups[0]}`,
        objects: [CLUSTER_ROLE, CLUSTER_ROLE_BINDING].map(({ kind }) => ({ kind, name: role })),
      },
    },
    event: {
      apiVersion: 'events.k8s.io/v1',
      kind: EVENT.kind,
      metadata: { name: `${name}.${uid.slice(0, 8)}${now.getTime().toString(16)}`, namespace: EVENT_NAMESPACE },
      eventTime: `${instant.slice(0, -1)}000Z`,
      reportingController: MANAGER,
      reportingInstance: 'bench',
      action: 'Reconciled',
      type: 'Normal',
      reason: 'Granted',
      note: granted,
      regarding: { apiVersion: API_VERSION, kind: GRANT.kind, name, uid, resourceVersion },
    },
  };
};

export interface Needed {
  readonly role: KubeObject;
  readonly binding: KubeObject;
  readonly status: StoredIdentity;
  readonly event: KubeObject;
}

const VARYING = new Set(
  [
    'managedFields creationTimestamp resourceVersion uid generation lastTransitionTime eventTime reportingInstance',
    'deprecatedCount deprecatedFirstTimestamp deprecatedLastTimestamp deprecatedSource',
  ].flatMap((names) => names.split(' ')),
);

/** Without what differs from one writing to the next. */
export const comparable = (object: unknown): unknown =>
  JSON.parse(JSON.stringify(object, (key, value: unknown) => (VARYING.has(key) ? undefined : value)));
