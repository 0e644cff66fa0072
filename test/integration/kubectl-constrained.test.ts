/** kubectl as its users run it, under a constrained grant, and what becomes of it without each of the permissions that the operator adds. */
import type { PolicyRule } from '../../src/rbac/index.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { KubectlResult } from '../../dev/control-plane/kubectl.ts';
import { identity } from '../oracle/identity.ts';
import { integration } from './harness.ts';
import { until, untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration();

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-kubectl-'));
});
afterAll(async () => rm(directory, { recursive: true, force: true }));

const RBAC = 'rbac.authorization.k8s.io';

/** What works, and what it prints then. */
const COMMANDS: readonly (readonly [command: string, printed: RegExp])[] = [
  ['get pods -n production', /No resources found in production namespace/],
  ['auth whoami', /Username +jane/],
  ['auth can-i list pods -n production', /^yes$/m],
  ['auth can-i --list', /selfsubjectreviews\.authentication\.k8s\.io/],
  ['api-resources', /^deployments +deploy +apps\/v1 +true +Deployment$/m],
  ['explain pods', /^KIND: +Pod$/m],
  ['version', /^Server Version: v/m],
  ['get --raw /api/v1', /"APIResourceList"/],
  ['get --raw /apis/apps/v1', /"APIResourceList"/],
  ['get --raw /openapi/v3', /"paths"/],
];

/** A permission that the operator adds, a command that fails without it, and what it says then. */
const NEEDED: readonly (readonly [permission: string, command: string, says: RegExp])[] = [
  ['/api', 'get pods -n production', /Forbidden\): unknown/],
  ['/apis', 'get pods -n production', /Forbidden\): unknown/],
  ['/api', 'api-resources', /Forbidden\): unknown/],
  ['/apis', 'api-resources', /Forbidden\): unknown/],
  ['/api/*', 'get --raw /api/v1', /cannot impersonate-on:user-info:get path "\/api\/v1"/],
  ['/apis/*', 'get --raw /apis/apps/v1', /cannot impersonate-on:user-info:get path "\/apis\/apps\/v1"/],
  ['/openapi', 'get --raw /openapi', /cannot impersonate-on:user-info:get path "\/openapi"/],
  ['/openapi/*', 'explain pods', /Forbidden\): unknown/],
  ['/version', 'version', /Forbidden\): unknown/],
  ['/version/', 'get --raw /version/', /cannot impersonate-on:user-info:get path "\/version\/"/],
  ['selfsubjectreviews', 'auth whoami', /do not have permission to call it/],
  ['selfsubjectaccessreviews', 'auth can-i list pods -n production', /cannot impersonate-on:user-info:create/],
  ['selfsubjectrulesreviews', 'auth can-i --list', /cannot impersonate-on:user-info:create/],
];

/** As jane, by whoever has the token; nothing that another run has learned of the server is used. */
const run = async (world: World, token: string, command: string): Promise<KubectlResult> => {
  const cache = await mkdtemp(join(directory, 'cache-'));
  return world.kubectl(['--cache-dir', cache, '--token', token, '--as', 'jane', ...command.split(' ')]);
};

const NAMESPACE = 'staging';

const caller = async (world: World, name: string): Promise<string> => {
  await world.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: NAMESPACE, name } });
  return world.admin.token(NAMESPACE, name);
};

/** Jane may list pods herself. */
const janeMayLook = async (world: World): Promise<void> => {
  const metadata = { name: world.name('jane') };
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' };
  const subjects = [{ apiGroup: RBAC, kind: 'User', name: 'jane' }];
  await world.create({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata, roleRef, subjects });
};

/** A grant of pods in one namespace, with the token of its subject. */
const granted = async (world: World): Promise<{ readonly name: string; readonly token: string }> => {
  const subject = { kind: 'ServiceAccount' as const, namespace: NAMESPACE, name: world.name('caller') };
  const token = await caller(world, subject.name);
  await janeMayLook(world);
  const { name } = await world.grant('pods', {
    subjects: [subject],
    impersonate: { users: ['jane'] },
    mode: 'Auto',
    actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'], namespaces: ['production'] }],
  });
  return { name, token };
};

test('kubectl works as somebody else, with discovery and the questions about oneself', async ({ world }) => {
  const { token } = await granted(world);
  for (const [command, printed] of COMMANDS) {
    let last: KubectlResult | undefined;
    const { code } = await until(
      `kubectl ${command}`,
      async () => {
        last = await run(world, token, command);
        return printed.test(last.stdout + last.stderr) ? last : undefined;
      },
      () => last,
    );
    expect({ command, code }).toEqual({ command, code: 0 });
  }
});

test('what is not an action is refused, though jane may do it', async ({ world }) => {
  const { token } = await granted(world);
  await untilTrue('right to list pods', async () => (await run(world, token, 'get pods -n production')).code === 0);
  for (const command of ['get pods -n staging', 'get pods -A', 'get configmaps -n production', 'get --raw /healthz']) {
    const { code, stderr } = await run(world, token, command);
    expect({ command, code }).toEqual({ command, code: 1 });
    expect(stderr).toContain('cannot impersonate-on:user-info:');
  }
});

/** The rules without one path or resource. */
const without = (rules: readonly PolicyRule[], permission: string): PolicyRule[] =>
  rules.flatMap((rule) => {
    const resources = rule.resources?.filter((name) => name !== permission);
    const nonResourceURLs = rule.nonResourceURLs?.filter((path) => path !== permission);
    if (resources?.length === 0 || nonResourceURLs?.length === 0) return [];
    return [{ ...rule, ...(resources && { resources }), ...(nonResourceURLs && { nonResourceURLs }) }];
  });

const rulesOf = async (
  world: World,
  kind: 'ClusterRole' | 'Role',
  name: string,
  namespace?: string,
): Promise<PolicyRule[]> => ((await world.admin.get(kind, name, namespace))?.['rules'] ?? []) as PolicyRule[];

test('each permission that the operator adds is one that kubectl needs', async ({ world }) => {
  const { name } = await granted(world);
  const role = `impersonation:grant:${name}`;
  const identities = await rulesOf(world, 'ClusterRole', role);
  const clientActions = await rulesOf(world, 'ClusterRole', `${role}:actions`);
  const actions = await rulesOf(world, 'Role', `${role}:actions`, 'production');
  const permissions = clientActions.flatMap(({ resources = [], nonResourceURLs = [] }) => [
    ...resources,
    ...nonResourceURLs,
  ]);
  expect(permissions.toSorted()).toEqual([...new Set(NEEDED.map(([permission]) => permission))].toSorted());

  for (const [index, [permission, command, says]] of NEEDED.entries()) {
    const metadata = { name: world.name(`without-${index}`) };
    const token = await caller(world, metadata.name);
    const rules = [...identities, ...actions, ...without(clientActions, permission)];
    const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: metadata.name };
    const subjects = [{ kind: 'ServiceAccount', namespace: NAMESPACE, name: metadata.name }];
    await world.create({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata, rules });
    await world.create({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata, roleRef, subjects });
    const pods = '/api/v1/namespaces/production/pods';
    await untilTrue('rest of the rules', async () => {
      return (await world.admin.send('GET', pods, { token, as: identity('jane') })).status === 200;
    });
    const { code, stderr } = await run(world, token, command);
    expect({ permission, command, code }).toEqual({ permission, command, code: 1 });
    expect(stderr).toMatch(says);
  }
});
