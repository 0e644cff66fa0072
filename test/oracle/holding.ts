/**
 * What a credential holds, from the live objects alone: grants to one subject multiply, so it is one heap of users, groups, uids, extra
 * values and accounts for each dialect, and one heap of actions for each mode, whichever grant each of them comes from.
 */
import { CLIENT_ACTIONS, EVERY_ACTION } from './covers.ts';
import { type Identity, accountName, accountOf, nodeName } from './identity.ts';
import {
  type Rules,
  type Targets,
  identityOf,
  isBindingInForce,
  isBlocked,
  isGrantInForce,
  targetsOf,
} from './in-force.ts';
import type { ActionSpec, GrantSpec, LiveGrant, Snapshot, SubjectSpec } from './objects.ts';
import { isConstrained } from './refusal.ts';

/** The ways in which the server lets somebody become another under constraint. */
export type Mode = 'user-info' | 'serviceaccount' | 'arbitrary-node';

/** The mode that an identity is asked for in; undefined where there is none: with a machine nothing else may be sent. */
export const modeOf = ({ user = '', groups, uid, extra }: Identity): Mode | undefined => {
  const isAlone = groups.length === 0 && uid === undefined && extra.length === 0;
  if (accountOf(user) !== undefined) return isAlone ? 'serviceaccount' : undefined;
  if (nodeName(user) !== undefined) return isAlone ? 'arbitrary-node' : undefined;
  return 'user-info';
};

export interface Whom {
  readonly users: Set<string>;
  readonly groups: Set<string>;
  readonly uids: Set<string>;
  /** `key value`. */
  readonly extra: Set<string>;
  /** User names of service accounts and nodes. */
  readonly machines: Set<string>;
}

export interface Holding {
  /** A legacy right counts for every action. */
  readonly legacy: Whom;
  readonly constrained: Whom;
  readonly actions: Readonly<Record<Mode, ActionSpec[]>>;
}

const nobody = (): Whom => ({
  users: new Set(),
  groups: new Set(),
  uids: new Set(),
  extra: new Set(),
  machines: new Set(),
});

/** Adds what is named; answers the modes that it is named in. */
const take = (
  whom: Whom,
  { users, groups, uids, extra, accounts, nodes }: Targets,
  { namespaces }: Snapshot,
): Mode[] => {
  // a role for an account can only be where its namespace is
  const present = accounts.filter(({ namespace }) => namespaces.has(namespace));
  for (const { namespace, name } of present) whom.machines.add(accountName(namespace, name));
  for (const name of nodes) whom.machines.add(`system:node:${name}`);
  for (const user of users) whom.users.add(user);
  // without a user there is nobody to add them to
  if (users.length > 0) {
    for (const group of groups) whom.groups.add(group);
    for (const uid of uids) whom.uids.add(uid);
    for (const { key, values } of extra) for (const value of values) whom.extra.add(`${key} ${value}`);
  }
  return [
    ...(users.length > 0 ? (['user-info'] as const) : []),
    ...(present.length > 0 ? (['serviceaccount'] as const) : []),
    ...(nodes.length > 0 ? (['arbitrary-node'] as const) : []),
  ];
};

/** Without those in namespaces that are missing: there can be no role. */
const actionsOf = ({ actions }: GrantSpec, { namespaces: present }: Snapshot): readonly ActionSpec[] =>
  actions === undefined
    ? EVERY_ACTION
    : [
        ...CLIENT_ACTIONS,
        ...actions.map((action) =>
          action.namespaces === undefined
            ? action
            : { ...action, namespaces: action.namespaces.filter((name) => present.has(name)) },
        ),
      ];

const isSame = (one: SubjectSpec, other: SubjectSpec): boolean =>
  one.kind === other.kind && one.name === other.name && (one.namespace ?? '') === (other.namespace ?? '');

/** Whose rights are asked for. */
export interface Holder {
  /** Every subject of a grant that the holder is: the user, the groups, or the service account. */
  readonly subjects: readonly SubjectSpec[];
  /** Uid of the object whose credential this is; undefined where it is no credential of ours. */
  readonly madeFor: string | undefined;
}

const holds = ({ subjects, madeFor }: Holder, { spec, metadata }: LiveGrant): boolean =>
  madeFor === metadata.uid || (spec.subjects ?? []).some((wanted) => subjects.some((own) => isSame(own, wanted)));

export const holding = (holder: Holder, snapshot: Snapshot, rules: Rules): Holding => {
  const sum: Holding = {
    legacy: nobody(),
    constrained: nobody(),
    actions: { 'user-info': [], serviceaccount: [], 'arbitrary-node': [] },
  };
  for (const grant of snapshot.grants) {
    if (!holds(holder, grant) || !isGrantInForce(grant, snapshot, rules)) continue;
    const constrained = isConstrained(grant.spec);
    const modes = take(constrained ? sum.constrained : sum.legacy, targetsOf(grant, snapshot, rules), snapshot);
    if (constrained) for (const mode of modes) sum.actions[mode].push(...actionsOf(grant.spec, snapshot));
  }
  for (const binding of snapshot.bindings) {
    const isBroker = binding.metadata.uid === holder.madeFor && binding.spec.subject.kind === 'User';
    if (isBroker && isBindingInForce(binding, snapshot, rules) && !isBlocked(binding, snapshot, rules))
      take(sum.legacy, identityOf(binding), snapshot);
  }
  return sum;
};
