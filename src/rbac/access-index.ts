import type { AccessObject, BindingObject, BindingSubject, RoleObject } from './access-object.ts';
import type { Attributes, UserInfo } from './attributes.ts';
import { type Candidate, type Membership, RuleTable } from './rule-table.ts';
import type { PolicyRule } from './rule.ts';
import { accountUserName } from './user-name.ts';

/** What a subject has in one place: a namespace, or the whole cluster. */
interface Holder {
  /** By name of the binding. */
  readonly memberships: Map<string, Membership>;
  /** Made when it is asked for, forgotten when a binding or a role of it changes. */
  table: RuleTable | undefined;
}

/** So few are looked through one by one. */
const FEW = 16;

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
  /** Bindings that refer to a role, whether it is there or not. */
  readonly #references = new Map<string, Set<BindingObject>>();
  /** By place (a namespace, or empty for the whole cluster), then by subject. */
  readonly #places = new Map<string, Map<string, Holder>>();

  constructor(objects: Iterable<AccessObject> = []) {
    for (const object of objects) this.put(object);
  }

  /** Adds an object, or replaces that of its kind, namespace and name. */
  put(object: AccessObject): void {
    this.remove(object);
    const key = placeKey(object.namespace, object.name);
    if ('rules' in object) {
      this.#roles.set(key, object);
      return;
    }
    this.#bindings.set(key, object);
    getOrAdd(this.#references, roleKey(object), () => new Set<BindingObject>()).add(object);
    const place = getOrAdd(this.#places, object.namespace, () => new Map<string, Holder>());
    for (const subject of object.subjects) {
      const who = subjectKey(subject, object);
      if (who === undefined) continue;
      const holder = getOrAdd(place, who, () => ({ memberships: new Map<string, Membership>(), table: undefined }));
      holder.table = undefined;
      if (!holder.memberships.has(object.name)) holder.memberships.set(object.name, { binding: object, subject });
    }
  }

  remove({ kind, namespace, name }: Pick<AccessObject, 'kind' | 'namespace' | 'name'>): void {
    const key = placeKey(namespace, name);
    if (kind === 'ClusterRole' || kind === 'Role') {
      this.#roles.delete(key);
      for (const binding of this.#references.get(`${kind} ${key}`) ?? [])
        for (const holder of this.#holdersOf(binding)) holder.table = undefined;
      return;
    }
    const binding = this.#bindings.get(key);
    if (binding === undefined) return;
    this.#bindings.delete(key);
    const references = this.#references.get(roleKey(binding));
    references?.delete(binding);
    if (references?.size === 0) this.#references.delete(roleKey(binding));
    for (const holder of this.#holdersOf(binding)) {
      holder.memberships.delete(name);
      holder.table = undefined;
    }
    this.#forgetEmpty(binding);
  }

  *#holdersOf(binding: BindingObject): Generator<Holder> {
    const place = this.#places.get(binding.namespace);
    for (const subject of binding.subjects) {
      const holder = place?.get(subjectKey(subject, binding) ?? '');
      if (holder !== undefined) yield holder;
    }
  }

  #forgetEmpty(binding: BindingObject): void {
    const place = this.#places.get(binding.namespace);
    for (const subject of binding.subjects) {
      const who = subjectKey(subject, binding) ?? '';
      if (place?.get(who)?.memberships.size === 0) place.delete(who);
    }
    if (place?.size === 0) this.#places.delete(binding.namespace);
  }

  /** All that may allow a request of this user, bindings of the cluster first; a binding more than once if it names him more than once. */
  *candidates({ name, groups }: Pick<UserInfo, 'name' | 'groups'>, attributes: Attributes): Generator<Candidate> {
    const namespace = attributes.kind === 'URL' ? '' : attributes.namespace;
    const keys = [userKey(name), ...new Set(groups.map(groupKey))];
    for (const place of namespace === '' ? [''] : ['', namespace]) {
      const holders = this.#places.get(place);
      for (const key of holders === undefined ? [] : keys) {
        const holder = holders?.get(key);
        if (holder === undefined) continue;
        if (holder.memberships.size > FEW) yield* this.#tableOf(holder).candidates(attributes);
        else
          for (const { binding, subject } of holder.memberships.values())
            yield { binding, subject, rules: this.rulesOf(binding) };
      }
    }
  }

  #tableOf(holder: Holder): RuleTable {
    holder.table ??= new RuleTable(holder.memberships.values(), (binding) => this.rulesOf(binding));
    return holder.table;
  }

  /** The rules that a binding hands out; a role that is not there has none. */
  rulesOf({ kind, namespace, roleRef }: BindingObject): readonly PolicyRule[] {
    if (roleRef.kind === 'ClusterRole') return this.#roles.get(placeKey('', roleRef.name))?.rules ?? [];
    if (roleRef.kind !== 'Role' || kind === 'ClusterRoleBinding') return [];
    return this.#roles.get(placeKey(namespace, roleRef.name))?.rules ?? [];
  }
}

/** Names the role like the key that `remove` makes of its kind and place. */
const roleKey = ({ namespace, roleRef: { kind, name } }: BindingObject): string =>
  `${kind} ${placeKey(kind === 'ClusterRole' ? '' : namespace, name)}`;

const getOrAdd = <V>(map: Map<string, V>, key: string, make: () => V): V => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const added = make();
  map.set(key, added);
  return added;
};
