/** Which objects grant nothing, and why; written from the rules of the API, not from the code that enforces them. */
import type {
  ActionSpec,
  BindingSpec,
  GrantSpec,
  LiveBinding,
  LiveGrant,
  Settings,
  Snapshot,
  SubjectSpec,
} from './objects.ts';

const EVERYBODY = /^system:(authenticated|unauthenticated|anonymous|serviceaccounts(:.*)?)$/;
const MACHINE = /^system:(serviceaccount|node):/;
const SYSTEM = /^(system|kubeadm):/;
const MADE = /^impersonation-(grant|binding)-/;

const isPlainName = (name: string): boolean => name !== '' && name !== '*' && name.trim() === name;

const everyKey = (extra: readonly { key: string; values: readonly string[] }[] = []): string[] =>
  extra.map(({ key }) => key);

const everyValue = (extra: readonly { key: string; values: readonly string[] }[] = []): string[] =>
  extra.flatMap(({ values }) => values);

const isGoodKey = (key: string): boolean =>
  /^[a-z0-9._:/-]+$/.test(key) && !/(^|\.)(kubernetes|k8s)\.io(\/|$)/.test(key);

const badSubject = ({ kind, namespace, name }: SubjectSpec, settings: Settings): boolean => {
  if (!isPlainName(name)) return true;
  if (kind !== 'ServiceAccount') return EVERYBODY.test(name) || MACHINE.test(name) || name === 'system:masters';
  return namespace === undefined || namespace === settings.operatorNamespace;
};

/** RFC 3339 with a zone, of a day that the calendar has. */
const isInstant = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
  new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10));

const wrongLife = (
  { notBefore, expiresAt, credential }: GrantSpec | BindingSpec,
  created: string,
  settings: Settings,
): string | undefined => {
  if (expiresAt === undefined)
    return settings.requireExpiry || settings.maxGrantSeconds !== undefined ? 'it never ends' : undefined;
  if (credential?.type === 'LongLived') return 'a token without end ends';
  const end = Date.parse(expiresAt);
  if (![expiresAt, notBefore ?? expiresAt].every(isInstant)) return 'an instant is none';
  if (notBefore !== undefined && Date.parse(notBefore) >= end) return 'it ends before it begins';
  const begin = Math.max(Date.parse(notBefore ?? created), Date.parse(created));
  return settings.maxGrantSeconds !== undefined && end - begin > settings.maxGrantSeconds * 1000
    ? 'it lasts too long'
    : undefined;
};

const badNamespace = ({ credential }: GrantSpec | BindingSpec, settings: Settings): boolean =>
  credential?.namespace !== undefined && !settings.credentialNamespaces.includes(credential.namespace);

/** `undefined`: it may be granted. Nothing is said of time or suspension. */
export const bindingRefusal = ({ spec, metadata }: LiveBinding, settings: Settings): string | undefined => {
  const { subject, identity = {}, credential } = spec;
  const { groups = [], uid = 'x', extra = [] } = identity;
  if (badSubject(subject, settings)) return 'its subject is forbidden';
  if (![...groups, uid, ...everyValue(extra)].every(isPlainName)) return 'a name is no plain name';
  if (!everyKey(extra).every(isGoodKey)) return 'a key is not allowed';
  if (groups.includes('system:masters')) return 'it names system:masters';
  if (subject.kind !== 'User' && spec.identity !== undefined) return 'only a user carries an identity';
  if (badNamespace(spec, settings)) return 'its credential is in a wrong namespace';
  if (subject.kind === 'ServiceAccount') {
    const namespace = subject.namespace ?? '';
    if (settings.credentialNamespaces.includes(namespace) && MADE.test(subject.name)) return 'it names a made account';
    if (credential !== undefined && !settings.credentialNamespaces.includes(namespace))
      return 'its account is in no credential namespace';
  }
  if (credential !== undefined) {
    if (subject.kind === 'Group') return 'a group has no credential';
    if (subject.kind === 'User' && [subject.name, ...groups].some((name) => SYSTEM.test(name)))
      return 'its identity is privileged';
  }
  return wrongLife(spec, metadata.creationTimestamp, settings);
};

/** What a grant names, with what its bindings add. */
export interface Named {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly extra: readonly { readonly key: string }[];
  readonly accounts: readonly { readonly namespace: string; readonly name: string }[];
  readonly nodes: readonly string[];
}

const beyondCeiling = ({ users, groups, accounts, nodes }: Named, settings: Settings): boolean => {
  const privileged = new Set(['kube-system', ...settings.privilegedNamespaces]);
  return (
    users.some((name) => SYSTEM.test(name) && !settings.privilegedUsers.includes(name)) ||
    groups.some((name) => SYSTEM.test(name) && !settings.privilegedGroups.includes(name)) ||
    nodes.some((name) => !settings.privilegedNodes.includes(name)) ||
    accounts.some(
      ({ namespace, name }) =>
        privileged.has(namespace) && !settings.privilegedServiceAccounts.includes(`${namespace}/${name}`),
    )
  );
};

const namesPrivileged = ({ users, groups, accounts, nodes }: Named, settings: Settings): boolean =>
  nodes.length > 0 ||
  [...users, ...groups].some((name) => SYSTEM.test(name)) ||
  accounts.some(({ namespace }) => ['kube-system', ...settings.privilegedNamespaces].includes(namespace));

/** Whether every field is of its type; an object that was stored without a schema may hold anything. */
export const isShaped = ({ subjects = [], impersonate = {}, suspend = false, mode = 'Auto' }: GrantSpec): boolean => {
  const lists: readonly unknown[] = [subjects, ...Object.values(impersonate)];
  return lists.every(Array.isArray) && typeof suspend === 'boolean' && ['Auto', 'Legacy', 'Constrained'].includes(mode);
};

/** The spec alone decides. */
export const isConstrained = ({ mode = 'Auto', actions, impersonate = {} }: GrantSpec): boolean =>
  mode === 'Constrained' || (mode === 'Auto' && (actions ?? impersonate.nodes) !== undefined);

const FORBIDDEN_VERB = /^(\*|impersonate.*|escalate|bind)$/;

const isGoodAction = ({ verbs, resources, nonResourceURLs, namespaces, resourceNames }: ActionSpec): boolean =>
  verbs.length > 0 &&
  !verbs.some((verb) => FORBIDDEN_VERB.test(verb)) &&
  (resources === undefined) !== (nonResourceURLs === undefined) &&
  (nonResourceURLs === undefined || namespaces === undefined) &&
  ![resources, nonResourceURLs, namespaces, resourceNames].some((list) => list?.length === 0);

/** What the server takes in constrained impersonation. */
const isDomainPath = (key: string): boolean => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\/./.test(key);

const wrongMode = (spec: GrantSpec, { extra }: Named, gate: boolean): string | undefined => {
  const { mode, actions, impersonate = {} } = spec;
  if (mode === 'Legacy' && (actions ?? impersonate.nodes) !== undefined) return 'its mode knows no actions';
  if (!isConstrained(spec)) return undefined;
  if (!gate) return 'the server knows no constrained impersonation';
  if (!extra.every(({ key }) => isDomainPath(key))) return 'the server takes no such key in constrained impersonation';
  return (actions ?? []).every(isGoodAction) ? undefined : 'an action is forbidden';
};

const malformed = (spec: GrantSpec): string | undefined => {
  const { impersonate = {} } = spec;
  const {
    users = [],
    groups = [],
    uids = [],
    extra = [],
    serviceAccounts = [],
    nodes = [],
    userBindings = [],
  } = impersonate;
  if (users.length + serviceAccounts.length + nodes.length + userBindings.length === 0) return 'it names nobody';
  if (users.length + userBindings.length === 0 && groups.length + uids.length + extra.length > 0)
    return 'it names groups, uids or extra without a user';
  if (spec.subjects === undefined && spec.credential === undefined) return 'nobody holds it';
  const lists = [spec.subjects, spec.actions, ...Object.values(impersonate), ...extra.map(({ values }) => values)];
  if (lists.some((list) => list?.length === 0)) return 'a list is empty';
  if (![...users, ...groups, ...uids, ...everyValue(extra)].every(isPlainName)) return 'a name is no plain name';
  if (!everyKey(extra).every(isGoodKey)) return 'a key is not allowed';
  if ([...users, ...groups].includes('system:masters')) return 'it names system:masters';
  return users.some((name) => MACHINE.test(name)) ? 'a machine is named as a user' : undefined;
};

/** `undefined`: it may be granted. `named` is what it names by itself and by its bindings. */
export const grantRefusal = (
  { spec, metadata }: LiveGrant,
  named: Named,
  { bindings, gate }: Pick<Snapshot, 'bindings' | 'gate'>,
  settings: Settings,
): string | undefined => {
  const { subjects = [], impersonate = {} } = spec;
  const wrong = malformed(spec) ?? wrongMode(spec, named, gate);
  if (wrong !== undefined) return wrong;
  const inCredentialNamespace = ({ kind, namespace = '' }: SubjectSpec): boolean =>
    kind === 'ServiceAccount' && settings.credentialNamespaces.includes(namespace);
  if (subjects.some((one) => badSubject(one, settings) || inCredentialNamespace(one))) return 'a subject is forbidden';
  if (badNamespace(spec, settings)) return 'its credential is in a wrong namespace';
  const groupBinding = bindings.some(
    ({ metadata: { name }, spec: { subject } }) =>
      subject.kind === 'Group' && (impersonate.userBindings ?? []).includes(name),
  );
  if (groupBinding) return 'nobody can become a group';
  const forbidden = named.accounts.some(
    ({ namespace, name }) =>
      namespace === settings.operatorNamespace ||
      (settings.credentialNamespaces.includes(namespace) && MADE.test(name)),
  );
  if (forbidden) return 'a target is forbidden';
  if (namesPrivileged(named, settings) && (spec.allowPrivileged !== true || beyondCeiling(named, settings)))
    return 'a target is privileged';
  return wrongLife(spec, metadata.creationTimestamp, settings);
};
