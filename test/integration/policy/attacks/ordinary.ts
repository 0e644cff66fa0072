import { type Attack, OURS, change, creation } from './attack.ts';
import {
  BINDING,
  GRANT,
  clusterRole,
  clusterRoleBinding,
  impersonates,
  ofBinding,
  ofGrant,
  role,
} from './rbac-objects.ts';

/** What the guard lets through: else it would prove nothing. */
export const ordinary: Readonly<Record<string, Attack>> = {
  'the role of a grant': creation(
    'none',
    clusterRole(GRANT, ofGrant, impersonates('users', 'jane'), impersonates('groups', 'dev')),
  ),
  'the actions of a grant': creation(
    'none',
    clusterRole(`${GRANT}:actions`, ofGrant, {
      verbs: ['impersonate-on:user-info:get'],
      apiGroups: ['*'],
      resources: ['*'],
    }),
  ),
  'the role of an account': creation('none', role('default', impersonates('serviceaccounts', 'app'))),
  'the binding of a grant': creation('none', clusterRoleBinding(GRANT, ofGrant, GRANT)),
  'a role that the ceiling lists': creation(
    'none',
    clusterRoleBinding(`${BINDING}:clusterrole:view`, ofBinding, 'view'),
  ),
  'the claim to the cluster': creation('none', clusterRole('impersonation:installation', {})),
  [`an edit of an object of ${OURS}`]: change('none', clusterRole(GRANT, ofGrant, impersonates('users', 'jane')), {
    rules: [impersonates('users', 'john')],
  }),
};
