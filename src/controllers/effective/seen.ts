/** What the caches of roles and bindings keep: our objects as the engine needs them, of the rest no more than tells who may impersonate. */
import type { Cached, Informer, Project, StoredObject } from '../../cluster/port.ts';
import { type PolicyRule, conferring } from '../../rbac/index.ts';
import type { Child, ChildKind } from '../../reconcile/child.ts';
import { type Key, keyOf } from '../../reconcile/children.ts';
import { type Observed, projection } from '../../reconcile/observed.ts';
import { type Term, termOf } from './subject.ts';

/** The impersonation in a role of somebody else. */
interface ForeignRole extends Cached {
  readonly rules: readonly PolicyRule[];
}

/** Who is bound to what; it may come to count when its role changes. */
export interface SeenBinding {
  /** Undefined for a binding of somebody else. */
  readonly owner: Key | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly role: string;
  readonly subjects: readonly Term[];
}

type ForeignBinding = Cached & SeenBinding;

export type Seen = Observed | ForeignRole | ForeignBinding;

const isObserved = (seen: Seen | undefined): seen is Observed => seen !== undefined && 'claim' in seen;

/** The key of a role; `namespace` is empty for a ClusterRole. */
export const roleKey = (namespace: string, name: string): string => `${namespace}/${name}`;

const isRule = (value: unknown): value is PolicyRule =>
  typeof value === 'object' && value !== null && 'verbs' in value && Array.isArray(value.verbs);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A binding to a Role in no namespace, or to anything that is no role, gives nothing. */
const referredRole = (ref: unknown, namespace: string): string | undefined => {
  if (typeof ref !== 'object' || ref === null || !('kind' in ref) || !('name' in ref)) return undefined;
  if (typeof ref.name !== 'string') return undefined;
  if (ref.kind === 'ClusterRole') return roleKey('', ref.name);
  return ref.kind === 'Role' && namespace !== '' ? roleKey(namespace, ref.name) : undefined;
};

const subjectsOf = (subjects: unknown, namespace: string): Term[] => [
  ...new Set(listOf(subjects).flatMap((subject) => termOf(subject, namespace) ?? [])),
];

const foreign = ({ metadata, ...fields }: StoredObject): ForeignRole | ForeignBinding | undefined => {
  const { name, namespace = '', uid, resourceVersion } = metadata;
  const cached = { namespace, name, uid, resourceVersion };
  if ('roleRef' in fields) {
    const role = referredRole(fields['roleRef'], namespace);
    const subjects = subjectsOf(fields['subjects'], namespace);
    return role === undefined ? undefined : { ...cached, owner: undefined, role, subjects };
  }
  const rules = conferring(listOf(fields['rules']).filter(isRule));
  return rules.length === 0 ? undefined : { ...cached, rules };
};

/** For the cache of a kind of role or binding. */
export const seen = (kind: ChildKind): Project<Seen> => {
  const observed = projection(kind);
  return (object) => observed(object) ?? foreign(object);
};

/** The part of a cache that the engine sees. */
export const observedOnly = (informer: Informer<Seen>): Informer<Observed> => ({
  type: informer.type,
  get synced() {
    return informer.synced;
  },
  get: (namespace, name) => ours(informer.get(namespace, name)),
  *list() {
    for (const each of informer.list()) if (isObserved(each)) yield each;
  },
  onChange: (handler) =>
    informer.onChange((change) => {
      const [before, after] = [ours(change.before), ours(change.after)];
      if (before !== undefined || after !== undefined) handler({ before, after });
    }),
  observe: (object) => informer.observe(object),
  forget: (namespace, name, uid) => informer.forget(namespace, name, uid),
  whenSynced: async () => informer.whenSynced(),
  start: () => informer.start(),
  stop: async () => informer.stop(),
});

const ours = (object: Seen | undefined): Observed | undefined => (isObserved(object) ? object : undefined);

/** A role, with what of it is impersonation. */
export interface SeenRole {
  readonly key: string;
  readonly rules: readonly PolicyRule[];
}

const ownerOf = (object: Seen): Key | undefined =>
  isObserved(object) && object.claim ? { kind: object.claim.kind, name: object.claim.name } : undefined;

/** Undefined for what is no role, or has no impersonation in it. */
export const roleOf = (object: Seen | undefined): SeenRole | undefined => {
  if (object === undefined) return undefined;
  const key = roleKey(object.namespace, object.name);
  if ('rules' in object) return { key, rules: object.rules };
  if (!isObserved(object)) return undefined;
  const rules = conferring(listOf(object.content['rules']).filter(isRule));
  return rules.length === 0 ? undefined : { key, rules };
};

/** One and the same for one object in the cache: that of somebody else itself. */
export const bindingOf = (object: Seen | undefined): SeenBinding | undefined => {
  if (object === undefined || 'rules' in object) return undefined;
  if (!isObserved(object)) return object;
  const known = OURS.get(object);
  if (known !== undefined) return known;
  const { namespace, name } = object;
  const role = referredRole(object.content['roleRef'], namespace);
  if (role === undefined) return undefined;
  const subjects = subjectsOf(object.content['subjects'], namespace);
  const binding = { owner: ownerOf(object), namespace, name, role, subjects };
  OURS.set(object, binding);
  return binding;
};

const OURS = new WeakMap<Observed, SeenBinding>();

export const sameOwner = (one: Key | undefined, other: Key | undefined): boolean =>
  (one && keyOf(one)) === (other && keyOf(other));

/** The key and the rules of a role that is to be; undefined for what is no role. */
export const childRules = ({ namespace, name, content }: Child): [[string, readonly PolicyRule[]]] | undefined =>
  Array.isArray(content['rules']) ? [[roleKey(namespace, name), content['rules'].filter(isRule)]] : undefined;

/** The key of the role that a binding refers to which is to be; undefined for what is no binding. */
export const childRole = ({ namespace, content }: Child): string | undefined =>
  referredRole(content['roleRef'], namespace);

export const bindingSubjects = ({ namespace, content }: Child): Term[] => subjectsOf(content['subjects'], namespace);
