/** Bindings that the operator's token is used to write. */
import { type Attack, OPERATOR, RBAC, SYSTEM, change, creation, ownedBy, removal } from './attack.ts';
import {
  BINDING,
  BINDINGS,
  GRANT,
  MALLORY,
  clusterRoleBinding,
  ofBinding,
  ofGrant,
  roleBinding,
} from './rbac-objects.ts';

export const bindingAttacks: Readonly<Record<string, Attack>> = {
  'a binding to cluster-admin': creation(BINDINGS, clusterRoleBinding(GRANT, ofGrant, 'cluster-admin')),
  'a binding to cluster-admin under another name': creation(
    BINDINGS,
    clusterRoleBinding('helper', ofGrant, 'cluster-admin'),
  ),
  'a binding of a user binding to cluster-admin': creation(
    BINDINGS,
    clusterRoleBinding(`${BINDING}:clusterrole:cluster-admin`, ofBinding, 'cluster-admin'),
  ),
  'a binding of a grant to a role that the ceiling lists': creation(
    BINDINGS,
    clusterRoleBinding(GRANT, ofGrant, 'view'),
  ),
  'a binding to the role of the operator': creation(
    BINDINGS,
    clusterRoleBinding(`${BINDING}:clusterrole:${OPERATOR}`, ofBinding, OPERATOR),
  ),
  'a binding to a role of another grant': creation(
    BINDINGS,
    clusterRoleBinding(GRANT, ofGrant, 'impersonation:grant:other'),
  ),
  'a binding to a Role of kube-system': creation(BINDINGS, roleBinding('Role', 'system:controller:bootstrap-signer')),
  'a binding to a ClusterRole in kube-system': creation(BINDINGS, roleBinding('ClusterRole', 'admin')),
  'a binding under a name that is only like ours': creation(
    BINDINGS,
    clusterRoleBinding('impersonation:binder:stolen', ofBinding, 'impersonation:binder:stolen'),
  ),
  'a binding that belongs to somebody else than its name says': creation(
    BINDINGS,
    clusterRoleBinding(GRANT, ownedBy('ImpersonationGrant', 'other'), GRANT),
  ),
  'a foreign binding under a name of ours, taken over': change(
    BINDINGS,
    clusterRoleBinding(GRANT, {}, GRANT, { ...MALLORY, name: 'somebody' }),
    { metadata: { name: GRANT, ...ofGrant }, subjects: [MALLORY] },
  ),
  'the removal of a foreign binding under a name of ours': removal(BINDINGS, clusterRoleBinding(GRANT, {}, GRANT)),
  'a binding that belongs to nobody': creation(BINDINGS, clusterRoleBinding(GRANT, {}, GRANT)),
  'the operator itself as a subject': creation(
    BINDINGS,
    clusterRoleBinding(GRANT, ofGrant, GRANT, { kind: 'ServiceAccount', name: OPERATOR, namespace: SYSTEM }),
  ),
  'the operator by its user name as a subject': creation(
    BINDINGS,
    clusterRoleBinding(GRANT, ofGrant, GRANT, { ...MALLORY, name: `system:serviceaccount:${SYSTEM}:${OPERATOR}` }),
  ),
  'the operator as one of its namespace': creation(
    BINDINGS,
    clusterRoleBinding(GRANT, ofGrant, GRANT, {
      kind: 'Group',
      apiGroup: RBAC,
      name: `system:serviceaccounts:${SYSTEM}`,
    }),
  ),
  'the operator as one of everybody': creation(
    BINDINGS,
    clusterRoleBinding(GRANT, ofGrant, GRANT, { kind: 'Group', apiGroup: RBAC, name: 'system:authenticated' }),
  ),
  'the removal of a binding of others': removal(
    BINDINGS,
    clusterRoleBinding('impersonation-foreign-binding', {}, 'view'),
  ),
  'a subject more in a binding of others': change(
    BINDINGS,
    clusterRoleBinding('impersonation-foreign-binding', {}, 'view'),
    {
      subjects: [MALLORY, { ...MALLORY, name: 'eve' }],
    },
  ),
};
