/** Whom an author may write a user binding about, and what it may give: whether or not a grant uses it. */
import type { Rights } from './author.ts';
import type { PolicyRule } from '../../../src/rbac/index.ts';
import * as may from './rules.ts';
import { type Row, guarded, table } from './table.ts';

const { admin } = guarded();
const RBAC = 'rbac.authorization.k8s.io';
const jane = { kind: 'User', name: 'jane' };
const account = { kind: 'ServiceAccount', namespace: 'default', name: 'app' };
const KEY = 'acme.io/team';

const rights = (rules: readonly PolicyRule[], within: Rights['within'] = {}): Rights => ({ everywhere: rules, within });

const binding = (spec: object, held: Rights, refused?: string): Row => ({
  kind: 'UserBinding',
  rights: held,
  spec: { subject: jane, ...spec },
  ...(refused === undefined ? {} : { refused }),
});
const ofJane = (spec: object, rules: readonly PolicyRule[], refused?: string, within: Rights['within'] = {}): Row =>
  binding(spec, rights([may.users('jane'), ...rules], within), refused);

const role = (verb: string, resource: string, ...names: readonly string[]): PolicyRule => ({
  verbs: [verb],
  apiGroups: [RBAC],
  resources: [resource],
  ...(names.length === 0 ? {} : { resourceNames: names }),
});
const ref = (kind: string, name: string, ...namespaces: readonly string[]): object => ({
  roleRef: { kind, name },
  ...(namespaces.length === 0 ? {} : { namespaces }),
});
const numbered = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
const inline = { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] };
const viewPods: PolicyRule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };

const FULL = {
  identity: { groups: ['dev', 'ops'], uid: '1', extra: [{ key: KEY, values: ['a', 'b'] }] },
  roles: [ref('ClusterRole', 'view'), ref('ClusterRole', 'edit', 'default')],
};

table(
  {
    'a user that the author may become': ofJane({}, []),
    'a user that the author may not become': binding({}, rights([may.users('john')]), 'spec.subject: user'),
    'a user that the author may become in Constrained mode only': binding(
      {},
      rights([may.constrained('user-info', 'users', 'jane')]),
      'the verb "impersonate" on users "jane" (API group "")',
    ),
    'a group that the author may send': binding(
      { subject: { kind: 'Group', name: 'dev' } },
      rights([may.groups('dev')]),
    ),
    'a group that the author may not send': binding(
      { subject: { kind: 'Group', name: 'dev' } },
      rights([may.users('dev')]),
      'groups "dev"',
    ),
    'an account that the author may become': binding(
      { subject: account },
      rights([], { default: [may.accounts('app')] }),
    ),
    'an account that the author may not become': binding(
      { subject: account },
      rights([], { 'kube-public': [may.accounts('app')] }),
      'serviceaccounts "app" in namespace "default"',
    ),
    'an identity that the author may send': ofJane({ identity: FULL.identity }, [
      may.groups('dev', 'ops'),
      may.uids('1'),
      may.extra(KEY, 'a', 'b'),
    ]),
    'a group of it that the author may not send': ofJane(
      { identity: { groups: ['dev', 'ops'] } },
      [may.groups('dev')],
      'groups "ops"',
    ),
    'a uid of it that the author may not send': ofJane({ identity: { uid: '1' } }, [may.uids('2')], 'uids "1"'),
    'a value of it that the author may not send': ofJane(
      { identity: { extra: [{ key: KEY, values: ['a', 'b'] }] } },
      [may.extra(KEY, 'a')],
      `userextras/${KEY} "b"`,
    ),
    'twenty groups and twenty values': ofJane(
      { identity: { groups: numbered(20, 'g'), uid: '1', extra: [{ key: KEY, values: numbered(20, 'x') }] } },
      [may.groups(...numbered(20, 'g')), may.uids('1'), may.extra(KEY, ...numbered(20, 'x'))],
    ),
    'the twentieth is looked at too': ofJane(
      { identity: { groups: numbered(20, 'g') } },
      [may.groups(...numbered(19, 'g'))],
      'groups "g20"',
    ),
    'twenty-one groups by name': ofJane(
      { identity: { groups: numbered(21, 'g') } },
      [may.groups(...numbered(21, 'g'))],
      'spec.identity.groups comes to 21',
    ),
    'sixty-four groups of somebody who holds all': ofJane({ identity: { groups: numbered(64, 'g') } }, [may.groups()]),
    'twenty-one values by name': ofJane(
      { identity: { extra: [{ key: KEY, values: numbered(21, 'x') }] } },
      [may.extra(KEY)],
      'spec.identity.extra comes to 21',
    ),

    'a role that the author may bind': ofJane({ roles: [ref('ClusterRole', 'view')] }, [
      role('bind', 'clusterroles', 'view'),
    ]),
    'a role that the author may not bind': ofJane(
      { roles: [ref('ClusterRole', 'view'), ref('ClusterRole', 'cluster-admin')] },
      [role('bind', 'clusterroles', 'view')],
      'the verb "bind" on clusterroles "cluster-admin" in all namespaces',
    ),
    'a role in a namespace in which the author may bind it': ofJane(
      { roles: [ref('ClusterRole', 'edit', 'default')] },
      [],
      undefined,
      {
        default: [role('bind', 'clusterroles', 'edit')],
      },
    ),
    'a role in a namespace more': ofJane(
      { roles: [ref('ClusterRole', 'edit', 'default', 'kube-public')] },
      [],
      'clusterroles "edit" in namespace "kube-public"',
      { default: [role('bind', 'clusterroles', 'edit')] },
    ),
    'a role everywhere of an author who may bind it in one namespace': ofJane(
      { roles: [ref('ClusterRole', 'edit')] },
      [],
      'clusterroles "edit" in all namespaces',
      { default: [role('bind', 'clusterroles', 'edit')] },
    ),
    'a Role of a namespace': ofJane({ roles: [ref('Role', 'deployer', 'default')] }, [], undefined, {
      default: [role('bind', 'roles', 'deployer')],
    }),
    'a Role of the name of a ClusterRole': ofJane(
      { roles: [ref('Role', 'edit', 'default')] },
      [role('bind', 'clusterroles', 'edit')],
      'on roles "edit"',
    ),
    'twenty-five roles': ofJane({ roles: [ref('ClusterRole', 'edit', ...numbered(25, 'n'))] }, [
      role('bind', 'clusterroles', 'edit'),
    ]),
    'the twenty-fifth is looked at too': ofJane(
      { roles: [ref('ClusterRole', 'edit', ...numbered(24, 'n')), ref('ClusterRole', 'admin', 'n1')] },
      [role('bind', 'clusterroles', 'edit')],
      'clusterroles "admin" in namespace "n1"',
    ),
    'twenty-six roles by name': ofJane(
      { roles: [ref('ClusterRole', 'edit', ...numbered(26, 'n'))] },
      [role('bind', 'clusterroles', 'edit')],
      'spec.roles comes to 26',
    ),
    'twenty-six roles of somebody who may bind all': ofJane(
      { roles: [ref('ClusterRole', 'edit', ...numbered(26, 'n'))] },
      [role('bind', 'clusterroles'), role('bind', 'roles')],
    ),
    'rules of an author who may escalate': ofJane({ roles: [inline] }, [role('escalate', 'clusterroles')]),
    'rules of an author who holds them': ofJane(
      { roles: [inline] },
      [viewPods],
      'a roleRef to a role that holds these rules takes "bind" on that role only',
    ),
    'rules in a namespace of an author who may escalate there': ofJane(
      { roles: [{ ...inline, namespaces: ['default'] }] },
      [],
      undefined,
      {
        default: [role('escalate', 'roles')],
      },
    ),
    'rules in a namespace more': ofJane(
      { roles: [{ ...inline, namespaces: ['default', 'kube-public'] }] },
      [],
      'the verb "escalate" on roles',
      { default: [role('escalate', 'roles')] },
    ),
    'everything, of somebody who may become everybody': binding(
      { ...FULL, roles: [ref('ClusterRole', 'cluster-admin'), inline] },
      rights([may.users(), may.groups()]),
    ),
    'the override': binding(
      { ...FULL, roles: [ref('ClusterRole', 'cluster-admin'), inline] },
      rights([may.override('userbindings')]),
    ),
    'the override for another kind': binding({}, rights([may.override('impersonationgrants')]), 'users "jane"'),
  },
  admin,
);
