/** The story that `npm start` tells: what the objects in config/samples come to on a real API server. */
import type { Chapter } from './step.ts';
import { eventually, get, kept, kubectl, whoAmI } from './step.ts';
import {
  account,
  allActive,
  asJane,
  asJohn,
  cannot,
  configMaps,
  everything,
  fromSecret,
  group,
  modeOf,
  nodes,
  patched,
  pods,
  secrets,
  supportToken,
  team,
  uid,
  user,
} from './vocabulary.ts';

const setting = (samples: string): Chapter => ({
  title: 'Who may become whom',
  steps: [
    kubectl('Something to look at.', ['run', 'web', '--image=nginx'], 0, 'created'),
    kubectl('Two accounts, as clusters have them.', ['create', 'serviceaccount', 'deployer'], 0, 'created'),
    kubectl('', ['create', 'namespace', 'argocd'], 0, 'created'),
    kubectl('', ['-n', 'argocd', 'create', 'serviceaccount', 'argocd-application-controller'], 0, 'created'),
    kubectl('Grants and bindings are objects like any other.', ['apply', '-f', samples], 0, 'support-as-john created'),
    allActive,
    kubectl('Who may become whom, at a glance.', ['get', 'igrant,ubind'], 0, 'Granted'),
  ],
});

const tokens: Chapter = {
  title: 'A token is allowed what its account is allowed',
  steps: [
    kept('The account deployer has a token.', ['create', 'token', 'deployer'], 'variable', 'DEPLOYER'),
    get('By its UserBinding it may edit the namespace default.', '$DEPLOYER', [], pods, 200, 'web'),
    supportToken('The support desk has one, in a Secret that its grant names.'),
    get('That one is allowed nothing by itself.', '$SUPPORT', [], pods, 403, 'cannot list'),
    get('What is no token is nobody.', 'not-a-token', [], pods, 401),
  ],
};

const users: Chapter = {
  title: 'Acting as a user',
  steps: [
    get('The support desk may become john, and john may look at pods.', '$SUPPORT', [user('john')], pods, 200, 'web'),
    get('john may not look at secrets.', '$SUPPORT', [user('john')], secrets, 403, 'User "john" cannot list'),
    get('Nobody but john is granted.', '$SUPPORT', [user('jane')], pods, 403, cannot),
  ],
};

const identities: Chapter = {
  title: 'Acting as a user with groups, uid and extra fields',
  steps: [
    get('john alone may not look at nodes.', '$SUPPORT', [user('john')], nodes, 403, 'User "john" cannot list'),
    get('As one of the developers he may.', '$SUPPORT', [user('john'), group('developers')], nodes, 200),
    get('No other group is granted.', '$SUPPORT', [user('john'), group('admins')], nodes, 403, cannot),
    whoAmI('A uid.', '$SUPPORT', [user('john'), uid('06f6')], 201, '"06f6"'),
    whoAmI('No other uid is granted.', '$SUPPORT', [user('john'), uid('0')], 403, cannot),
    whoAmI('An extra field.', '$SUPPORT', [user('john'), team('payments')], 201, '"acme.io/team":["payments"]'),
    whoAmI('No other value is granted.', '$SUPPORT', [user('john'), team('payroll')], 403, cannot),
    whoAmI(
      'All of them at once.',
      '$SUPPORT',
      [user('john'), group('developers'), uid('06f6'), team('payments')],
      201,
      '"developers"',
    ),
  ],
};

const withKubectl: Chapter = {
  title: 'The same with kubectl',
  steps: [
    kubectl('As john.', asJohn('get', 'pods'), 0, 'web'),
    kubectl('As john with all that he carries.', asJohn(...everything, 'get', 'nodes'), 0, 'No resources'),
    kubectl('Whom the API server sees.', asJohn(...everything, 'auth', 'whoami'), 0, 'acme.io/team'),
    kubectl('As john in a group that is not granted.', asJohn('--as-group', 'admins', 'get', 'pods'), 1, cannot),
    kubectl('What john may do.', asJohn('auth', 'can-i', 'list', 'pods'), 0, 'yes'),
    kubectl('What john may not do.', asJohn('auth', 'can-i', 'delete', 'pods'), 1, 'no'),
  ],
};

const constrained: Chapter = {
  title: 'Acting as a user, for some things only',
  steps: [
    kept('The dashboard has a token, too.', fromSecret('dashboard-bot', 'token'), 'variable', 'DASHBOARD'),
    kubectl('Its grant has actions, so it is a constrained one.', modeOf('dashboard-as-john'), 0, 'Constrained'),
    kubectl('That of the support desk is not.', modeOf('support-as-john'), 0, 'Legacy'),
    get('As john the dashboard looks at pods.', '$DASHBOARD', [user('john')], pods, 200, 'web'),
    get('john may look at config maps, so the support desk may as john.', '$SUPPORT', [user('john')], configMaps, 200),
    get(
      'The dashboard may not.',
      '$DASHBOARD',
      [user('john')],
      configMaps,
      403,
      'cannot impersonate-on:user-info:list',
    ),
    kubectl('Clients find their way.', ['--token', '$DASHBOARD', '--as', 'john', 'get', 'pods'], 0, 'web'),
    kubectl('', ['--token', '$DASHBOARD', '--as', 'john', 'auth', 'whoami'], 0, 'john'),
    kubectl('', ['--token', '$DASHBOARD', '--as', 'john', 'get', 'configmaps'], 1, 'impersonate-on:user-info:list'),
  ],
};

const brokers: Chapter = {
  title: 'A kubeconfig that is one user',
  steps: [
    kept(
      "The Secret of jane's UserBinding holds it.",
      fromSecret('jane-token', 'kubeconfig'),
      'file',
      'jane.kubeconfig',
    ),
    kubectl('Whoever has it is jane.', asJane('auth', 'whoami'), 0, 'jane'),
    kubectl('jane may edit.', asJane('create', 'configmap', 'settings', '--from-literal=colour=blue'), 0, 'created'),
    kubectl('It makes nobody else.', asJane('--as', 'john', 'get', 'pods'), 1, cannot),
  ],
};

const accounts: Chapter = {
  title: 'Acting as a service account',
  steps: [
    kept(
      'Argo CD has a token.',
      ['-n', 'argocd', 'create', 'token', 'argocd-application-controller'],
      'variable',
      'ARGOCD',
    ),
    get(
      'It deploys to a tenant as the account of the tenant.',
      '$ARGOCD',
      [account('default', 'deployer')],
      pods,
      200,
      'web',
    ),
    get(
      'An account of the same name elsewhere is another one.',
      '$ARGOCD',
      [account('argocd', 'deployer')],
      pods,
      403,
      cannot,
    ),
  ],
};

const revocation: Chapter = {
  title: 'Taking a right away',
  steps: [
    patched('An edit: the grant loses its group.', 'json', [{ op: 'remove', path: '/spec/impersonate/groups' }]),
    eventually(
      get(
        'The request of before, a moment later.',
        '$SUPPORT',
        [user('john'), group('developers')],
        nodes,
        403,
        cannot,
      ),
    ),
    get('What is left goes on.', '$SUPPORT', [user('john')], pods, 200, 'web'),
    patched('The grant is suspended.', 'merge', { spec: { suspend: true } }),
    eventually(
      kubectl(
        'Its Secret is gone.',
        ['-n', 'impersonation-credentials', 'get', 'secret', 'support-bot'],
        1,
        'NotFound',
      ),
    ),
    eventually(get('A copy of the token dies within ten seconds.', '$SUPPORT', [user('john')], pods, 401)),
    eventually(kubectl('The grant says so.', ['get', 'igrant', 'support-as-john'], 0, 'Suspended')),
  ],
};

const restoration = (samples: string): Chapter => ({
  title: 'Giving it back',
  steps: [
    patched('The grant is no longer suspended.', 'merge', { spec: { suspend: false } }),
    kubectl('The samples are as they were.', ['apply', '-f', samples], 0, 'support-as-john configured'),
    allActive,
    supportToken('The support desk has another token.'),
    get('It allows what the first one did.', '$SUPPORT', [user('john'), group('developers')], nodes, 200),
  ],
});

/** `samples` is the directory of the sample objects. */
export const chapters = (samples: string): readonly Chapter[] => [
  setting(samples),
  tokens,
  users,
  identities,
  withKubectl,
  constrained,
  brokers,
  accounts,
  revocation,
  restoration(samples),
];
