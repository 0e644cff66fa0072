/** Roles and bindings of others, as a large cluster has them. */
import type { KubeObject, ResourceType } from '../src/cluster/port.ts';
import { CLUSTER_ROLE, CLUSTER_ROLE_BINDING, RBAC, ROLE_BINDING } from './objects.ts';

const NAMESPACE = 'default';
const MARK = { labels: { 'bench/foreign': 'true' } };
/** So many bindings share a role of their own. */
const PER_ROLE = 10;

const roleName = (index: number): string => `team-${Math.floor(index / PER_ROLE)}`;

/** Every second one is of a kind that everybody has: the role `edit` lets its holders be every account of their namespace. */
const reference = (index: number): string => (index % 2 === 0 ? 'edit' : roleName(index));

const role = (index: number): KubeObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: CLUSTER_ROLE.kind,
  metadata: { name: roleName(index), ...MARK },
  rules: [
    { verbs: ['get', 'list', 'watch'], apiGroups: ['', 'apps', 'batch'], resources: ['pods', 'deployments', 'jobs'] },
    { verbs: ['*'], apiGroups: [`team-${index}.example.com`], resources: ['*'] },
    ...(index % 100 === 0
      ? [
          {
            verbs: ['impersonate'],
            apiGroups: [''],
            resources: ['users'],
            resourceNames: [`robot-${index}@example.com`],
          },
        ]
      : []),
  ],
});

const binding = (index: number): KubeObject => {
  const isNamespaced = index % 3 !== 0;
  return {
    apiVersion: `${RBAC}/v1`,
    kind: (isNamespaced ? ROLE_BINDING : CLUSTER_ROLE_BINDING).kind,
    metadata: { name: `team-binding-${index}`, ...(isNamespaced ? { namespace: NAMESPACE } : {}), ...MARK },
    roleRef: { apiGroup: RBAC, kind: CLUSTER_ROLE.kind, name: reference(index) },
    subjects: [
      { apiGroup: RBAC, kind: 'User', name: `person-${index}@example.com` },
      { apiGroup: RBAC, kind: 'Group', name: `oidc:team-${index % 500}` },
      { kind: 'ServiceAccount', name: `bot-${index}`, namespace: NAMESPACE },
    ],
  };
};

/** So many bindings, and the roles that they refer to. */
export function* foreignObjects(count: number): Generator<readonly [ResourceType, KubeObject]> {
  for (let index = 0; index < count; index += PER_ROLE) yield [CLUSTER_ROLE, role(index)];
  for (let index = 0; index < count; index += 1) {
    const object = binding(index);
    yield [object.kind === ROLE_BINDING.kind ? ROLE_BINDING : CLUSTER_ROLE_BINDING, object];
  }
}
