/** What an author may let others do in Constrained mode: what the author may do in that mode. */
import type { PolicyRule } from '../../../src/rbac/index.ts';
import * as may from './rules.ts';
import { type Row, guarded, table } from './table.ts';

const { admin } = guarded();
const subjects = [{ kind: 'User', name: 'alice' }];
const JANE = { users: ['jane'] };
const becomesJane = may.constrained('user-info', 'users', 'jane');

const grant = (more: object, rules: readonly PolicyRule[], refused?: string): Row => ({
  kind: 'ImpersonationGrant',
  rights: may.everywhere(...rules),
  spec: { subjects, impersonate: JANE, ...more },
  ...(refused === undefined ? {} : { refused }),
});

const actions = (...all: readonly object[]): object => ({ actions: all });
const resources = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index + 1}`);
const pods = { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] };
const getList = ['get', 'list'];
const EIGHT = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const SEVEN = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'];
const everything: readonly PolicyRule[] = [
  may.on('user-info', EIGHT, '*', '*'),
  { verbs: SEVEN.map((verb) => `impersonate-on:user-info:${verb}`), nonResourceURLs: ['*'] },
];

/** Thirty of them. */
const thirty = {
  apiGroups: [''],
  resources: ['pods', 'services', 'secrets'],
  verbs: ['get', 'list'],
  namespaces: ['a', 'b', 'c', 'd', 'e'],
};
const onThirty = may.on('user-info', getList, '', 'pods', 'services', 'secrets');

table(
  {
    'actions that the author may do everywhere': grant(actions(pods), [
      becomesJane,
      may.on('user-info', getList, '', 'pods', 'pods/log'),
    ]),
    'a verb that the author lacks': grant(
      actions(pods),
      [becomesJane, may.on('user-info', ['get'], '', 'pods', 'pods/log')],
      'the verb "impersonate-on:user-info:list" on pods in all namespaces (API group "")',
    ),
    'a subresource that the author lacks': grant(
      actions(pods),
      [becomesJane, may.on('user-info', getList, '', 'pods')],
      'pods/log in all namespaces',
    ),
    'an API group that the author lacks': grant(
      actions({ ...pods, apiGroups: ['', 'metrics.k8s.io'] }),
      [becomesJane, may.on('user-info', getList, '', 'pods', 'pods/log')],
      '(API group metrics.k8s.io)',
    ),
    'the verb of another mode': grant(
      actions(pods),
      [becomesJane, may.on('serviceaccount', getList, '', 'pods', 'pods/log')],
      '"impersonate-on:user-info:get"',
    ),
    'the verb itself, not while impersonating': grant(
      actions(pods),
      [becomesJane, { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] }],
      '"impersonate-on:user-info:get"',
    ),
    'actions in the namespace in which the author may do them': {
      ...grant(actions({ ...pods, namespaces: ['default'] }), []),
      rights: {
        everywhere: [becomesJane],
        within: { default: [may.on('user-info', getList, '', 'pods', 'pods/log')] },
      },
    },
    'actions in a namespace more': {
      ...grant(actions({ ...pods, namespaces: ['default', 'kube-public'] }), [], 'in namespace "kube-public"'),
      rights: {
        everywhere: [becomesJane],
        within: { default: [may.on('user-info', getList, '', 'pods', 'pods/log')] },
      },
    },
    'actions everywhere of an author who may do them in one namespace': {
      ...grant(actions(pods), [], 'in all namespaces'),
      rights: {
        everywhere: [becomesJane],
        within: { default: [may.on('user-info', getList, '', 'pods', 'pods/log')] },
      },
    },
    'an action on a name': grant(
      actions({ apiGroups: [''], resources: ['secrets'], resourceNames: ['app'], verbs: ['get'] }),
      [becomesJane, { ...may.on('user-info', ['get'], '', 'secrets'), resourceNames: ['app'] }],
    ),
    'an action on all names of an author who may do it on one': grant(
      actions({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }),
      [becomesJane, { ...may.on('user-info', ['get'], '', 'secrets'), resourceNames: ['app'] }],
      'on secrets in all namespaces',
    ),
    'a wildcard of an author who holds all of it': grant(
      actions({ apiGroups: ['apps'], resources: ['*'], verbs: ['get'] }),
      [becomesJane, may.on('user-info', ['get'], 'apps', '*')],
    ),
    'a wildcard of an author who holds much of it': grant(
      actions({ apiGroups: ['apps'], resources: ['*'], verbs: ['get'] }),
      [becomesJane, may.on('user-info', ['get'], 'apps', 'deployments', 'daemonsets', 'statefulsets')],
      'on * in all namespaces (API group apps)',
    ),
    'a path': grant(actions({ nonResourceURLs: ['/metrics'], verbs: ['get'] }), [
      becomesJane,
      { verbs: ['impersonate-on:user-info:get'], nonResourceURLs: ['/metrics'] },
    ]),
    'another path': grant(
      actions({ nonResourceURLs: ['/metrics', '/logs'], verbs: ['get'] }),
      [becomesJane, { verbs: ['impersonate-on:user-info:get'], nonResourceURLs: ['/metrics'] }],
      'on path "/logs"',
    ),
    'no actions of an author who may do everything': grant({ mode: 'Constrained' }, [becomesJane, ...everything]),
    'no actions of an author who may do all but one': grant(
      { mode: 'Constrained' },
      [becomesJane, may.on('user-info', EIGHT.slice(0, -1), '*', '*'), ...everything.slice(1)],
      '"impersonate-on:user-info:watch" on *',
    ),
    'no actions of an author who may do everything but paths': grant(
      { mode: 'Constrained' },
      [becomesJane, ...everything.slice(0, 1)],
      'on path "*"',
    ),
    'actions of accounts need the rights of their mode': {
      ...grant(
        { impersonate: { ...JANE, serviceAccounts: [{ namespace: 'default', name: 'app' }] }, ...actions(pods) },
        [],
        '"impersonate-on:serviceaccount:get" on pods',
      ),
      rights: {
        everywhere: [becomesJane, may.on('user-info', getList, '', 'pods', 'pods/log')],
        within: { default: [may.constrained('serviceaccount', 'serviceaccounts', 'app')] },
      },
    },
    'actions of nodes need the rights of their mode': grant(
      { impersonate: { nodes: ['worker-1'] }, allowPrivileged: true, ...actions(pods) },
      [may.constrained('arbitrary-node', 'nodes', 'worker-1'), may.on('user-info', getList, '', 'pods', 'pods/log')],
      '"impersonate-on:arbitrary-node:get" on pods',
    ),
    'thirty actions': grant(actions(thirty), [becomesJane, onThirty]),
    'the thirtieth is looked at too': grant(
      actions({ apiGroups: [''], resources: resources(30), verbs: ['get'] }),
      [becomesJane, may.on('user-info', ['get'], '', ...resources(29))],
      'on r30 in all namespaces',
    ),
    'thirty-one actions': grant(
      actions(thirty, { apiGroups: [''], resources: ['nodes'], verbs: ['get'] }),
      [becomesJane, may.on('user-info', getList, '', '*')],
      'spec.actions comes to 31 permissions',
    ),
    'thirty-one actions of somebody who may become everybody': grant(
      actions(thirty, { apiGroups: [''], resources: ['nodes'], verbs: ['get'] }),
      [may.users(), may.groups()],
    ),
    'the override, whatever the actions': grant(actions(thirty), [may.override('impersonationgrants')]),
  },
  admin,
);
