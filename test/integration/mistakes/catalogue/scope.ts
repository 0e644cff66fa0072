/** Who holds it and where: bindings, wildcard verbs, groups above all rules, two dialects at once. */
import { ITSELF, identity } from '../../../oracle/identity.ts';
import {
  JANE,
  LIST_PODS,
  MALLORY,
  type Mistake,
  become,
  clusterWide,
  constrainedJane,
  get,
  getPods,
  getPodsItself,
  inNamespace,
  legacyJane,
  listPods,
  refused,
  rule,
} from '../mistake.ts';

const EVE = identity('eve');
const eve = rule(['impersonate'], ':users', ['eve']);
const SECRETS = '/api/v1/namespaces/kube-system/secrets';
const masters = identity('jane', { groups: ['system:masters'] });

export const scopeMistakes: readonly Mistake[] = [
  {
    title: 'Users or groups through a Role and a RoleBinding',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [inNamespace('production', legacyJane)],
    right: [clusterWide(legacyJane)],
    meant: [become(JANE)],
    unmeant: [],
    refused: [],
    written: { impersonate: { users: ['jane'] } },
  },
  {
    title: 'Everybody as subject: `system:authenticated`, `system:serviceaccounts`',
    dialect: 'legacy',
    effect: 'Too wide',
    wrong: [{ ...clusterWide(eve), to: 'everybody' }],
    right: [clusterWide(eve)],
    meant: [become(EVE)],
    unmeant: [become(EVE, 'stranger')],
    refused: ['system:authenticated', 'system:serviceaccounts', 'system:serviceaccounts:ops'].map((name) =>
      refused(
        { impersonate: { users: ['eve'] }, subjects: [{ kind: 'Group', name }] },
        'spec.subjects[0].name',
        'must not be everybody',
      ),
    ),
    written: { impersonate: { users: ['eve'] } },
  },
  {
    title: '`verbs: ["*"]` where the resources are `users`, `groups` or `*`',
    dialect: 'legacy',
    effect: 'Too wide',
    wrong: [clusterWide(rule(['*'], '*:*'))],
    right: [clusterWide(rule(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'], '*:*'))],
    meant: [get(SECRETS, ITSELF), getPodsItself],
    unmeant: [become(MALLORY), become(masters)],
    refused: [
      refused(
        { impersonate: { users: ['jane'] }, actions: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
        'spec.actions[0].verbs[0]',
        'supported values: "get", "list", "watch"',
      ),
    ],
    written: undefined,
  },
  {
    title: 'The group `system:masters`',
    dialect: 'legacy',
    effect: 'Too wide',
    wrong: [clusterWide(legacyJane, rule(['impersonate'], ':groups', ['system:masters']))],
    right: [clusterWide(legacyJane, rule(['impersonate'], ':groups', ['admins']))],
    meant: [become(JANE)],
    unmeant: [become(masters)],
    refused: [
      refused(
        { impersonate: { users: ['jane'], groups: ['system:masters'] }, allowPrivileged: true },
        'spec.impersonate.groups[0]',
        'must not be impersonated',
      ),
    ],
    written: { impersonate: { users: ['jane'], groups: ['admins'] } },
  },
  {
    title: 'The group `system:masters`, constrained',
    dialect: 'constrained',
    effect: 'Inert',
    wrong: [
      clusterWide(
        constrainedJane,
        rule(['impersonate:user-info'], 'authentication.k8s.io:groups', ['system:masters']),
        listPods,
      ),
    ],
    right: [],
    meant: [getPods(JANE), getPods(masters)],
    unmeant: [],
    refused: [
      refused(
        { impersonate: { users: ['jane'], groups: ['system:masters'] }, allowPrivileged: true, mode: 'Constrained' },
        'spec.impersonate.groups[0]',
        'must not be impersonated',
      ),
    ],
    written: undefined,
  },
  {
    title: 'An `impersonate` rule beside constrained ones',
    dialect: 'constrained',
    effect: 'Too wide',
    wrong: [clusterWide(constrainedJane, listPods), clusterWide(legacyJane)],
    right: [clusterWide(constrainedJane, listPods)],
    meant: [getPods(JANE)],
    unmeant: [get(SECRETS, JANE), become(JANE)],
    refused: [
      refused(
        { impersonate: { users: ['jane'] }, actions: LIST_PODS, mode: 'Legacy' },
        'spec.actions',
        'must not be set in Legacy mode',
      ),
    ],
    written: undefined,
  },
];
