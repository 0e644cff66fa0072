import { type Installation, isMadeAccount } from './installation.ts';
import { type Rejection, rejected } from './verdict.ts';

/** Names that Kubernetes keeps for itself. */
const isPrivilegedName = (name: string): boolean => /^(system|kubeadm):/.test(name);

export interface Named {
  readonly field: string;
  readonly name: string;
}

/** Above every rule: whoever is a member may do everything, so nobody is ever let in. */
const MASTERS = 'system:masters';

const privileged = (
  allowPrivileged: boolean,
  inCeiling: boolean,
  { field, name }: Named,
  setting: string,
): Rejection | undefined => {
  if (!allowPrivileged)
    return rejected(
      'PrivilegedTarget',
      `${field} names "${name}", which is privileged; set spec.allowPrivileged, or remove it`,
    );
  if (!inCeiling)
    return rejected(
      'BeyondCeiling',
      `${field} names "${name}", which is privileged and not in the ceiling of this installation; whoever installed the operator can add it to ${setting}`,
    );
  return undefined;
};

export const privilegedUser = (
  installation: Installation,
  allowPrivileged: boolean,
  user: Named,
): Rejection | undefined =>
  isPrivilegedName(user.name)
    ? privileged(allowPrivileged, installation.ceiling.users.has(user.name), user, 'privilegedUsers')
    : undefined;

export const privilegedGroup = (
  installation: Installation,
  allowPrivileged: boolean,
  group: Named,
): Rejection | undefined => {
  if (group.name === MASTERS)
    return rejected(
      'ForbiddenTarget',
      `${group.field} names "${MASTERS}", whose members may do everything; it is never granted`,
    );
  return isPrivilegedName(group.name)
    ? privileged(allowPrivileged, installation.ceiling.groups.has(group.name), group, 'privilegedGroups')
    : undefined;
};

export const privilegedNode = (
  installation: Installation,
  allowPrivileged: boolean,
  node: Named,
): Rejection | undefined =>
  privileged(allowPrivileged, installation.ceiling.nodes.has(node.name), node, 'privilegedNodes');

export const targetAccount = (
  installation: Installation,
  allowPrivileged: boolean,
  field: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Rejection | undefined => {
  const account = `${namespace}/${name}`;
  if (namespace === installation.operatorNamespace)
    return rejected(
      'ForbiddenTarget',
      `${field} names "${account}", in the namespace of the operator; choose an account of another namespace`,
    );
  if (isMadeAccount(installation, namespace, name))
    return rejected(
      'ForbiddenTarget',
      `${field} names "${account}", which the operator made to hold a grant; choose another account`,
    );
  return installation.privilegedNamespaces.has(namespace)
    ? privileged(
        allowPrivileged,
        installation.ceiling.serviceAccounts.has(account),
        { field, name: account },
        'privilegedServiceAccounts',
      )
    : undefined;
};
