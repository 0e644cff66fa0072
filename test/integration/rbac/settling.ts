/** Waits until what was written is what counts: the controller manager has aggregated, the authorizers have seen. */
import { type PolicyRule, sortedRules } from '../../../src/rbac/index.ts';
import { untilTrue } from '../waiting.ts';
import type { Client } from './client.ts';
import type { NewObject } from './new-object.ts';
import type { Lab } from './lab.ts';
import { LABEL, create, list } from './store.ts';

/** The rules that the controller manager has to write into an aggregated role. */
const expectedRules = (objects: readonly NewObject[], { aggregationRule }: NewObject): readonly PolicyRule[] => {
  const labels = aggregationRule?.clusterRoleSelectors.map(({ matchLabels }) => matchLabels['part']) ?? [];
  return objects
    .filter(
      ({ kind, metadata }) =>
        kind === 'ClusterRole' && metadata.labels !== undefined && labels.includes(metadata.labels['part']),
    )
    .flatMap(({ rules = [] }) => rules);
};

/** Equal whatever the order, and whether an empty list is written or not. */
const rulesText = (rules: readonly PolicyRule[]): string =>
  JSON.stringify(
    sortedRules(
      rules.map(
        (rule) =>
          Object.fromEntries(
            Object.entries(rule).filter(([, values]) => (values as string[]).length > 0),
          ) as unknown as PolicyRule,
      ),
    ),
  );

/** Resolves when every aggregated role among these has its rules. */
export const aggregated = async (admin: Client, objects: readonly NewObject[]): Promise<void> => {
  const expected = new Map(
    objects
      .filter(({ aggregationRule }) => aggregationRule !== undefined)
      .map((object) => [object.metadata.name, rulesText(expectedRules(objects, object))] as const)
      // where there is nothing to write the controller leaves what is there
      .filter(([, rules]) => rules !== '[]'),
  );
  if (expected.size === 0) return;
  let missing: string[] = [];
  await untilTrue(
    'rules in every aggregated role',
    async () => {
      const roles = await list(admin, 'ClusterRole', `?labelSelector=${LABEL}`);
      const stored = new Map(roles.map(({ metadata, rules }) => [metadata.name, rulesText(rules ?? [])]));
      missing = Array.from(expected.keys()).filter((name) => stored.get(name) !== expected.get(name));
      return missing.length === 0;
    },
    () => missing,
  );
};

let markers = 0;

/** One object of each kind, written after all others: whoever has seen them has seen everything. */
const marker = (name: string, namespace: string): NewObject[] => {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'User', name, apiGroup }];
  const rule = { verbs: ['see'], apiGroups: ['lab'], resources: ['markers'] };
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: [{ ...rule, verbs: ['see-cluster'] }] },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects,
    },
    { apiVersion, kind: 'Role', metadata: { name, namespace }, rules: [{ ...rule, verbs: ['see-namespace'] }] },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup, kind: 'Role', name },
      subjects,
    },
  ];
};

const sees = async (admin: Client, user: string, verb: string, namespace: string): Promise<boolean> => {
  const spec = { user, resourceAttributes: { verb, group: 'lab', resource: 'markers', namespace } };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  return ((await admin.do({ method: 'POST', path, body })) as { status: { allowed: boolean } }).status.allowed;
};

/** Resolves when the authorizers of both servers know all that was written. */
export const seen = async (lab: Lab, namespace: string): Promise<void> => {
  markers += 1;
  const name = `marker-${markers}`;
  for (const object of marker(name, namespace)) await create(lab.on.admin, object);
  for (const { name: server, admin } of [lab.on, lab.off])
    await untilTrue(
      `authorizer ${server} that has seen everything`,
      async () => (await sees(admin, name, 'see-cluster', '')) && sees(admin, name, 'see-namespace', namespace),
    );
};
