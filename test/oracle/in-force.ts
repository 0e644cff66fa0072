/** Which objects grant something at this moment, and what they name. */
import type { BindingSpec, ExtraSpec, GrantSpec, LiveBinding, LiveGrant, Settings, Snapshot } from './objects.ts';
import { type Named, bindingRefusal, grantRefusal, isShaped } from './refusal.ts';

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

export const isBlocked = (
  object: LiveGrant | LiveBinding,
  snapshot: Snapshot,
  { settings, withdrawn }: Rules,
): boolean =>
  object.metadata.deletionTimestamp !== undefined ||
  withdrawn.has(`${object.kind}/${object.metadata.name}`) ||
  credentialIsForeign(object, snapshot, settings);

/** A binding counts as a name in grants even where its own objects cannot be made. */
export const isBindingInForce = (binding: LiveBinding, { now }: Snapshot, { settings }: Rules): boolean =>
  binding.metadata.deletionTimestamp === undefined &&
  bindingRefusal(binding, settings) === undefined &&
  inForce(binding.spec, now);

/** What an object names, with what its bindings add. */
export interface Targets extends Named {
  readonly uids: readonly string[];
  readonly extra: readonly ExtraSpec[];
}

export const identityOf = ({ spec: { subject, identity } }: LiveBinding): Targets => ({
  users: subject.kind === 'User' ? [subject.name] : [],
  groups: identity?.groups ?? [],
  uids: identity?.uid === undefined ? [] : [identity.uid],
  extra: identity?.extra ?? [],
  accounts: subject.kind === 'ServiceAccount' ? [{ namespace: subject.namespace ?? '', name: subject.name }] : [],
  nodes: [],
});

export const targetsOf = ({ spec }: LiveGrant, snapshot: Snapshot, rules: Rules): Targets => {
  const {
    users = [],
    groups = [],
    uids = [],
    extra = [],
    serviceAccounts = [],
    nodes = [],
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
    nodes,
  };
};

export const isGrantInForce = (grant: LiveGrant, snapshot: Snapshot, rules: Rules): boolean =>
  isShaped(grant.spec) &&
  !isBlocked(grant, snapshot, rules) &&
  inForce(grant.spec, snapshot.now) &&
  grantRefusal(grant, targetsOf(grant, snapshot, rules), snapshot, rules.settings) === undefined;
