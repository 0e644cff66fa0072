import { accountGroups, accountOfUser, accountUserName } from '../../rbac/index.ts';

/** Whom RBAC tests a subject for: `user NAME` or `group NAME`. A ServiceAccount is its user name. */
export type Term = string;

export const userTerm = (name: string): Term => `user ${name}`;
export const groupTerm = (name: string): Term => `group ${name}`;

const EVERYBODY = groupTerm('system:authenticated');

/** The term of a subject as it is stored in a binding of this namespace; undefined for one that nobody is. */
export const termOf = (subject: unknown, home: string): Term | undefined => {
  if (typeof subject !== 'object' || subject === null || !('kind' in subject) || !('name' in subject)) return undefined;
  const { kind, name } = subject;
  if (typeof name !== 'string') return undefined;
  if (kind === 'User') return userTerm(name);
  if (kind === 'Group') return groupTerm(name);
  if (kind !== 'ServiceAccount') return undefined;
  const namespace = 'namespace' in subject && typeof subject.namespace === 'string' ? subject.namespace : '';
  const place = namespace === '' ? home : namespace;
  return place === '' ? undefined : userTerm(accountUserName({ namespace: place, name }));
};

const nameOf = (term: Term): string => term.slice(term.indexOf(' ') + 1);
const accountOf = (term: Term): ReturnType<typeof accountOfUser> =>
  term.startsWith('user ') ? accountOfUser(nameOf(term)) : undefined;

/** The term, and every group that whoever it means is always in. */
export const certainTerms = (term: Term): Term[] => {
  const account = accountOf(term);
  const groups = account === undefined ? [] : accountGroups(account.namespace).map(groupTerm);
  return [...new Set([term, ...groups, EVERYBODY])];
};

/** For people. */
export const termText = (term: Term): string => {
  const account = accountOf(term);
  if (account !== undefined) return `ServiceAccount ${account.namespace}/${account.name}`;
  return `${term.startsWith('user ') ? 'User' : 'Group'} ${nameOf(term)}`;
};
