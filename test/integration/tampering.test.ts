import { expect } from 'vitest';
import { type Kind, type Stored, pathOf } from './admin.ts';
import { integration } from './harness.ts';
import { ALICE } from './people.ts';
import { untilTrue } from './waiting.ts';
import { OWNER_LABEL, type World } from './world.ts';

const test = integration();

const MALLORY = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory' };
const EVERYBODY = [{ apiGroups: [''], resources: ['users', 'groups', 'serviceaccounts'], verbs: ['impersonate'] }];

/** Every kind of child, and both ways to have one: from a grant and from a binding. */
const everyChild = async (world: World): Promise<Stored[]> => {
  await world.grant('support', {
    subjects: [ALICE],
    impersonate: {
      users: ['john'],
      groups: ['developers'],
      serviceAccounts: [{ namespace: 'production', name: 'app' }],
    },
    credential: { secretName: world.name('support') },
  });
  await world.grant('robot', {
    impersonate: { users: ['jane'] },
    credential: { secretName: world.name('robot'), type: 'LongLived' },
  });
  await world.binding('jane', {
    subject: { kind: 'User', name: 'jane' },
    identity: { groups: ['operators'] },
    roles: [
      { roleRef: { kind: 'ClusterRole', name: 'view' } },
      { roleRef: { kind: 'ClusterRole', name: 'edit' }, namespaces: ['production'] },
      { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }], namespaces: ['staging'] },
    ],
    credential: { secretName: world.name('jane') },
  });
  return world.children();
};

/** What somebody else may not change; uids and versions may. */
const shape = (object: Stored | undefined): unknown =>
  object && {
    labels: Object.fromEntries(
      Object.entries(object.metadata.labels ?? {}).filter(([key]) => !key.startsWith('kubernetes.io/')),
    ),
    owners: object.metadata.ownerReferences,
    terminating: object.metadata.deletionTimestamp,
    rules: object['rules'],
    aggregationRule: object['aggregationRule'],
    roleRef: object['roleRef'],
    subjects: object['subjects'],
    automount: object['automountServiceAccountToken'],
    keys: Object.keys(object['data'] ?? {}),
  };

/** Resolves once every child is again as it was. */
const repaired = async (world: World, children: readonly Stored[]): Promise<void> => {
  for (const before of children) {
    const { kind, metadata } = before;
    let last: unknown;
    await untilTrue(
      `repair of ${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      async () => {
        last = shape(await world.admin.get(kind as Kind, metadata.name, metadata.namespace));
        return JSON.stringify(last) === JSON.stringify(shape(before));
      },
      () => ({ last, wanted: shape(before) }),
    );
  }
};

const isRole = ({ kind }: Stored): boolean => kind === 'Role' || kind === 'ClusterRole';
const isBinding = ({ kind }: Stored): boolean => kind === 'RoleBinding' || kind === 'ClusterRoleBinding';
const isAnchor = (object: Stored): boolean => object['type'] === 'impersonation.dev/anchor';
const always = (): boolean => true;

type Tampering = readonly [
  claim: string,
  applies: (child: Stored) => boolean,
  tamper: (world: World, child: Stored) => Promise<unknown>,
];

const patching =
  (patch: unknown) =>
  async (world: World, { kind, metadata: { name, namespace } }: Stored): Promise<unknown> => {
    const path = pathOf(kind as Kind, namespace, name);
    const answer = await world.admin.send('PATCH', path, { body: patch, type: 'application/merge-patch+json' });
    // the operator may have replaced it already, for what was done to another
    expect([200, 404]).toContain(answer.status);
    return answer;
  };

/** null removes; the API server wants others to stay on some Secrets. */
const OUR_ANNOTATIONS = {
  'impersonation.dev/owner-kind': null,
  'impersonation.dev/owner-name': null,
  'impersonation.dev/part': null,
};

const TAMPERINGS: readonly Tampering[] = [
  [
    'is deleted',
    always,
    async (world, { kind, metadata: { name, namespace } }) => world.admin.delete(kind as Kind, name, namespace),
  ],
  ['gets rules that mean everybody', isRole, patching({ rules: EVERYBODY })],
  ['loses its rules', isRole, patching({ rules: [] })],
  ['gets another subject', isBinding, patching({ subjects: [MALLORY] })],
  ['loses its subjects', isBinding, patching({ subjects: [] })],
  [
    'mounts its token into Pods',
    ({ kind }) => kind === 'ServiceAccount',
    patching({ automountServiceAccountToken: true }),
  ],
  [
    'gets another token',
    (child) => child.kind === 'Secret' && !isAnchor(child),
    patching({ data: { token: Buffer.from('not the token').toString('base64') } }),
  ],
  [
    'loses its token',
    (child) => child.kind === 'Secret' && !isAnchor(child) && child['type'] === 'Opaque',
    patching({ data: { token: null } }),
  ],
  [
    'gets one more key',
    (child) => child.kind === 'Secret' && !isAnchor(child),
    patching({ data: { more: Buffer.from('more').toString('base64') } }),
  ],
  ['is labelled as the child of somebody else', always, patching({ metadata: { labels: { [OWNER_LABEL]: 'other' } } })],
  ['loses its labels', always, patching({ metadata: { labels: null } })],
  ['loses our annotations', always, patching({ metadata: { annotations: OUR_ANNOTATIONS } })],
  ['is stripped of its owner', always, patching({ metadata: { ownerReferences: null } })],
  [
    'is stripped of every mark of its owner',
    always,
    patching({ metadata: { ownerReferences: null, labels: null, annotations: OUR_ANNOTATIONS } }),
  ],
  [
    'gets a second owner, which would keep it alive',
    always,
    async (world, child) => {
      const namespace = await world.admin.get('Namespace', 'default');
      const second = { apiVersion: 'v1', kind: 'Namespace', name: 'default', uid: namespace?.metadata.uid };
      return patching({ metadata: { ownerReferences: [...(child.metadata.ownerReferences ?? []), second] } })(
        world,
        child,
      );
    },
  ],
  [
    'is aggregated from other roles',
    ({ kind }) => kind === 'ClusterRole',
    patching({
      aggregationRule: {
        clusterRoleSelectors: [{ matchLabels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } }],
      },
    }),
  ],
  [
    'is aggregated into admin',
    ({ kind }) => kind === 'ClusterRole',
    patching({ metadata: { labels: { 'rbac.authorization.k8s.io/aggregate-to-admin': 'true' } } }),
  ],
];

test.for(TAMPERINGS)('a child that %s is what it was, a moment later', async ([, applies, tamper], { world }) => {
  const children = await everyChild(world);
  const touched = children.filter(applies);
  expect(touched).not.toHaveLength(0);
  for (const child of touched) await tamper(world, child);
  await repaired(world, children);
});

test('a child that changes while the operator is down is what it was once it is back', async ({ world }) => {
  const children = await everyChild(world);
  await world.operator.kill();
  for (const child of children.filter(isRole)) await patching({ rules: EVERYBODY })(world, child);
  for (const child of children.filter(isBinding)) await patching({ subjects: [MALLORY] })(world, child);
  for (const child of children.filter(isAnchor)) await patching({ metadata: { ownerReferences: null } })(world, child);
  await world.operator.start();
  await repaired(world, children);
});

test('a binding of ours that somebody exchanges for one to another role is ours again', async ({ world }) => {
  const children = await everyChild(world);
  for (const { kind, metadata, subjects } of children.filter(isBinding)) {
    const { name, namespace, labels, annotations, ownerReferences } = metadata;
    await world.admin.delete(kind as Kind, name, namespace);
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    // the operator may be faster, then its own is in the way
    await world.admin.send('POST', pathOf(kind as Kind, namespace), {
      body: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind,
        metadata: { name, labels, annotations, ownerReferences },
        roleRef,
        subjects,
      },
    });
  }
  await repaired(world, children);
});

test('what others add without touching rights stays', async ({ world }) => {
  const children = await everyChild(world);
  const mine = { labels: { 'acme.io/cost-centre': '42' }, annotations: { 'acme.io/note': 'keep' } };
  for (const child of children) await patching({ metadata: mine })(world, child);
  for (const child of children.filter(isRole)) await patching({ rules: [] })(world, child);
  await untilTrue('repair of the roles', async () => {
    const roles = (await world.children()).filter(isRole);
    return roles.every((role) => Array.isArray(role['rules']));
  });
  for (const { kind, metadata } of children) {
    const now = await world.admin.get(kind as Kind, metadata.name, metadata.namespace);
    expect(now?.metadata.labels).toMatchObject(mine.labels);
    expect(now?.metadata.annotations).toMatchObject(mine.annotations);
  }
});
