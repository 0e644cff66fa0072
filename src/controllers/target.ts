import type { ExtraEntry } from '../crds/index.ts';
import type { AccountName } from '../rbac/index.ts';
import { type Ceiling, type Installation, type PrivilegedTargets, isMadeAccount } from './installation.ts';
import { short } from './summary.ts';
import { type Rejection, rejected } from './verdict.ts';

/** Names that Kubernetes keeps for itself. */
const isPrivilegedName = (name: string): boolean => /^(system|kubeadm):/.test(name);

export interface Named {
  readonly field: string;
  readonly name: string;
}

/** Above every rule: whoever is a member may do everything, so nobody is ever let in. */
const MASTERS = 'system:masters';

const held = (list: string, listed: readonly string[]): string =>
  `${list} has ${listed.length === 0 ? 'nothing' : short(listed)}; whoever installed the operator can add it`;

/** `list` is the setting that holds what is `listed`. */
export const beyondCeiling = (field: string, value: string, list: string, listed: Iterable<string>): Rejection =>
  rejected(
    'BeyondCeiling',
    `${field} names ${value}, which the ceiling of this installation does not list: ${held(list, [...listed])}`,
  );

/** The lists of privileged targets by the setting that holds them. */
const SETTING: Readonly<Record<keyof PrivilegedTargets, string>> = {
  users: 'ceiling.privilegedUsers',
  groups: 'ceiling.privilegedGroups',
  serviceAccounts: 'ceiling.privilegedServiceAccounts',
  nodes: 'ceiling.privilegedNodes',
};

const privileged = (
  { ceiling }: Installation,
  allowPrivileged: boolean,
  sort: keyof PrivilegedTargets,
  { field, name }: Named,
): Rejection | undefined => {
  if (!allowPrivileged)
    return rejected(
      'PrivilegedTarget',
      `${field} names "${name}", which is privileged; set spec.allowPrivileged, or remove it`,
    );
  const most = ceiling.privileged[sort];
  if (!most.has(name))
    return rejected(
      'BeyondCeiling',
      `${field} names "${name}", which is privileged and not in the ceiling of this installation: ${held(SETTING[sort], [...most])}`,
    );
  return undefined;
};

const listed = (
  { ceiling }: Installation,
  list: keyof Ceiling & ('users' | 'groups' | 'uids' | 'serviceAccountNamespaces'),
  { field, name }: Named,
  member = name,
): Rejection | undefined => {
  const most = ceiling[list];
  return most?.has(member) === false ? beyondCeiling(field, `"${name}"`, `ceiling.${list}`, most) : undefined;
};

export const targetUser = (installation: Installation, allowPrivileged: boolean, user: Named): Rejection | undefined =>
  isPrivilegedName(user.name)
    ? privileged(installation, allowPrivileged, 'users', user)
    : listed(installation, 'users', user);

export const targetGroup = (
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
    ? privileged(installation, allowPrivileged, 'groups', group)
    : listed(installation, 'groups', group);
};

export const targetUid = (installation: Installation, uid: Named): Rejection | undefined =>
  listed(installation, 'uids', uid);

export const targetExtra = (
  { ceiling: { extra } }: Installation,
  field: string,
  { key, values }: ExtraEntry,
): Rejection | undefined => {
  const allowed = extra === undefined ? 'all' : (extra.get(key) ?? new Set<string>());
  if (allowed === 'all') return undefined;
  const beyond = values.find((value) => !allowed.has(value));
  return beyond === undefined
    ? undefined
    : beyondCeiling(field, `"${beyond}" of the key "${key}"`, `ceiling.extra["${key}"]`, allowed);
};

/** Every node is privileged. */
export const targetNode = (installation: Installation, allowPrivileged: boolean, node: Named): Rejection | undefined =>
  privileged(installation, allowPrivileged, 'nodes', node);

export const targetAccount = (
  installation: Installation,
  allowPrivileged: boolean,
  field: string,
  { namespace, name }: AccountName,
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
    ? privileged(installation, allowPrivileged, 'serviceAccounts', { field, name: account })
    : listed(installation, 'serviceAccountNamespaces', { field, name: account }, namespace);
};
