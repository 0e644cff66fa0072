import { AUTHENTICATION, type Mode } from '../../../src/rbac/index.ts';
import type { Permission } from './conditions.ts';
import { crossed, line, part, split } from './line.ts';

/** How many of each sort an author may name who does not hold all of them at once: what the cost budget of a policy pays for. */
export const MOST_TARGETS = 20;

/** A sort of target: where it stands in `spec.impersonate`, and which permissions it takes to name one. */
export interface Sort {
  /** In the name of its policies. */
  readonly slug: string;
  readonly field: string;
  readonly mode: Mode;
  /** The elements of `holder`, each as text; a CEL expression that is a list. */
  readonly list: (holder: string) => string;
  /** How many there are. */
  readonly count: (holder: string) => string;
  /** Permission of the verb `impersonate` on an element; undefined where that verb says nothing of it. */
  readonly legacy: ((element: string) => Permission) | undefined;
  /** Permission of the verb `impersonate:MODE`. */
  readonly constrained: (element: string) => Permission;
  /** The same for all of them at once. */
  readonly every: { readonly legacy: Permission | undefined; readonly constrained: Permission };
  /** An element in words, and likewise its permission; CEL expressions. */
  readonly text: (element: string) => string;
  readonly asked: (element: string) => string;
}

const strings = (field: string): Pick<Sort, 'field' | 'list' | 'count' | 'text'> => ({
  field,
  list: (holder) => `has(${holder}.${field}) ? ${holder}.${field} : []`,
  count: (holder) => `has(${holder}.${field}) ? size(${holder}.${field}) : 0`,
  text: (element) => element,
});

const asked =
  (resource: string): Sort['asked'] =>
  (element) =>
    `'${resource} "' + ${element} + '"'`;

const named = (field: string, legacyGroup: string): Sort => ({
  slug: field,
  ...strings(field),
  mode: 'user-info',
  legacy: (name) => ({ group: legacyGroup, resource: field, name }),
  constrained: (name) => ({ group: AUTHENTICATION, resource: field, name }),
  every: {
    legacy: { group: legacyGroup, resource: field },
    constrained: { group: AUTHENTICATION, resource: field },
  },
  asked: asked(field),
});

const extraPermission = (element: string): Permission => ({
  group: AUTHENTICATION,
  resource: 'userextras',
  subresource: part(element, 0),
  name: part(element, 1),
});

export const extra: Sort = {
  slug: 'extra',
  field: 'extra',
  mode: 'user-info',
  // more than are looked at are refused by their count, and need not be written out
  list: (holder) =>
    `has(${holder}.extra) && (${extra.count(holder)}) <= ${MOST_TARGETS} ? ${split(
      crossed(
        [
          ['entry', `${holder}.extra`],
          ['value', 'entry.values'],
        ],
        line('string(entry.key)', 'string(value)'),
      ),
    )} : []`,
  count: (holder) => `has(${holder}.extra) ? ${holder}.extra.map(entry, size(entry.values)).sum() : 0`,
  legacy: extraPermission,
  constrained: extraPermission,
  every: {
    legacy: { group: AUTHENTICATION, resource: '*' },
    constrained: { group: AUTHENTICATION, resource: '*' },
  },
  text: (element) => `${part(element, 0)} + '=' + ${part(element, 1)}`,
  asked: (element) => `'userextras/' + ${part(element, 0)} + ' "' + ${part(element, 1)} + '"'`,
};

const accountPermission =
  (group: string) =>
  (element: string): Permission => ({
    group,
    resource: 'serviceaccounts',
    namespace: part(element, 0),
    name: part(element, 1),
  });

export const serviceAccounts: Sort = {
  slug: 'serviceaccounts',
  field: 'serviceAccounts',
  mode: 'serviceaccount',
  list: (holder) =>
    `has(${holder}.serviceAccounts) ? ${holder}.serviceAccounts.map(account, ${line('string(account.namespace)', 'string(account.name)')}) : []`,
  count: (holder) => `has(${holder}.serviceAccounts) ? size(${holder}.serviceAccounts) : 0`,
  legacy: accountPermission(''),
  constrained: accountPermission(AUTHENTICATION),
  every: {
    legacy: { group: '', resource: 'serviceaccounts' },
    constrained: { group: AUTHENTICATION, resource: 'serviceaccounts' },
  },
  text: (element) => `${part(element, 0)} + '/' + ${part(element, 1)}`,
  asked: (element) => `'serviceaccounts "' + ${part(element, 1)} + '" in namespace "' + ${part(element, 0)} + '"'`,
};

export const users = named('users', '');
export const groups = named('groups', '');
export const uids = named('uids', AUTHENTICATION);

/** Only the constrained verb makes a node of somebody: by the other one gets its user name without the group of nodes. */
export const nodes: Sort = {
  ...strings('nodes'),
  slug: 'nodes',
  mode: 'arbitrary-node',
  legacy: undefined,
  constrained: (name) => ({ group: AUTHENTICATION, resource: 'nodes', name }),
  every: { legacy: undefined, constrained: { group: AUTHENTICATION, resource: 'nodes' } },
  asked: asked('nodes'),
};

export const SORTS: readonly Sort[] = [users, groups, uids, extra, serviceAccounts, nodes];
