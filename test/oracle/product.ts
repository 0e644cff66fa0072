/**
 * Whom a credential may become, from the live objects alone: grants to one subject multiply, so it is every granted user (or service
 * account) with any of the granted groups, uids and extra values, whichever grant each of them comes from.
 */
import { type Identity, accountName, accountOf, extraKey } from './identity.ts';
import type {
  BindingSpec,
  ExtraSpec,
  GrantSpec,
  LiveBinding,
  LiveGrant,
  Settings,
  Snapshot,
  SubjectSpec,
} from './objects.ts';
import { type Answer, sortedByKey } from './probe.ts';
import { type Named, bindingRefusal, grantRefusal, isShaped } from './refusal.ts';

/** A token and who it speaks for. */
export interface Credential {
  /** For people; unique. */
  readonly name: string;
  readonly token: string;
  /** The user name that the server knows the holder by. */
  readonly user: string;
  /** Every subject of a grant that the holder is: the user, the groups, or the service account. */
  readonly subjects: readonly SubjectSpec[];
  /** Uid of the object whose credential this is; undefined where it is no credential of ours. */
  readonly madeFor: string | undefined;
  /** False: the server must not know the token. */
  readonly alive: boolean;
}

interface Holding {
  readonly users: Set<string>;
  readonly groups: Set<string>;
  readonly uids: Set<string>;
  /** `key value`. */
  readonly extra: Set<string>;
  /** As the user names of service accounts. */
  readonly accounts: Set<string>;
}

export const inForce = ({ suspend, notBefore, expiresAt }: GrantSpec | BindingSpec, now: number): boolean =>
  suspend !== true &&
  (notBefore === undefined || Date.parse(notBefore) <= now) &&
  (expiresAt === undefined || now < Date.parse(expiresAt));

/** Objects that grant something now; `withdrawn` names those that are blocked, as `kind/name`. */
export interface Rules {
  readonly settings: Settings;
  readonly withdrawn: ReadonlySet<string>;
}

const credentialIsForeign = (object: LiveGrant | LiveBinding, { secrets }: Snapshot, settings: Settings): boolean => {
  const place = secretPlace(object, settings);
  const secret = place === undefined ? undefined : secrets.get(place);
  return (
    secret !== undefined && !(secret.metadata.ownerReferences ?? []).some(({ uid }) => uid === object.metadata.uid)
  );
};

/** `namespace/name` of the Secret that an object asks for. */
export const secretPlace = (
  { spec, metadata, kind }: LiveGrant | LiveBinding,
  settings: Settings,
): string | undefined => {
  const { credential } = spec;
  if (credential === undefined) return undefined;
  const account = kind === 'UserBinding' && spec.subject.kind === 'ServiceAccount' ? spec.subject.namespace : undefined;
  const namespace = account ?? credential.namespace ?? settings.credentialNamespaces[0];
  return `${namespace}/${credential.secretName ?? metadata.name}`;
};

const blocked = (object: LiveGrant | LiveBinding, snapshot: Snapshot, { settings, withdrawn }: Rules): boolean =>
  object.metadata.deletionTimestamp !== undefined ||
  withdrawn.has(`${object.kind}/${object.metadata.name}`) ||
  credentialIsForeign(object, snapshot, settings);

/** A binding counts as a name in grants even where its own objects cannot be made. */
export const isBindingInForce = (binding: LiveBinding, { now }: Snapshot, { settings }: Rules): boolean =>
  binding.metadata.deletionTimestamp === undefined &&
  bindingRefusal(binding, settings) === undefined &&
  inForce(binding.spec, now);

interface Targets {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly uids: readonly string[];
  readonly extra: readonly ExtraSpec[];
  readonly accounts: Named['accounts'];
}

const identityOf = ({ spec: { subject, identity } }: LiveBinding): Targets => ({
  users: subject.kind === 'User' ? [subject.name] : [],
  groups: identity?.groups ?? [],
  uids: identity?.uid === undefined ? [] : [identity.uid],
  extra: identity?.extra ?? [],
  accounts: subject.kind === 'ServiceAccount' ? [{ namespace: subject.namespace ?? '', name: subject.name }] : [],
});

const targetsOf = ({ spec }: LiveGrant, snapshot: Snapshot, rules: Rules): Targets => {
  const {
    users = [],
    groups = [],
    uids = [],
    extra = [],
    serviceAccounts = [],
    userBindings = [],
  } = spec.impersonate ?? {};
  const bound = snapshot.bindings
    .filter(({ metadata }) => userBindings.includes(metadata.name))
    .filter((binding) => isBindingInForce(binding, snapshot, rules))
    .map(identityOf);
  return {
    users: [...users, ...bound.flatMap((one) => one.users)],
    groups: [...groups, ...bound.flatMap((one) => one.groups)],
    uids: [...uids, ...bound.flatMap((one) => one.uids)],
    extra: [...extra, ...bound.flatMap((one) => one.extra)],
    accounts: [...serviceAccounts, ...bound.flatMap((one) => one.accounts)],
  };
};

export const isGrantInForce = (grant: LiveGrant, snapshot: Snapshot, rules: Rules): boolean =>
  isShaped(grant.spec) &&
  !blocked(grant, snapshot, rules) &&
  inForce(grant.spec, snapshot.now) &&
  grantRefusal(grant, targetsOf(grant, snapshot, rules), snapshot, rules.settings) === undefined;

const take = (holding: Holding, { users, groups, uids, extra, accounts }: Targets, { namespaces }: Snapshot): void => {
  for (const user of users) holding.users.add(user);
  // a role for an account can only be where its namespace is
  for (const { namespace, name } of accounts)
    if (namespaces.has(namespace)) holding.accounts.add(accountName(namespace, name));
  // without a user there is nobody to add them to
  if (users.length === 0) return;
  for (const group of groups) holding.groups.add(group);
  for (const uid of uids) holding.uids.add(uid);
  for (const { key, values } of extra) for (const value of values) holding.extra.add(`${key} ${value}`);
};

const isSame = (one: SubjectSpec, other: SubjectSpec): boolean =>
  one.kind === other.kind && one.name === other.name && (one.namespace ?? '') === (other.namespace ?? '');

const holds = ({ subjects, madeFor }: Credential, { spec, metadata }: LiveGrant): boolean =>
  madeFor === metadata.uid || (spec.subjects ?? []).some((wanted) => subjects.some((own) => isSame(own, wanted)));

const holding = (credential: Credential, snapshot: Snapshot, rules: Rules): Holding => {
  const sum: Holding = {
    users: new Set(),
    groups: new Set(),
    uids: new Set(),
    extra: new Set(),
    accounts: new Set(),
  };
  for (const grant of snapshot.grants)
    if (holds(credential, grant) && isGrantInForce(grant, snapshot, rules))
      take(sum, targetsOf(grant, snapshot, rules), snapshot);
  for (const binding of snapshot.bindings) {
    const isBroker = binding.metadata.uid === credential.madeFor && binding.spec.subject.kind === 'User';
    if (isBroker && isBindingInForce(binding, snapshot, rules) && !blocked(binding, snapshot, rules))
      take(sum, identityOf(binding), snapshot);
  }
  return sum;
};

/**
 * The server asks each part by itself, so a service account may be sent with what users may be sent with (measured on 1.37.2): with
 * groups it then has these and no longer those of service accounts, with a uid or extra fields it keeps them.
 */
const understood = ({ user = '', groups, uid, extra }: Identity): Answer => {
  const account = accountOf(user);
  const implied =
    account === undefined || groups.length > 0
      ? []
      : ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  return {
    user,
    uid,
    groups: [...new Set([...groups, ...implied, 'system:authenticated'])].toSorted(),
    extra: sortedByKey(Object.fromEntries(extra.map(({ header, values }) => [extraKey(header), values]))),
  };
};

/** Answers what the server must answer to a credential, identity by identity. */
export const expectation = (
  credential: Credential,
  snapshot: Snapshot,
  rules: Rules,
): ((identity: Identity) => Answer) => {
  if (!credential.alive) return () => 'unauthenticated';
  const { users, groups, uids, extra, accounts } = holding(credential, snapshot, rules);
  const may = (identity: Identity): boolean =>
    (identity.user === undefined || users.has(identity.user) || accounts.has(identity.user)) &&
    identity.groups.every((group) => groups.has(group)) &&
    (identity.uid === undefined || uids.has(identity.uid)) &&
    identity.extra.every(({ header, values }) => values.every((value) => extra.has(`${extraKey(header)} ${value}`)));
  return (identity) => {
    if (!may(identity)) return 'denied';
    return identity.user === undefined ? itself(credential.user) : understood(identity);
  };
};

/** What a token makes of itself depends on its kind; the name is all that counts here. */
export const itself = (user: string): Answer => ({ user, uid: undefined, groups: [], extra: {} });
