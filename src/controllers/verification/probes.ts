import type { Impersonated, UserInfo } from '../../cluster/self-review.ts';
import { accountUserName, nodeUserName } from '../../rbac/index.ts';
import type { BoundIdentity } from '../binding/identity.ts';
import type { Targets } from '../grant/targets.ts';

const alone = (user: string): Impersonated => ({ user, groups: [], uid: undefined, extra: [] });

/** Everybody that a grant names, each alone, and everything that may be sent along with a user, each with the first of them. */
export const probesOf = ({ users, groups, uids, extra, serviceAccounts, nodes }: Targets): Impersonated[] => {
  const everybody = [...users, ...serviceAccounts.map(accountUserName), ...nodes.map(nodeUserName)].map(alone);
  const [user] = users;
  if (user === undefined) return everybody;
  const first = alone(user);
  return [
    ...everybody,
    ...groups.map((group) => ({ ...first, groups: [group] })),
    ...uids.map((uid) => ({ ...first, uid })),
    ...extra.map((entry) => ({ ...first, extra: [entry] })),
  ];
};

/** The identity of a binding is one whole. */
export const identityProbe = ({
  name,
  groups,
  uids,
  extra,
}: Extract<BoundIdentity, { kind: 'User' }>): Impersonated => ({
  user: name,
  groups,
  uid: uids[0],
  extra,
});

/** For people. */
export const probeText = ({ user, groups, uid, extra }: Impersonated): string =>
  [
    `user "${user}"`,
    ...groups.map((group) => `group "${group}"`),
    ...(uid === undefined ? [] : [`uid "${uid}"`]),
    ...extra.map(({ key, values }) => `extra ${key} ${JSON.stringify(values)}`),
  ].join(' with ');

/** Whether the server took the request to be from whom it asked to be. */
export const isAs = ({ user, groups, uid, extra }: Impersonated, found: UserInfo): boolean =>
  found.username === user &&
  groups.every((group) => found.groups.includes(group)) &&
  (uid === undefined || found.uid === uid) &&
  extra.every(({ key, values }) => values.every((value) => found.extra[key]?.includes(value) === true));
