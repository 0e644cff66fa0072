/** Names of a rule: absent, empty, a star, or shared by two resources. */
import { identity } from '../../../oracle/identity.ts';
import {
  AUTHENTICATION,
  JANE,
  LIST_PODS,
  MALLORY,
  type Mistake,
  become,
  clusterWide,
  constrainedJane,
  getPods,
  legacyJane,
  listPods,
  refused,
  rule,
} from '../mistake.ts';

const NOBODY = 'must name somebody: at least one of users';
const ONE_NAME = 'must be one exact name';
const FOUR = ['developers', 'operators', 'auditors', 'testers'];
const OTHER_FOUR = ['admins', 'owners', 'strangers', 'everybody'];

export const nameMistakes: readonly Mistake[] = [
  {
    title: '`impersonate` without `resourceNames`',
    dialect: 'legacy',
    effect: 'Too wide',
    wrong: [clusterWide(rule(['impersonate'], ':users'))],
    right: [clusterWide(legacyJane)],
    meant: [become(JANE)],
    unmeant: [become(MALLORY), become(identity('system:kube-controller-manager')), become(identity('system:node:a'))],
    refused: [refused({ impersonate: {} }, 'spec.impersonate', NOBODY)],
    written: { impersonate: { users: ['jane'] } },
  },
  {
    title: '`resourceNames: []`, what is left of a list when a template has no values',
    dialect: 'legacy',
    effect: 'Too wide',
    wrong: [clusterWide(rule(['impersonate'], ':users', []))],
    right: [clusterWide(legacyJane)],
    meant: [become(JANE)],
    unmeant: [become(MALLORY)],
    refused: [refused({ impersonate: { users: [] } }, 'spec.impersonate.users', 'at least 1 item')],
    written: { impersonate: { users: ['jane'] } },
  },
  {
    title: '`resourceNames: ["*"]`',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [clusterWide(rule(['impersonate'], ':users', ['*']))],
    right: [clusterWide(legacyJane)],
    meant: [become(JANE)],
    unmeant: [],
    refused: [refused({ impersonate: { users: ['*'] } }, 'spec.impersonate.users[0]', ONE_NAME)],
    written: { impersonate: { users: ['jane'] } },
  },
  {
    title: 'A pattern as `resourceNames: ["jane-*"]`',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [clusterWide(rule(['impersonate'], ':users', ['jane-*']))],
    right: [clusterWide(rule(['impersonate'], ':users', ['jane-1']))],
    meant: [become(identity('jane-1'))],
    unmeant: [],
    refused: [refused({ impersonate: { users: ['jane-*'] } }, 'spec.impersonate.users[0]', ONE_NAME)],
    written: { impersonate: { users: ['jane-1'] } },
  },
  {
    title: 'One rule for `users` and `groups`, with the names of both',
    dialect: 'legacy',
    effect: 'Too wide',
    wrong: [
      clusterWide({
        verbs: ['impersonate'],
        apiGroups: [''],
        resources: ['users', 'groups'],
        resourceNames: ['jane', 'admin'],
      }),
    ],
    right: [clusterWide(legacyJane, rule(['impersonate'], ':groups', ['admin']))],
    meant: [become(identity('jane', { groups: ['admin'] }))],
    unmeant: [become(identity('admin'))],
    refused: [],
    written: { impersonate: { users: ['jane'], groups: ['admin'] } },
  },
  {
    title: '`impersonate:user-info` without `resourceNames`',
    dialect: 'constrained',
    effect: 'Too wide',
    wrong: [clusterWide(rule(['impersonate:user-info'], `${AUTHENTICATION}:users`), listPods)],
    right: [clusterWide(constrainedJane, listPods)],
    meant: [getPods(JANE)],
    unmeant: [getPods(MALLORY), getPods(identity('system:kube-controller-manager'))],
    refused: [refused({ impersonate: {}, mode: 'Constrained' }, 'spec.impersonate', NOBODY)],
    written: { impersonate: { users: ['jane'] }, actions: LIST_PODS },
  },
  {
    title: '`resourceNames: ["*"]` on `groups`, constrained',
    dialect: 'constrained',
    effect: 'Inert and too wide',
    wrong: [clusterWide(constrainedJane, rule(['impersonate:user-info'], `${AUTHENTICATION}:groups`, ['*']), listPods)],
    right: [clusterWide(constrainedJane, rule(['impersonate:user-info'], `${AUTHENTICATION}:groups`, FOUR), listPods)],
    meant: [getPods(identity('jane', { groups: ['developers'] })), getPods(identity('jane', { groups: FOUR }))],
    unmeant: [getPods(identity('jane', { groups: OTHER_FOUR }))],
    refused: [
      refused(
        { impersonate: { users: ['jane'], groups: ['*'] }, mode: 'Constrained' },
        'spec.impersonate.groups[0]',
        ONE_NAME,
      ),
    ],
    written: { impersonate: { users: ['jane'], groups: FOUR }, actions: LIST_PODS },
  },
];
