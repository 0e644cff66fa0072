/** Whom a request asks to be. */

export interface Extra {
  /** As it stands in the header, after `Impersonate-Extra-`: the server lower-cases it first and decodes it then. */
  readonly header: string;
  readonly values: readonly string[];
}

/** `user` undefined is a request without impersonation: the holder of the token itself. */
export interface Identity {
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly uid: string | undefined;
  readonly extra: readonly Extra[];
}

export const ITSELF: Identity = { user: undefined, groups: [], uid: undefined, extra: [] };

export const identity = (user: string, rest: Partial<Omit<Identity, 'user'>> = {}): Identity => ({
  ...ITSELF,
  ...rest,
  user,
});

export const accountName = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

/** Namespace and name, where the server takes a user name for that of a service account. */
export const accountOf = (user: string): { readonly namespace: string; readonly name: string } | undefined => {
  const [namespace, name, ...rest] = user.startsWith('system:serviceaccount:') ? user.split(':').slice(2) : [];
  if (namespace === undefined || name === undefined || rest.length > 0) return undefined;
  return namespace === '' || name === '' ? undefined : { namespace, name };
};

/** The name of the node, where the server takes a user name for that of a node. */
export const nodeName = (user: string): string | undefined =>
  /^system:node:([a-z0-9]([a-z0-9.-]*[a-z0-9])?)$/.exec(user)?.[1];

/** The key that the server makes of a header. */
export const extraKey = (header: string): string => decodeURIComponent(header.toLowerCase());

/** Name, value, name, value: one line per group and per value, which an object of headers could not say. */
export const headersOf = ({ user, groups, uid, extra }: Identity): string[] => [
  ...(user === undefined ? [] : ['Impersonate-User', user]),
  ...groups.flatMap((group) => ['Impersonate-Group', group]),
  ...(uid === undefined ? [] : ['Impersonate-Uid', uid]),
  ...extra.flatMap(({ header, values }) => values.flatMap((value) => [`Impersonate-Extra-${header}`, value])),
];

/** For people, and as key of a matrix. */
export const textOf = ({ user, groups, uid, extra }: Identity): string =>
  [
    user === undefined ? 'itself' : JSON.stringify(user),
    groups.length === 0 ? '' : `groups ${JSON.stringify(groups)}`,
    uid === undefined ? '' : `uid ${JSON.stringify(uid)}`,
    ...extra.map(({ header, values }) => `extra ${header} ${JSON.stringify(values)}`),
  ]
    .filter((part) => part !== '')
    .join(' + ');
