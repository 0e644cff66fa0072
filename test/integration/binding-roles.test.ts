/** What the subject of a binding may do, asked by real requests. */
import { expect } from 'vitest';
import type { BindingInput, RoleInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration();

const PODS = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };
const CONFIG_MAPS = { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] };
const VERSION_URL = '/metrics';

const view = (...namespaces: string[]): RoleInput => ({
  roleRef: { kind: 'ClusterRole', name: 'view' },
  ...(namespaces.length === 0 ? {} : { namespaces }),
});

const john = (...roles: RoleInput[]): BindingInput => ({ subject: { kind: 'User', name: 'john' }, roles });

type Resource = 'pods' | 'configmaps' | 'secrets';
type Access = Readonly<Record<string, readonly Resource[]>>;

const RESOURCES: readonly Resource[] = ['pods', 'configmaps', 'secrets'];
const PLACES = ['default', 'kube-system', 'production', 'staging'];

/** Which resources a user may list, namespace by namespace. */
const accessOf = async (world: World, user: string): Promise<Access> => {
  const access: Record<string, Resource[]> = {};
  for (const namespace of PLACES)
    for (const resource of RESOURCES) {
      const status = await world.statusAs(user, `/api/v1/namespaces/${namespace}/${resource}`);
      if (status === 200) (access[namespace] ??= []).push(resource);
      else expect(status).toBe(403);
    }
  return access;
};

const untilAccess = async (world: World, user: string, wanted: Access): Promise<void> => {
  let last: Access = {};
  await untilTrue(
    `access of ${user} as ${JSON.stringify(wanted)}`,
    async () => {
      last = await accessOf(world, user);
      return JSON.stringify(last) === JSON.stringify(wanted);
    },
    () => last,
  );
};

test('a cluster role counts everywhere', async ({ world }) => {
  await world.binding('john', john(view()));
  await untilAccess(
    world,
    'john',
    Object.fromEntries(PLACES.map((namespace) => [namespace, ['pods', 'configmaps'] as const])),
  );
  expect(await world.statusAs('jane', '/api/v1/namespaces/default/pods')).toBe(403);
});

test('a cluster role counts in the namespaces that are named', async ({ world }) => {
  await world.binding('john', john(view('default', 'production')));
  await untilAccess(world, 'john', { default: ['pods', 'configmaps'], production: ['pods', 'configmaps'] });
});

test('namespaces are added and removed', async ({ world }) => {
  const binding = await world.binding('john', john(view('default')));
  await binding.edit({ roles: [view('default', 'staging')] });
  await untilAccess(world, 'john', { default: ['pods', 'configmaps'], staging: ['pods', 'configmaps'] });
  await binding.edit({ roles: [view('staging')] });
  await untilAccess(world, 'john', { staging: ['pods', 'configmaps'] });
});

test('a binding for everywhere is narrowed to a namespace', async ({ world }) => {
  const binding = await world.binding('john', john(view()));
  await binding.edit({ roles: [view('default')] });
  await untilAccess(world, 'john', { default: ['pods', 'configmaps'] });
});

test('a role of a namespace counts there', async ({ world }) => {
  const name = world.name('reader');
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  for (const namespace of ['production', 'staging'])
    await world.create({ apiVersion, kind: 'Role', metadata: { namespace, name }, rules: [PODS] });
  await world.binding('john', john({ roleRef: { kind: 'Role', name }, namespaces: ['production'] }));
  await untilAccess(world, 'john', { production: ['pods'] });
});

test('a role is replaced by another: roleRef cannot be changed in place', async ({ world }) => {
  const name = world.name('reader');
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await world.create({ apiVersion, kind: 'ClusterRole', metadata: { name }, rules: [CONFIG_MAPS] });
  await world.create({ apiVersion, kind: 'Role', metadata: { name, namespace: 'production' }, rules: [PODS] });
  const binding = await world.binding('john', john(view('production')));
  await binding.edit({ roles: [{ roleRef: { kind: 'ClusterRole', name }, namespaces: ['production'] }] });
  await untilAccess(world, 'john', { production: ['configmaps'] });
  await binding.edit({ roles: [{ roleRef: { kind: 'Role', name }, namespaces: ['production'] }] });
  await untilAccess(world, 'john', { production: ['pods'] });
});

test('inline rules are a role of their own, everywhere or in the namespaces that are named', async ({ world }) => {
  await world.binding('john', john({ rules: [PODS] }, { rules: [CONFIG_MAPS], namespaces: ['production'] }));
  await untilAccess(world, 'john', {
    default: ['pods'],
    'kube-system': ['pods'],
    production: ['pods', 'configmaps'],
    staging: ['pods'],
  });
});

test('inline rules are edited, narrowed to names, and taken away', async ({ world }) => {
  const binding = await world.binding('john', john({ rules: [PODS], namespaces: ['production'] }));
  await binding.edit({ roles: [{ rules: [CONFIG_MAPS], namespaces: ['production', 'staging'] }] });
  await untilAccess(world, 'john', { production: ['configmaps'], staging: ['configmaps'] });
  await binding.edit({
    roles: [{ rules: [{ ...CONFIG_MAPS, resourceNames: ['kube-root-ca.crt'] }], namespaces: ['production'] }],
  });
  await untilAccess(world, 'john', {});
  const named = '/api/v1/namespaces/production/configmaps/kube-root-ca.crt';
  expect(await world.statusAs('john', named)).toBe(200);
  expect(await world.statusAs('john', named.replace('production', 'staging'))).toBe(403);
  await binding.edit({ roles: [view('staging')] });
  await untilAccess(world, 'john', { staging: ['pods', 'configmaps'] });
  expect(await world.statusAs('john', named)).toBe(403);
});

test('a path that is no resource is granted by an inline rule', async ({ world }) => {
  expect(await world.statusAs('john', VERSION_URL)).toBe(403);
  await world.binding('john', john({ rules: [{ nonResourceURLs: [VERSION_URL], verbs: ['get'] }] }));
  await untilTrue('access to the path', async () => (await world.statusAs('john', VERSION_URL)) === 200);
});

test('a group has its roles through its members', async ({ world }) => {
  await world.binding('developers', { subject: { kind: 'Group', name: 'developers' }, roles: [view('production')] });
  const pods = '/api/v1/namespaces/production/pods';
  await untilTrue(
    'access of the group',
    async () => (await world.statusAs('john', pods, { groups: ['developers'] })) === 200,
  );
  expect(await world.statusAs('john', pods)).toBe(403);
});

test('a service account has its roles, one of the same name elsewhere has not', async ({ world }) => {
  await world.binding('app', {
    subject: { kind: 'ServiceAccount', namespace: 'staging', name: 'app' },
    roles: [view('production')],
  });
  await untilAccess(world, 'system:serviceaccount:staging:app', { production: ['pods', 'configmaps'] });
  await untilAccess(world, 'system:serviceaccount:production:app', {});
});

test('a suspended binding has no roles, and has them again', async ({ world }) => {
  const binding = await world.binding('john', john(view('default'), { rules: [PODS] }));
  await binding.edit({ suspend: true }, 'Suspended');
  await untilAccess(world, 'john', {});
  await binding.edit({ suspend: false });
  await untilAccess(world, 'john', {
    default: ['pods', 'configmaps'],
    'kube-system': ['pods'],
    production: ['pods'],
    staging: ['pods'],
  });
});

test('a deleted binding has no roles', async ({ world }) => {
  const binding = await world.binding('john', john(view(), { rules: [PODS], namespaces: ['default'] }));
  await binding.delete();
  await untilAccess(world, 'john', {});
});

test('a namespace that is missing is named, the rest is granted; it counts once it is there', async ({ world }) => {
  const late = world.knowNamespace('late');
  const binding = await world.binding(
    'john',
    john(view('default', late), { rules: [PODS], namespaces: [late] }),
    'NamespaceNotFound',
  );
  await untilAccess(world, 'john', { default: ['pods', 'configmaps'] });
  await world.namespace('late');
  await binding.until('Granted');
  expect(await world.statusAs('john', `/api/v1/namespaces/${late}/pods`)).toBe(200);
});

test('two bindings of one user add up, and each takes its own away', async ({ world }) => {
  const one = await world.binding('one', john(view('default')));
  await world.binding('other', john(view('default', 'staging')));
  await one.delete();
  await one.untilGone();
  await untilAccess(world, 'john', { default: ['pods', 'configmaps'], staging: ['pods', 'configmaps'] });
});
