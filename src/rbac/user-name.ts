/** User names that the API server reads more out of. */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const DNS_SUBDOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);

const isLabel = (text: string): boolean => text.length <= 63 && DNS_LABEL.test(text);
export const isSubdomain = (text: string): boolean => text.length <= 253 && DNS_SUBDOMAIN.test(text);

const ACCOUNT = 'system:serviceaccount:';
const NODE = 'system:node:';

export interface AccountName {
  readonly namespace: string;
  readonly name: string;
}

export const accountUserName = ({ namespace, name }: AccountName): string => `${ACCOUNT}${namespace}:${name}`;

export const nodeUserName = (name: string): string => `${NODE}${name}`;

/** The account of a user name. One with capitals, or of more or fewer parts, is that of a plain user. */
export const accountOfUser = (user: string): AccountName | undefined => {
  if (!user.startsWith(ACCOUNT)) return undefined;
  const [namespace = '', name = '', ...more] = user.slice(ACCOUNT.length).split(':');
  return more.length === 0 && isLabel(namespace) && isSubdomain(name) ? { namespace, name } : undefined;
};

/** The node of a user name, likewise. */
export const nodeOfUser = (user: string): string | undefined => {
  const node = user.startsWith(NODE) ? user.slice(NODE.length) : '';
  return isSubdomain(node) ? node : undefined;
};

/** Groups that every service account has. */
export const accountGroups = (namespace: string): string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
];
