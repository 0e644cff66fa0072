import type { Action } from '../../crds/index.ts';
import {
  CLIENT_ACTIONS,
  EVERY_ACTION,
  type Mode,
  type PolicyRule,
  actionRules,
  nodeRules,
  serviceAccountRules,
  sortedRules,
  userRules,
} from '../../rbac/index.ts';
import type { Child } from '../../reconcile/child.ts';
import { accountSubjects } from '../credential/desired.ts';
import { GRANT_SLUG, rbacSubjects } from '../kinds.ts';
import { grantedRules } from '../objects.ts';
import type { Targets } from './targets.ts';
import type { ValidGrant } from './validate.ts';

/** The part of a child's name that tells what may be done from who may be become. */
export const ACTIONS = 'actions';

/** Names no namespace: for the whole cluster. */
const EVERYWHERE = '';

/** Whom. Service accounts are granted in their namespace: a cluster-wide rule would mean the same name everywhere. */
const identityRules = ({ dialect, targets }: ValidGrant): Map<string, PolicyRule[]> => {
  const byNamespace = Map.groupBy(targets.serviceAccounts, ({ namespace }) => namespace);
  return new Map([
    // groups, uids and extra fields say something of a user only
    [
      EVERYWHERE,
      sortedRules([...(targets.users.length === 0 ? [] : userRules(dialect, targets)), ...nodeRules(targets.nodes)]),
    ],
    ...[...byNamespace].map(
      ([namespace, accounts]) =>
        [
          namespace,
          serviceAccountRules(
            dialect,
            accounts.map(({ name }) => name),
          ),
        ] as const,
    ),
  ]);
};

const modesOf = ({ users, serviceAccounts, nodes }: Targets): Mode[] => [
  ...(users.length === 0 ? [] : (['user-info'] as const)),
  ...(serviceAccounts.length === 0 ? [] : (['serviceaccount'] as const)),
  ...(nodes.length === 0 ? [] : (['arbitrary-node'] as const)),
];

/** What: where a request goes counts, not where the one is who makes it. */
const actionsByNamespace = (actions: readonly Action[]): Map<string, PolicyRule[]> => {
  const byNamespace = new Map<string, PolicyRule[]>([[EVERYWHERE, [...CLIENT_ACTIONS]]]);
  for (const { namespaces = [EVERYWHERE], ...rule } of actions) {
    for (const namespace of namespaces) byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), rule]);
  }
  return byNamespace;
};

/** The roles and bindings of a grant. */
export const desired = (valid: ValidGrant): Child[] => {
  const { name, subjects, targets, dialect, actions, credential } = valid;
  const owner = { slug: GRANT_SLUG, name };
  const holders = rbacSubjects([...subjects, ...(credential ? accountSubjects(credential) : [])]);
  const granted = (part: string, byNamespace: ReadonlyMap<string, PolicyRule[]>): Child[] =>
    [...byNamespace].flatMap(([namespace, rules]) => grantedRules(owner, namespace, part, rules, holders));
  const whom = granted('', identityRules(valid));
  if (dialect === 'Legacy') return whom;
  const allowed = actions === undefined ? new Map([[EVERYWHERE, EVERY_ACTION]]) : actionsByNamespace(actions);
  const modes = modesOf(targets);
  return [...whom, ...granted(ACTIONS, new Map([...allowed].map(([at, rules]) => [at, actionRules(modes, rules)])))];
};
