/** The ways in which the API server lets one user become another, and what each of them asks. Read from kube-apiserver 1.37. */
import { type Attributes, type ResourceAttributes, type UserInfo, resourceAttributes } from './attributes.ts';
import { PRIVILEGED_GROUP } from './authorize.ts';
import { extraFault } from './extra-key.ts';
import { AUTHENTICATION } from './rule.ts';
import { accountGroups, accountOfUser, nodeOfUser } from './user-name.ts';

/** In the order in which a server with the gate ConstrainedImpersonation asks them. */
export const IMPERSONATION_MODES = [
  'associated-node',
  'arbitrary-node',
  'serviceaccount',
  'user-info',
  'legacy',
] as const;
export type ImpersonationMode = (typeof IMPERSONATION_MODES)[number];

/** One thing that a mode demands. The first that is not met ends the mode. */
export type Demand =
  | { readonly kind: 'Check'; readonly check: Attributes }
  /** Met as a whole by the check of the name `*`, else each by itself. */
  | { readonly kind: 'Many'; readonly whole: ResourceAttributes; readonly each: readonly ResourceAttributes[] }
  /** Never met. `check` is what the server's answer names. */
  | { readonly kind: 'Never'; readonly check: ResourceAttributes; readonly reason: string };

const NODE_NAME = 'authentication.kubernetes.io/node-name';
/** From so many groups, keys or values on the name `*` is asked first. */
const MANY = 4;

const isNameAlone = ({ uid, groups, extra }: UserInfo): boolean =>
  uid === '' && groups.length === 0 && extra.length === 0;

/** The node that the token of an account is bound to. */
const nodeOfCaller = ({ name, extra }: UserInfo): string | undefined => {
  const values = extra.find(({ key }) => key === NODE_NAME)?.values ?? [];
  return accountOfUser(name) !== undefined && values.length === 1 ? values[0] : undefined;
};

/** Whether the server tries this mode at all. */
export const applies = (mode: ImpersonationMode, caller: UserInfo, wanted: UserInfo): boolean => {
  const node = nodeOfUser(wanted.name);
  switch (mode) {
    case 'associated-node':
      return isNameAlone(wanted) && node !== undefined && nodeOfCaller(caller) === node;
    case 'arbitrary-node':
      return isNameAlone(wanted) && node !== undefined;
    case 'serviceaccount':
      return isNameAlone(wanted) && accountOfUser(wanted.name) !== undefined;
    case 'user-info':
      return node === undefined && accountOfUser(wanted.name) === undefined;
    case 'legacy':
      return true;
    default:
      return mode satisfies never;
  }
};

const identityVerb = (mode: ImpersonationMode): string => (mode === 'legacy' ? 'impersonate' : `impersonate:${mode}`);

const userCheck = (mode: ImpersonationMode, name: string): ResourceAttributes => {
  const verb = identityVerb(mode);
  const apiGroup = mode === 'legacy' ? '' : AUTHENTICATION;
  const node = mode === 'legacy' ? undefined : nodeOfUser(name);
  if (mode === 'associated-node') return resourceAttributes({ verb, apiGroup, resource: 'nodes', name: '*' });
  if (node !== undefined) return resourceAttributes({ verb, apiGroup, resource: 'nodes', name: node });
  const account = accountOfUser(name);
  if (account !== undefined) return resourceAttributes({ verb, apiGroup, resource: 'serviceaccounts', ...account });
  return resourceAttributes({ verb, apiGroup, resource: 'users', name });
};

const uidDemands = (mode: ImpersonationMode, uid: string): Demand[] =>
  uid === '' ? [] : [check(authenticationCheck(mode, { resource: 'uids', name: uid }))];

const authenticationCheck = (
  mode: ImpersonationMode,
  asked: Pick<ResourceAttributes, 'resource'> & Partial<ResourceAttributes>,
): ResourceAttributes => resourceAttributes({ ...asked, verb: identityVerb(mode), apiGroup: AUTHENTICATION });

const check = (attributes: Attributes): Demand => ({ kind: 'Check', check: attributes });

const groupDemands = (mode: ImpersonationMode, groups: readonly string[]): Demand[] => {
  const apiGroup = mode === 'legacy' ? '' : AUTHENTICATION;
  const named = (name: string): ResourceAttributes =>
    resourceAttributes({ verb: identityVerb(mode), apiGroup, resource: 'groups', name });
  if (mode === 'legacy') return groups.map(named).map(check);
  if (groups.includes('')) return [{ kind: 'Never', check: named(''), reason: 'a group is empty' }];
  if (groups.includes(PRIVILEGED_GROUP))
    return [{ kind: 'Never', check: named(PRIVILEGED_GROUP), reason: `nobody may become ${PRIVILEGED_GROUP}` }];
  return groups.length < MANY
    ? groups.map(named).map(check)
    : [{ kind: 'Many', whole: named('*'), each: groups.map(named) }];
};

const extraDemands = (mode: ImpersonationMode, extra: UserInfo['extra']): Demand[] => {
  if (extra.length === 0) return [];
  const named = (subresource: string, name: string): ResourceAttributes =>
    authenticationCheck(mode, { resource: 'userextras', subresource, name });
  const each = extra.flatMap(({ key, values }) => values.map((value) => named(key, value)));
  if (mode === 'legacy') return each.map(check);
  const reason = extra.map(extraFault).find((fault) => fault !== undefined);
  if (reason !== undefined) return [{ kind: 'Never', check: named('', ''), reason }];
  return extra.length < MANY && each.length < MANY ? each.map(check) : [{ kind: 'Many', whole: named('*', '*'), each }];
};

/** Everything that a server with the gate asks, in its order, before the caller may become this identity in this mode. */
export const demandsOf = (mode: ImpersonationMode, wanted: UserInfo, action: Attributes): Demand[] => [
  ...(mode === 'legacy' ? [] : [check({ ...action, verb: `impersonate-on:${mode}:${action.verb}` })]),
  check(userCheck(mode, wanted.name)),
  ...uidDemands(mode, wanted.uid),
  ...groupDemands(mode, wanted.groups),
  ...extraDemands(mode, wanted.extra),
];

/** What a server without the gate asks: what the mode `legacy` does, the uid last. */
export const demandsWithoutGate = ({ name, uid, groups, extra }: UserInfo): Demand[] => [
  check(userCheck('legacy', name)),
  ...groupDemands('legacy', groups),
  ...extraDemands('legacy', extra),
  ...uidDemands('legacy', uid),
];

/** Who the caller is then: the server adds the groups of an account, of a node, and of everybody. */
export const identityIn = (mode: ImpersonationMode, wanted: UserInfo): UserInfo => {
  const groups = [...groupsIn(mode, wanted)];
  const everybody = wanted.name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  if (!groups.includes('system:unauthenticated') && !groups.includes(everybody)) groups.push(everybody);
  return { ...wanted, groups };
};

const groupsIn = (mode: ImpersonationMode, { name, groups }: UserInfo): readonly string[] => {
  if (mode !== 'legacy' && nodeOfUser(name) !== undefined) return ['system:nodes'];
  const account = accountOfUser(name);
  return account !== undefined && groups.length === 0 ? accountGroups(account.namespace) : groups;
};
