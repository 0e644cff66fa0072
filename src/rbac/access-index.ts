import type { AccessObject, BindingObject, BindingSubject, RoleObject } from './access-object.ts';
import type { UserInfo } from './attributes.ts';
import type { PolicyRule } from './rule.ts';
import { accountUserName } from './user-name.ts';

/** A binding through one of its subjects. */
export interface Membership {
  readonly binding: BindingObject;
  readonly subject: BindingSubject;
}

const NONE: ReadonlyMap<string, Membership> = new Map();

const userKey = (name: string): string => `user ${name}`;
const groupKey = (name: string): string => `group ${name}`;
const placeKey = (namespace: string, name: string): string => `${namespace}/${name}`;

/** An account is its user name: a subject of kind User with that name is the same one. Undefined for a subject that nobody is. */
const subjectKey = ({ kind, name, namespace }: BindingSubject, binding: BindingObject): string | undefined => {
  if (kind === 'User') return userKey(name);
  if (kind === 'Group') return groupKey(name);
  if (kind !== 'ServiceAccount') return undefined;
  const home = namespace === undefined || namespace === '' ? binding.namespace : namespace;
  return home === '' ? undefined : userKey(accountUserName({ namespace: home, name }));
};

/** Roles and bindings by subject; follows changes one object at a time. */
export class AccessIndex {
  readonly #roles = new Map<string, RoleObject>();
  readonly #bindings = new Map<string, BindingObject>();
  /** By place of the bindings (a namespace, or empty for the cluster), then by subject, then by name of the binding. */
  readonly #members = new Map<string, Map<string, Map<string, Membership>>>();

  constructor(objects: Iterable<AccessObject> = []) {
    for (const object of objects) this.put(object);
  }

  /** Adds an object, or replaces that of its kind, namespace and name. */
  put(object: AccessObject): void {
    const key = placeKey(object.namespace, object.name);
    if ('rules' in object) {
      this.#roles.set(key, object);
      return;
    }
    this.remove(object);
    this.#bindings.set(key, object);
    const place = getOrAdd(this.#members, object.namespace);
    for (const subject of object.subjects) {
      const who = subjectKey(subject, object);
      if (who === undefined) continue;
      const memberships = getOrAdd(place, who);
      if (!memberships.has(object.name)) memberships.set(object.name, { binding: object, subject });
    }
  }

  remove({ kind, namespace, name }: Pick<AccessObject, 'kind' | 'namespace' | 'name'>): void {
    const key = placeKey(namespace, name);
    if (kind === 'ClusterRole' || kind === 'Role') {
      this.#roles.delete(key);
      return;
    }
    const binding = this.#bindings.get(key);
    const place = this.#members.get(namespace);
    if (binding === undefined || place === undefined) return;
    this.#bindings.delete(key);
    for (const subject of binding.subjects) {
      const who = subjectKey(subject, binding) ?? '';
      place.get(who)?.delete(name);
      if (place.get(who)?.size === 0) place.delete(who);
    }
    if (place.size === 0) this.#members.delete(namespace);
  }

  /** Bindings that count for a request of this user in this namespace (empty: for the whole cluster), those of the cluster first. */
  *membershipsOf({ name, groups }: Pick<UserInfo, 'name' | 'groups'>, namespace: string): Generator<Membership> {
    const keys = [userKey(name), ...new Set(groups.map(groupKey))];
    for (const place of namespace === '' ? [''] : ['', namespace]) {
      const members = this.#members.get(place);
      const seen = new Set<BindingObject>();
      for (const key of members === undefined ? [] : keys)
        for (const membership of (members?.get(key) ?? NONE).values()) {
          if (seen.has(membership.binding)) continue;
          seen.add(membership.binding);
          yield membership;
        }
    }
  }

  /** The rules that a binding hands out; a role that is not there has none. */
  rulesOf({ kind, namespace, roleRef }: BindingObject): readonly PolicyRule[] {
    if (roleRef.kind === 'ClusterRole') return this.#roles.get(placeKey('', roleRef.name))?.rules ?? [];
    if (roleRef.kind !== 'Role' || kind === 'ClusterRoleBinding') return [];
    return this.#roles.get(placeKey(namespace, roleRef.name))?.rules ?? [];
  }
}

const getOrAdd = <V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const added = new Map<string, V>();
  map.set(key, added);
  return added;
};
