import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredObject } from '../../src/cluster/port.ts';
import {
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  CLUSTER_WIDE,
  CREDENTIAL_KINDS,
  ROLE,
  ROLE_BINDING,
  SECRET,
  SERVICE_ACCOUNT,
  bindingContent,
  rbacSubjects,
  roleContent,
  roleRef,
} from '../../src/controllers/kinds.ts';
import { specs } from '../reconcile/model/specs.ts';
import { World, bindingOwner, grantOwner } from '../reconcile/model/world.ts';

const object = (fields: Readonly<Record<string, unknown>>): StoredObject => ({
  apiVersion: 'v1',
  kind: 'K',
  metadata: { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-11-24T08:00:00Z' },
  ...fields,
});

const view = roleRef('ClusterRole', 'view');
const people = (...names: string[]) => rbacSubjects(names.map((name) => ({ kind: 'User', name })));
const RULE = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };

test('the content of a role is its rules, and that it is filled by others', () => {
  expect(CLUSTER_ROLE.content(object({ rules: [RULE] }))).toEqual({ rules: [RULE] });
  expect(CLUSTER_ROLE.content(object({ rules: null }))).toEqual({ rules: [] });
  expect(CLUSTER_ROLE.content(object({}))).toEqual({ rules: [] });
  expect(CLUSTER_ROLE.content(object({ rules: [], aggregationRule: {} }))).toEqual({ rules: [], aggregationRule: {} });
});

test('the content of a binding is its role and its subjects', () => {
  const subjects = people('alice');
  expect(ROLE_BINDING.content(object({ roleRef: view, subjects }))).toEqual(bindingContent(view, subjects));
  expect(ROLE_BINDING.content(object({ roleRef: view }))).toEqual(bindingContent(view, []));
});

test('the content of an account is whether it mounts a token, which is what Kubernetes does unless told', () => {
  expect(SERVICE_ACCOUNT.content(object({ automountServiceAccountToken: false }))).toEqual({
    automountServiceAccountToken: false,
  });
  expect(SERVICE_ACCOUNT.content(object({}))).toEqual({ automountServiceAccountToken: true });
  expect(
    SERVICE_ACCOUNT.common({ automountServiceAccountToken: true }, { automountServiceAccountToken: false }),
  ).toEqual({
    automountServiceAccountToken: false,
  });
});

test('of a Secret nothing is known but its metadata', () => {
  expect(SECRET.content(object({ data: { token: 'eHg=' } }))).toEqual({});
});

test('the role of a binding cannot be changed, its subjects can', () => {
  for (const kind of [CLUSTER_ROLE_BINDING, ROLE_BINDING]) {
    expect(kind.immutable(bindingContent(view, []), bindingContent(view, people('alice')))).toBe(false);
    for (const other of [roleRef('Role', 'view'), roleRef('ClusterRole', 'edit')])
      expect(kind.immutable(bindingContent(view, []), bindingContent(other, []))).toBe(true);
  }
  for (const kind of [CLUSTER_ROLE, ROLE]) expect(kind.immutable(roleContent([RULE]), roleContent([]))).toBe(false);
});

test('what two bindings have in common are the subjects of both, in the order of the desired', () => {
  const common = ROLE_BINDING.common(
    bindingContent(view, people('carol', 'bob')),
    bindingContent(view, people('alice', 'bob')),
  );
  expect(common).toEqual(bindingContent(view, people('bob')));
});

test('a subject counts as the same only if kind, name and namespace are', () => {
  const account = rbacSubjects([{ kind: 'ServiceAccount', namespace: 'ops', name: 'bot' }]);
  const other = rbacSubjects([{ kind: 'ServiceAccount', namespace: 'dev', name: 'bot' }]);
  expect(ROLE_BINDING.common(bindingContent(view, account), bindingContent(view, other))).toEqual(
    bindingContent(view, []),
  );
});

test('what two roles have in common has no aggregation', () => {
  const observed = { rules: [RULE], aggregationRule: {} };
  expect(CLUSTER_ROLE.common(observed, roleContent([RULE]))).toEqual(roleContent([RULE]));
  expect(CLUSTER_ROLE.common({ rules: ['nonsense', null] }, roleContent([RULE]))).toEqual(roleContent([]));
  expect(CLUSTER_ROLE.common({ rules: 'nonsense' }, roleContent([RULE]))).toEqual(roleContent([]));
});

test('a disarmed object keeps its form and allows nothing', () => {
  expect(ROLE.inert?.({ rules: [RULE], aggregationRule: {} }, 'x')).toEqual(roleContent([]));
  const ofRole = 'impersonation:binding:alice:clusterrole:view';
  expect(ROLE_BINDING.inert?.(bindingContent(view, people('alice')), ofRole)).toEqual(bindingContent(view, []));
  const own = roleRef('Role', 'impersonation:grant:support:actions');
  expect(ROLE_BINDING.inert?.(bindingContent(own, people('alice')), own.name)).toEqual(bindingContent(own, []));
  expect([SECRET.inert, SERVICE_ACCOUNT.inert]).toEqual([undefined, undefined]);
});

test('accounts come before Secrets, these before roles, these before bindings', () => {
  const ranks = [SERVICE_ACCOUNT, SECRET, CLUSTER_ROLE, CLUSTER_ROLE_BINDING].map(({ rank }) => rank);
  expect(ranks).toEqual(ranks.toSorted((one, other) => one - other));
  expect(new Set(ranks).size).toBe(4);
  expect([ROLE.rank, ROLE_BINDING.rank]).toEqual(ranks.slice(2));
});

test('every kind is followed everywhere or in the credential namespaces', () => {
  expect([...CLUSTER_WIDE, ...CREDENTIAL_KINDS].map(({ type }) => type.plural)).toEqual([
    'clusterroles',
    'clusterrolebindings',
    'roles',
    'rolebindings',
    'serviceaccounts',
    'secrets',
  ]);
});

test('subjects are in one order, each once, with the fields that the API server would add', () => {
  const alice = { kind: 'User' as const, name: 'alice' };
  const bot = { kind: 'ServiceAccount' as const, namespace: 'ops', name: 'bot' };
  expect(JSON.stringify(rbacSubjects([bot, alice, { ...alice }]))).toBe(
    '[{"kind":"ServiceAccount","name":"bot","namespace":"ops"},{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"alice"}]',
  );
});

test('what is written reads back as the same text, so that nothing is written again', () => {
  fc.assert(
    fc.property(specs(1), ([spec]) => {
      const world = new World();
      const owner = spec?.kind === 'UserBinding' ? bindingOwner('u') : grantOwner('u');
      world.put(spec?.children ?? [], owner);
      for (const child of spec?.children ?? [])
        expect(JSON.stringify(world.children.occupant(child)?.content)).toBe(JSON.stringify(child.content));
    }),
  );
});

test.for([
  ['impersonation:grant:support', 'ClusterRole', 'view'],
  ['impersonation:grant:support:x', 'Role', 'x'],
  ['impersonation:binding:alice:clusterrole:view', 'Role', 'view'],
  ['impersonation:binding:alice:clusterrole:view', 'ClusterRole', 'edit'],
  ['impersonation:binding:alice:rules', 'Role', 'impersonation:binding:alice'],
] as const)('a binding %s of %s %s was never ours, so there is nothing of it to take', ([name, kind, role]) => {
  expect(ROLE_BINDING.inert?.(bindingContent(roleRef(kind, role), people('alice')), name)).toBeUndefined();
});
