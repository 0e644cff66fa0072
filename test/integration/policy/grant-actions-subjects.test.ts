/** Actions hold for everybody whom their holder may become by any grant: subjects may become others, an account of its own may not. */
import type { PolicyRule } from '../../../src/rbac/index.ts';
import * as may from './rules.ts';
import { type Row, guarded, table } from './table.ts';

const { admin } = guarded();
const SUBJECTS = { subjects: [{ kind: 'User', name: 'alice' }] };
const CREDENTIAL = { credential: { secretName: 'token' } };
const getList = ['get', 'list'];
const ACTIONS = { actions: [{ apiGroups: [''], resources: ['pods'], verbs: getList }] };
const onPods = (mode: string): PolicyRule => may.on(mode, getList, '', 'pods');
const secrets: PolicyRule = { verbs: ['create'], apiGroups: [''], resources: ['secrets'] };
const APP = { serviceAccounts: [{ namespace: 'default', name: 'app' }] };
const numbered = (prefix: string): string[] => Array.from({ length: 20 }, (_, index) => `${prefix}${index + 1}`);

const grant = (spec: object, rules: readonly PolicyRule[], refused?: string): Row => ({
  kind: 'ImpersonationGrant',
  rights: may.everywhere(secrets, ...rules),
  spec,
  ...(refused === undefined ? {} : { refused }),
});

/** An account of its own is the only one that holds it. */
const alone = (impersonate: object, rules: readonly PolicyRule[], refused?: string, more: object = ACTIONS): Row =>
  grant({ impersonate, ...CREDENTIAL, ...more }, rules, refused);

const shared = (impersonate: object, rules: readonly PolicyRule[], refused?: string, more: object = ACTIONS): Row =>
  grant({ impersonate, ...SUBJECTS, ...more }, rules, refused);

const update = (before: object, row: Row): Row => ({ ...row, before });

/** Of all sorts that a user has. */
const TWELVE = {
  users: ['a', 'b', 'c'],
  groups: ['d', 'e', 'f'],
  uids: ['g', 'h', 'i'],
  extra: [{ key: 'acme.io/team', values: ['j', 'k', 'l'] }],
};
const becomesEleven = [
  may.users('a', 'b', 'c'),
  may.groups('d', 'e', 'f'),
  may.uids('g', 'h', 'i'),
  may.extra('acme.io/team', 'j', 'k'),
];

/** Of all sorts that an author who holds none of them wholly may name. */
const TWENTY = {
  users: numbered('u'),
  groups: numbered('g'),
  uids: numbered('i'),
  extra: [{ key: 'acme.io/team', values: numbered('x') }],
  userBindings: numbered('b'),
  serviceAccounts: numbered('s').map((name) => ({ namespace: 'default', name })),
};
const becomesTwenty = [
  may.users(...TWENTY.users),
  may.groups(...TWENTY.groups),
  may.uids(...TWENTY.uids),
  may.extra('acme.io/team', ...numbered('x')),
  may.bindings(...TWENTY.userBindings),
  may.accounts(...numbered('s')),
];

/** Thirty of them. */
const thirty = {
  apiGroups: [''],
  resources: ['pods', 'services', 'secrets'],
  verbs: getList,
  namespaces: ['a', 'b', 'c', 'd', 'e'],
};
const THIRTY = { actions: [thirty] };
const onThirty = (mode: string): PolicyRule => may.on(mode, getList, '', 'pods', 'services', 'secrets');

const everything = (mode: string): PolicyRule[] => [
  may.on(mode, ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'], '*', '*'),
  {
    verbs: ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'].map((verb) => `impersonate-on:${mode}:${verb}`),
    nonResourceURLs: ['*'],
  },
];

const JANE = { users: ['jane'] };
const FOR_EVERYBODY = 'for everybody whom any grant lets the subjects become';
const OR_TARGETS = 'or the verb "impersonate" on every target';
const both = [onPods('user-info'), onPods('serviceaccount')];
const constrained = { mode: 'Constrained' };

table(
  {
    'no right to actions for an author who may become the target at all': alone(JANE, [may.users('jane')]),
    'nor to all of them': alone(JANE, [may.users('jane')], undefined, constrained),
    'with subjects the author needs the right': shared(JANE, [may.users('jane')], FOR_EVERYBODY),
    'with subjects the author needs the right to all of them': shared(
      JANE,
      [may.users('jane')],
      FOR_EVERYBODY,
      constrained,
    ),
    'with subjects beside a credential likewise': shared(JANE, [may.users('jane')], FOR_EVERYBODY, {
      ...CREDENTIAL,
      ...ACTIONS,
    }),
    'with subjects and that right': shared(JANE, [may.users('jane'), onPods('user-info')]),
    'subjects in a Legacy grant have no actions': shared(JANE, [may.users('jane')], undefined, {}),
    'all accounts of a namespace, with subjects': {
      ...shared(APP, [], FOR_EVERYBODY),
      rights: { within: { default: [may.accounts()] } },
    },
    'all accounts of a namespace, alone': {
      ...alone(APP, []),
      rights: { everywhere: [secrets], within: { default: [may.accounts()] } },
    },
    'all users, with subjects': shared(JANE, [may.users()], FOR_EVERYBODY),
    'a node makes Auto constrained, for the user beside it too': shared(
      { ...JANE, nodes: ['worker-1'] },
      [may.users('jane'), may.constrained('arbitrary-node', 'nodes'), ...everything('arbitrary-node')],
      'the verb "impersonate-on:user-info:',
      { allowPrivileged: true },
    ),
    'the node of one who holds the right to both': shared(
      { ...JANE, nodes: ['worker-1'] },
      [
        may.users('jane'),
        may.constrained('arbitrary-node', 'nodes'),
        ...everything('arbitrary-node'),
        ...everything('user-info'),
      ],
      undefined,
      { allowPrivileged: true },
    ),
    'a node, alone': alone(
      { nodes: ['worker-1'] },
      [may.users('system:node:worker-1'), may.constrained('arbitrary-node', 'nodes')],
      'the verb "impersonate-on:arbitrary-node:get" on pods',
      { allowPrivileged: true, ...ACTIONS },
    ),
    'a group of which the author holds less': alone(
      { ...JANE, groups: ['dev'] },
      [may.users('jane'), may.constrained('user-info', 'groups', 'dev')],
      OR_TARGETS,
    ),
    'twelve targets of all sorts, held by name': alone(
      TWELVE,
      [...becomesEleven, may.extra('acme.io/team', 'l')],
      undefined,
      THIRTY,
    ),
    'the twelfth of them is looked at too': alone(
      TWELVE,
      [
        ...becomesEleven,
        {
          verbs: ['impersonate:user-info'],
          apiGroups: ['authentication.k8s.io'],
          resources: ['userextras/acme.io/team'],
        },
      ],
      'the verb "impersonate-on:user-info:',
      THIRTY,
    ),
    'more than twelve are not': alone(
      { users: numbered('u') },
      [may.users()],
      'the verb "impersonate-on:user-info:',
      THIRTY,
    ),

    'a user binding, alone': alone({ userBindings: ['b'] }, [may.bindings('b')]),
    'a user binding, with subjects': shared({ userBindings: ['b'] }, [may.bindings('b'), ...both]),
    'a user binding may be a user': shared(
      { userBindings: ['b'] },
      [may.bindings('b'), onPods('serviceaccount')],
      'the verb "impersonate-on:user-info:get" on pods',
    ),
    'a user binding may come to be an account': shared(
      { userBindings: ['b'] },
      [may.bindings('b'), onPods('user-info')],
      'the verb "impersonate-on:serviceaccount:get" on pods',
    ),
    'all user bindings, with subjects': shared({ userBindings: ['b'] }, [may.bindings()], FOR_EVERYBODY),
    'a user binding beside a user of whom the author holds less': alone(
      { ...JANE, userBindings: ['b'] },
      [may.constrained('user-info', 'users', 'jane'), may.bindings('b'), onPods('serviceaccount')],
      'the verb "impersonate-on:user-info:get" on pods',
    ),

    'subjects where there was an account alone': update(
      { impersonate: JANE, ...CREDENTIAL, ...ACTIONS },
      shared(JANE, [may.users('jane')], FOR_EVERYBODY, { ...CREDENTIAL, ...ACTIONS }),
    ),
    'a user binding where there was a user alone': update(
      { impersonate: JANE, ...SUBJECTS, ...ACTIONS },
      shared({ ...JANE, userBindings: ['b'] }, [may.users('jane'), may.bindings('b')], FOR_EVERYBODY),
    ),
    'the mode Constrained where it was Legacy': update(
      { impersonate: JANE, ...SUBJECTS },
      shared(JANE, [may.users('jane')], FOR_EVERYBODY, constrained),
    ),
    'no subjects, where there were some': update(
      { impersonate: JANE, ...SUBJECTS, ...CREDENTIAL, ...ACTIONS },
      alone(JANE, []),
    ),

    'twenty of each sort with thirty actions': shared(
      TWENTY,
      [...becomesTwenty, onThirty('user-info'), onThirty('serviceaccount')],
      undefined,
      THIRTY,
    ),
    'twenty of each sort with thirty actions but one': shared(
      TWENTY,
      [...becomesTwenty, onThirty('user-info'), may.on('serviceaccount', getList, '', 'pods', 'services')],
      '"impersonate-on:serviceaccount:get" on secrets',
      THIRTY,
    ),
    'somebody who may become everybody': shared(JANE, [may.users(), may.groups()]),
    'the override': shared(JANE, [may.override('impersonationgrants')], undefined, constrained),
  },
  admin,
);
