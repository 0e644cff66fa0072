/** Constrained impersonation: two permissions for one request, in two API groups, with the mode in the verb. */
import { identity } from '../../../oracle/identity.ts';
import {
  AUTHENTICATION,
  JANE,
  LIST_PODS,
  type Mistake,
  clusterWide,
  constrainedJane,
  get,
  getPods,
  getPodsItself,
  become,
  inNamespace,
  listPods,
  refused,
  rule,
} from '../mistake.ts';

const right = [clusterWide(constrainedJane, listPods)];
const jane = { users: ['jane'] };
const NO_REQUEST_HAS_IT = 'supported values: "get", "list", "watch"';

const withVerb = (verb: string) => ({
  impersonate: jane,
  actions: [{ apiGroups: [''], resources: ['pods'], verbs: [verb] }],
});

const VERB = 'spec.actions[0].verbs[0]';
const written = { impersonate: jane, actions: LIST_PODS };

/** Jane's pods, but for one mistake in the rules. */
const inert = (title: string, wrong: Mistake['wrong'], bad: Mistake['refused'] = []): Mistake => ({
  title,
  dialect: 'constrained',
  effect: 'Inert',
  wrong,
  right,
  meant: [getPods(JANE)],
  unmeant: [],
  refused: bad,
  written,
});

const nonResource = (path: string) => ({ verbs: ['impersonate-on:user-info:get'], nonResourceURLs: [path] });

export const actionMistakes: readonly Mistake[] = [
  inert('An identity without an action', [clusterWide(constrainedJane)]),
  inert('Identity rules in the API group `""`', [
    clusterWide(rule(['impersonate:user-info'], ':users', ['jane']), listPods),
  ]),
  inert('Identity rules in the API group `authentications.k8s.io`', [
    clusterWide(rule(['impersonate:user-info'], 'authentications.k8s.io:users', ['jane']), listPods),
  ]),
  inert('Action rules in the API group `authentication.k8s.io`', [
    clusterWide(constrainedJane, rule(['impersonate-on:user-info:list'], `${AUTHENTICATION}:pods`)),
  ]),
  inert(
    '`impersonate-on:list`, a verb without the mode',
    [clusterWide(constrainedJane, rule(['impersonate-on:list', 'impersonate-on:*'], ':pods'))],
    [refused(withVerb('impersonate-on:list'), VERB, NO_REQUEST_HAS_IT)],
  ),
  inert(
    '`impersonate-on:user-info:*`',
    [clusterWide(constrainedJane, rule(['impersonate-on:user-info:*'], ':pods'))],
    [
      refused(withVerb('*'), VERB, NO_REQUEST_HAS_IT),
      refused(withVerb('impersonate-on:user-info:*'), VERB, NO_REQUEST_HAS_IT),
      refused(withVerb('impersonate-on:user-info:list'), VERB, NO_REQUEST_HAS_IT),
    ],
  ),
  {
    title: '`verbs: ["*"]` in an action rule',
    dialect: 'constrained',
    effect: 'Too wide',
    wrong: [clusterWide(constrainedJane, rule(['*'], ':pods'))],
    right,
    meant: [getPods(JANE)],
    unmeant: [getPodsItself],
    refused: [refused(withVerb('*'), VERB, NO_REQUEST_HAS_IT)],
    written,
  },
  inert(
    '`resources: ["*/*"]`',
    [clusterWide(constrainedJane, rule(['impersonate-on:user-info:list'], '*:*/*'))],
    [
      refused(
        { impersonate: jane, actions: [{ apiGroups: ['*'], resources: ['*/*'], verbs: ['list'] }] },
        'spec.actions[0].resources[0]',
        'must be a resource',
      ),
    ],
  ),
  {
    title: 'An action of one mode, for a target of another',
    dialect: 'constrained',
    effect: 'Inert',
    wrong: [
      inNamespace('production', rule(['impersonate:serviceaccount'], `${AUTHENTICATION}:serviceaccounts`, ['app'])),
      clusterWide(listPods),
    ],
    right: [
      inNamespace(
        'production',
        rule(['impersonate:serviceaccount'], `${AUTHENTICATION}:serviceaccounts`, ['app']),
        rule(['impersonate-on:serviceaccount:list'], ':pods'),
      ),
    ],
    meant: [getPods(identity('system:serviceaccount:production:app'))],
    unmeant: [],
    refused: [],
    written: { impersonate: { serviceAccounts: [{ namespace: 'production', name: 'app' }] }, actions: LIST_PODS },
  },
  {
    title: 'An action on nodes, namespaces or any other cluster-wide resource, through a RoleBinding',
    dialect: 'constrained',
    effect: 'Inert',
    wrong: [clusterWide(constrainedJane), inNamespace('production', rule(['impersonate-on:user-info:list'], ':nodes'))],
    right: [clusterWide(constrainedJane, rule(['impersonate-on:user-info:list'], ':nodes'))],
    meant: [get('/api/v1/nodes', JANE)],
    unmeant: [],
    refused: [],
    written: { impersonate: jane, actions: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }] },
  },
  {
    title: 'Actions without the discovery that every client begins with',
    dialect: 'constrained',
    effect: 'Inert',
    wrong: [clusterWide(constrainedJane, listPods)],
    right: [clusterWide(constrainedJane, listPods, ...['/api', '/apis', '/version'].map(nonResource))],
    meant: [get('/api', JANE), get('/apis', JANE), get('/version', JANE)],
    unmeant: [],
    refused: [],
    written,
  },
  {
    title: 'Actions without the reviews of oneself that `kubectl auth` makes',
    dialect: 'constrained',
    effect: 'Inert',
    wrong: [clusterWide(constrainedJane, listPods)],
    right: [
      clusterWide(
        constrainedJane,
        listPods,
        rule(['impersonate-on:user-info:create'], `${AUTHENTICATION}:selfsubjectreviews`),
      ),
    ],
    meant: [become(JANE)],
    unmeant: [],
    refused: [],
    written,
  },
];
