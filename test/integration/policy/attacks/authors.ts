/** What an author tries who may write our objects and become a few harmless users. */
import type { AnyObject } from '../../admin.ts';
import { pathOf } from '../../admin.ts';
import type { Rights } from '../author.ts';
import * as may from '../rules.ts';
import { type Attack, OURS, change, creation } from './attack.ts';

const numbered = Array.from({ length: 64 }, (_, index) => `u${index}`);

export const AUTHOR: Rights = {
  everywhere: [
    may.users('jane', 'mallory', ...numbered),
    may.constrained('user-info', 'users', 'carol'),
    may.on('arbitrary-node', ['get'], '', 'pods'),
    may.bindings('nobody'),
    may.on('user-info', ['get'], '', 'services'),
    may.on('serviceaccount', ['get'], '', 'pods'),
  ],
  // as of whoever edits a namespace
  within: { default: [may.accounts(), { verbs: ['create'], apiGroups: [''], resources: ['secrets'] }] },
};

const USERS = 'impersonation-grant-users-1';
const MALLORY = { kind: 'User', name: 'mallory' };

const grant = (metadata: object, impersonate: object, more: object = {}): AnyObject => ({
  apiVersion: OURS,
  kind: 'ImpersonationGrant',
  metadata: { name: 'attacked', ...metadata },
  spec: { subjects: [MALLORY], impersonate, ...more },
});
const binding = (spec: object): AnyObject => ({
  apiVersion: OURS,
  kind: 'UserBinding',
  metadata: { name: 'attacked' },
  spec,
});

const ADMIN = { users: ['admin'] };
const suspended = grant({}, ADMIN, { suspend: true });
const expired = grant({}, ADMIN, { expiresAt: '2020-01-01T00:00:00Z' });
const mine = grant({}, { users: ['jane'] });
const theirs = grant({}, ADMIN);
/** Who may list pods as boss by a grant of an admin would do everything as boss by these. */
const widening = (impersonate: object, more: object = {}): AnyObject =>
  grant({}, impersonate, { mode: 'Constrained', ...more });
const get = (resource: string): object => ({
  actions: [{ apiGroups: [''], resources: [resource], verbs: ['get'] }],
});
const alone: AnyObject = {
  ...mine,
  spec: {
    impersonate: { users: ['jane'] },
    mode: 'Constrained',
    credential: { secretName: 'mine', namespace: 'default' },
  },
};
const jane = binding({ subject: { kind: 'User', name: 'jane' } });

const create = (guard: string, object: AnyObject): Attack => creation(guard, object, 'author');
const patch = (guard: string, before: AnyObject, spec: object, metadata: object = {}): Attack =>
  change(guard, before, { metadata, spec }, 'author');

export const authorAttacks: Readonly<Record<string, Attack>> = {
  'a grant of an admin': create(USERS, grant({}, ADMIN)),
  'a grant to oneself of a group of admins': create(
    'impersonation-grant-groups-1',
    grant({}, { users: ['jane'], groups: ['admins'] }),
  ),
  'a grant of every right, by a name that the server makes': {
    ...create(USERS, grant({}, ADMIN)),
    body: {
      apiVersion: OURS,
      kind: 'ImpersonationGrant',
      metadata: { generateName: 'attacked-' },
      spec: grant({}, ADMIN)['spec'],
    },
  },
  'a grant that says it belongs to a live one': create(
    USERS,
    grant(
      {
        ownerReferences: [
          { apiVersion: OURS, kind: 'ImpersonationGrant', name: 'other', uid: '6b2d1c9e-0000-4000-8000-000000000000' },
        ],
      },
      ADMIN,
    ),
  ),
  'a grant with the labels of a child': create(
    USERS,
    grant(
      { labels: { 'impersonation.dev/owner-uid': 'x', 'app.kubernetes.io/managed-by': 'impersonation-operator' } },
      ADMIN,
    ),
  ),
  'a grant that is suspended for now': create(USERS, suspended),
  'a grant that has expired': create(USERS, expired),
  'an end to a suspension': patch(USERS, suspended, { suspend: false }),
  'an end to an expiry': patch(USERS, expired, { expiresAt: null }),
  'an edit of a suspended grant': patch(USERS, suspended, { impersonate: { users: ['root'] } }),
  'an edit beside a change of labels': patch(USERS, mine, { impersonate: ADMIN }, { labels: { a: 'b' } }),
  'oneself as a subject of a grant of others': patch(USERS, theirs, {
    subjects: [MALLORY, { kind: 'User', name: 'eve' }],
  }),
  'a grant by server-side apply': {
    ...create(USERS, grant({}, ADMIN)),
    method: 'PATCH',
    path: `${pathOf('ImpersonationGrant', undefined, 'attacked')}?fieldManager=a&force=true`,
  },
  'a look-alike of a system: user': create(USERS, grant({}, { users: ['System:admin'] })),
  'a look-alike of a group in other letters': create(
    'impersonation-grant-groups-1',
    grant({}, { users: ['jane'], groups: ['ѕystem:masters'] }),
  ),
  'a system: user, with the flag that it takes': create(
    USERS,
    grant({}, { users: ['system:admin'] }, { allowPrivileged: true }),
  ),
  'an account of kube-system, as an author': create(
    'impersonation-grant-serviceaccounts-1',
    grant({}, { serviceAccounts: [{ namespace: 'kube-system', name: 'admin' }] }, { allowPrivileged: true }),
  ),
  'a node, as an author': create(
    'impersonation-grant-nodes-1',
    grant(
      {},
      { nodes: ['worker-1'] },
      { allowPrivileged: true, actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
    ),
  ),
  'a uid of somebody': create('impersonation-grant-uids-1', grant({}, { users: ['jane'], uids: ['0'] })),
  'an extra value of somebody': create(
    'impersonation-grant-extra-1',
    grant({}, { users: ['jane'], extra: [{ key: 'scopes', values: ['admin'] }] }),
  ),
  'a binding of somebody else': create('impersonation-grant-userbindings', grant({}, { userBindings: ['jane'] })),
  'a binding that is not there yet': create('impersonation-grant-userbindings', grant({}, { userBindings: ['later'] })),
  'twenty users before the one': create(
    'impersonation-grant-users-2',
    grant({}, { users: [...numbered.slice(0, 19), 'admin'] }),
  ),
  'many users, too many to look at': create(USERS, grant({}, { users: numbered })),
  'actions that one may not do': create(
    'impersonation-grant-actions-user-info-1',
    grant({}, { users: ['carol'] }, { actions: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }),
  ),
  'all actions beside a harmless user': create(
    'impersonation-grant-actions-user-info-1',
    widening({ users: ['jane'] }),
  ),
  'all actions beside an account of one’s own namespace': create(
    'impersonation-grant-actions-serviceaccount-1',
    widening({ serviceAccounts: [{ namespace: 'default', name: 'nobody' }] }),
  ),
  'actions beside a harmless user binding': create(
    'impersonation-grant-actions-user-info-1',
    widening({ userBindings: ['nobody'] }, get('pods')),
  ),
  'actions beside a user binding that comes to be an account': create(
    'impersonation-grant-actions-serviceaccount-1',
    widening({ userBindings: ['nobody'] }, get('services')),
  ),
  'subjects for the actions of an account alone': patch('impersonation-grant-actions-user-info-1', alone, {
    subjects: [MALLORY],
  }),
  'a token in a Secret': create(
    'impersonation-grant-credential',
    grant({}, { users: ['jane'] }, { credential: { secretName: 'stolen' } }),
  ),
  'a user binding that was made anew': create(
    'impersonation-binding-identity',
    binding({ subject: { kind: 'User', name: 'admin' } }),
  ),
  'a user binding of cluster-admin': create(
    'impersonation-binding-roles',
    binding({ subject: MALLORY, roles: [{ roleRef: { kind: 'ClusterRole', name: 'cluster-admin' } }] }),
  ),
  'cluster-admin for a binding that others use': patch('impersonation-binding-roles', jane, {
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'cluster-admin' } }],
  }),
  'a group of admins in a binding that others use': patch('impersonation-binding-identity', jane, {
    identity: { groups: ['admins'] },
  }),
  'rules of one’s own in a binding': patch('impersonation-binding-rules', jane, {
    roles: [{ rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }],
  }),
};
