/** Roles that the operator's token is used to write. */
import {
  type Attack,
  OPERATOR,
  RBAC,
  SYSTEM,
  change,
  creation,
  ownedBy,
  ownedByTwo,
  removal,
  uncontrolledBy,
} from './attack.ts';
import {
  BINDING,
  EVERYTHING,
  GRANT,
  ROLES,
  clusterRole,
  impersonates,
  ofBinding,
  ofGrant,
  role,
  type Rule,
} from './rbac-objects.ts';

/** Somebody else's, under a name of ours. */
const foreign = clusterRole('impersonation:grant:foreign', {}, impersonates('users', 'jane'));
const own = clusterRole('impersonation-foreign-role', {}, impersonates('users', 'jane'));

const grantRole = (...rules: readonly Rule[]): Attack => creation(ROLES, clusterRole(GRANT, ofGrant, ...rules));

export const roleAttacks: Readonly<Record<string, Attack>> = {
  'a role that allows everything': grantRole(EVERYTHING),
  'a role that allows everything, under another name': creation(
    ROLES,
    clusterRole('cluster-admin-2', ofGrant, EVERYTHING),
  ),
  'a role of impersonation under another name': creation(
    ROLES,
    clusterRole('helper', ofGrant, impersonates('users', 'jane')),
  ),
  'a role under a name that is only like ours': creation(
    ROLES,
    clusterRole('impersonation:binder:stolen', ofBinding, impersonates('users', 'jane')),
  ),
  'a role with a second owner, who lives': creation(
    ROLES,
    clusterRole(GRANT, ownedByTwo('ImpersonationGrant', 'stolen'), impersonates('users', 'jane')),
  ),
  'a role that its owner does not control': creation(
    ROLES,
    clusterRole(GRANT, uncontrolledBy('ImpersonationGrant', 'stolen'), impersonates('users', 'jane')),
  ),
  'a role that belongs to nobody': creation(ROLES, clusterRole(GRANT, {}, impersonates('users', 'jane'))),
  'a role that belongs to somebody else than its name says': creation(
    ROLES,
    clusterRole(GRANT, ownedBy('ImpersonationGrant', 'other'), impersonates('users', 'jane')),
  ),
  'a role that belongs to an object of another kind': creation(
    ROLES,
    clusterRole(GRANT, ofBinding, impersonates('users', 'jane')),
  ),
  'reading Secrets': grantRole({ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }),
  'reading Secrets beside an identity': grantRole(impersonates('users', 'jane'), {
    verbs: ['list'],
    apiGroups: [''],
    resources: ['secrets'],
  }),
  'the group that is above every rule': grantRole(impersonates('groups', 'system:masters')),
  'that group by the constrained verb': grantRole({
    verbs: ['impersonate:user-info'],
    apiGroups: ['authentication.k8s.io'],
    resources: ['groups'],
    resourceNames: ['system:masters'],
  }),
  'every user, by no name': grantRole(impersonates('users')),
  'every group, by the name *': grantRole(impersonates('groups', '*')),
  'every user, by the verb *': grantRole({
    verbs: ['*'],
    apiGroups: [''],
    resources: ['users'],
    resourceNames: ['jane'],
  }),
  'everybody, by the resource *': grantRole({
    verbs: ['impersonate'],
    apiGroups: [''],
    resources: ['*'],
    resourceNames: ['jane'],
  }),
  'everybody, by the API group *': grantRole({
    verbs: ['impersonate'],
    apiGroups: ['*'],
    resources: ['users'],
    resourceNames: ['jane'],
  }),
  'a system: user': grantRole(impersonates('users', 'system:kube-controller-manager')),
  'a system: group': grantRole(impersonates('groups', 'system:nodes')),
  'a kubeadm: group': grantRole(impersonates('groups', 'kubeadm:cluster-admins')),
  'a node': grantRole({
    verbs: ['impersonate:arbitrary-node'],
    apiGroups: ['authentication.k8s.io'],
    resources: ['nodes'],
    resourceNames: ['worker-1'],
  }),
  'an account of kube-system': creation(
    ROLES,
    role('kube-system', impersonates('serviceaccounts', 'generic-garbage-collector')),
  ),
  'the operator itself as a target': creation(ROLES, role(SYSTEM, impersonates('serviceaccounts', OPERATOR))),
  'an account that holds another grant': creation(
    ROLES,
    role('impersonation-credentials', impersonates('serviceaccounts', 'impersonation-grant-other-0123abcd')),
  ),
  'an account of that name in every namespace': grantRole(impersonates('serviceaccounts', 'app')),
  'the verb escalate, while impersonating': grantRole({
    verbs: ['impersonate-on:user-info:escalate'],
    apiGroups: [RBAC],
    resources: ['clusterroles'],
  }),
  'a role that collects the rules of others': creation(ROLES, {
    ...clusterRole(GRANT, ofGrant),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
  }),
  'a label by which admins get the role': creation(
    ROLES,
    clusterRole(
      GRANT,
      { ...ofGrant, labels: { [`${RBAC}/aggregate-to-admin`]: 'true' } },
      impersonates('users', 'jane'),
    ),
  ),
  'rules of a user binding that no ceiling lists': creation(
    ROLES,
    clusterRole(`${BINDING}:rules`, ofBinding, { verbs: ['get'], apiGroups: [''], resources: ['secrets'] }),
  ),
  'actions in the role of a broker': creation(
    ROLES,
    clusterRole(`${BINDING}:broker`, ofBinding, {
      verbs: ['impersonate-on:user-info:get'],
      apiGroups: ['*'],
      resources: ['*'],
    }),
  ),
  'its own role': change(ROLES, own, { rules: [EVERYTHING] }),
  'the claim to the cluster, with rules': creation(ROLES, clusterRole('impersonation:installation', {}, EVERYTHING)),
  'a foreign role under a name of ours': change(ROLES, foreign, { rules: [] }),
  'a foreign role under a name of ours, taken over': change(ROLES, foreign, {
    metadata: { name: foreign.metadata.name, ...ownedBy('ImpersonationGrant', 'foreign') },
  }),
  'the removal of a foreign role under a name of ours': removal(ROLES, foreign),
  'the removal of a role of others': removal(ROLES, own),
};
