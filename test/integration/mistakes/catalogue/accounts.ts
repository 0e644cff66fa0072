/** Service accounts and nodes, which have resources of their own, and accounts a namespace. */
import { identity } from '../../../oracle/identity.ts';
import {
  AUTHENTICATION,
  LIST_PODS,
  type Mistake,
  account,
  become,
  clusterWide,
  getPods,
  inNamespace,
  listPods,
  refused,
  rule,
} from '../mistake.ts';

const APP = account('production', 'app');
const NAMESAKE = account('staging', 'app');
const app = rule(['impersonate'], ':serviceaccounts', ['app']);
const constrainedApp = rule(['impersonate:serviceaccount'], `${AUTHENTICATION}:serviceaccounts`, ['app']);
const listPodsAsAccount = rule(['impersonate-on:serviceaccount:list'], ':pods');
const serviceAccounts = [{ namespace: 'production', name: 'app' }];
const USER_NAME = 'system:serviceaccount:production:app';
const MACHINE = 'must not be a ServiceAccount or a node by its user name';
const WORKER = identity('system:node:worker-1');

export const accountMistakes: readonly Mistake[] = [
  {
    title: 'A service account by its user name under `users`',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [clusterWide(rule(['impersonate'], ':users', [USER_NAME]))],
    right: [inNamespace('production', app)],
    meant: [become(APP)],
    unmeant: [],
    refused: [refused({ impersonate: { users: [USER_NAME] } }, 'spec.impersonate.users[0]', MACHINE)],
    written: { impersonate: { serviceAccounts } },
  },
  {
    title: 'A service account by its user name under `serviceaccounts`',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [clusterWide(rule(['impersonate'], ':serviceaccounts', [USER_NAME]))],
    right: [inNamespace('production', app)],
    meant: [become(APP)],
    unmeant: [],
    refused: [
      refused(
        { impersonate: { serviceAccounts: [{ namespace: 'production', name: USER_NAME }] } },
        'spec.impersonate.serviceAccounts[0].name',
        'lower-case',
      ),
    ],
    written: { impersonate: { serviceAccounts } },
  },
  {
    title: 'The resource `serviceaccount`, in the singular',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [inNamespace('production', rule(['impersonate'], ':serviceaccount', ['app']))],
    right: [inNamespace('production', app)],
    meant: [become(APP)],
    unmeant: [],
    refused: [],
    written: { impersonate: { serviceAccounts } },
  },
  {
    title: 'A service account through a ClusterRoleBinding',
    dialect: 'legacy',
    effect: 'Too wide',
    wrong: [clusterWide(app)],
    right: [inNamespace('production', app)],
    meant: [become(APP)],
    unmeant: [become(NAMESAKE), become(account('kube-system', 'app'))],
    refused: [],
    written: { impersonate: { serviceAccounts } },
  },
  {
    title: 'A service account through a Role in another namespace than its own',
    dialect: 'constrained',
    effect: 'Inert and too wide',
    wrong: [inNamespace('staging', constrainedApp), inNamespace('production', listPodsAsAccount)],
    right: [inNamespace('production', constrainedApp, listPodsAsAccount)],
    meant: [getPods(APP)],
    unmeant: [getPods(NAMESAKE)],
    refused: [],
    written: { impersonate: { serviceAccounts }, actions: LIST_PODS },
  },
  {
    title: '`impersonate:user-info` for a service account',
    dialect: 'constrained',
    effect: 'Inert',
    wrong: [
      clusterWide(rule(['impersonate:user-info'], `${AUTHENTICATION}:users`, [USER_NAME]), listPods),
      inNamespace('production', rule(['impersonate:user-info'], `${AUTHENTICATION}:serviceaccounts`, ['app'])),
    ],
    right: [inNamespace('production', constrainedApp, listPodsAsAccount)],
    meant: [getPods(APP)],
    unmeant: [],
    refused: [],
    written: { impersonate: { serviceAccounts }, actions: LIST_PODS },
  },
  {
    title: 'A service account with groups sent along, constrained',
    dialect: 'constrained',
    effect: 'Inert',
    wrong: [
      inNamespace('production', constrainedApp, listPodsAsAccount),
      clusterWide(
        rule(['impersonate:serviceaccount', 'impersonate:user-info'], `${AUTHENTICATION}:groups`, ['developers']),
      ),
    ],
    right: [],
    meant: [getPods(APP), getPods(identity(USER_NAME, { groups: ['developers'] }))],
    unmeant: [],
    refused: [
      refused(
        { impersonate: { serviceAccounts, groups: ['developers'] }, mode: 'Constrained' },
        'spec.impersonate.groups',
        'must come with a user',
      ),
    ],
    written: undefined,
  },
  {
    title: 'A node by its user name under `users`, constrained',
    dialect: 'constrained',
    effect: 'Inert',
    wrong: [
      clusterWide(rule(['impersonate:user-info'], `${AUTHENTICATION}:users`, ['system:node:worker-1']), listPods),
    ],
    right: [
      clusterWide(
        rule(['impersonate:arbitrary-node'], `${AUTHENTICATION}:nodes`, ['worker-1']),
        rule(['impersonate-on:arbitrary-node:list'], ':pods'),
      ),
    ],
    meant: [getPods(WORKER)],
    unmeant: [],
    refused: [
      refused({ impersonate: { users: ['system:node:worker-1'] } }, 'spec.impersonate.users[0]', MACHINE),
      refused({ impersonate: { nodes: ['system:node:worker-1'] } }, 'spec.impersonate.nodes[0]', 'lower-case'),
    ],
    written: { impersonate: { nodes: ['worker-1'] }, actions: LIST_PODS, allowPrivileged: true },
  },
];
