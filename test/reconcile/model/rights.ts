import type { PolicyRule } from '../../../src/rbac/index.ts';
import type { StoredObject } from '../../../src/cluster/port.ts';
import type { Store } from './store.ts';

/** Who asks, as an authenticator says. */
export interface Caller {
  readonly user: string;
  readonly groups: readonly string[];
}

/** One question to the authorizer. */
export interface Attributes {
  readonly verb: string;
  readonly apiGroup?: string;
  readonly resource?: string;
  readonly name?: string;
  /** Empty for a question about the whole cluster. */
  readonly namespace?: string;
  readonly path?: string;
}

/** A request is allowed when in one of the ways to it every question is answered with yes. */
export interface Request {
  readonly text: string;
  readonly ways: readonly (readonly Attributes[])[];
}

interface Grant {
  /** Undefined everywhere. */
  readonly namespace: string | undefined;
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
  readonly rules: readonly PolicyRule[];
}

const has = (all: readonly string[] | undefined, one: string | undefined): boolean =>
  all !== undefined && one !== undefined && (all.includes('*') || all.includes(one));

/** As k8s.io/component-helpers/auth/rbac/validation: `resourceNames` that are empty mean every name. */
const ruleAllows = (rule: PolicyRule, { verb, apiGroup, resource, name, path }: Attributes): boolean => {
  if (!has(rule.verbs, verb)) return false;
  if (path !== undefined)
    return (rule.nonResourceURLs ?? []).some(
      (url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
    );
  const named = (rule.resourceNames ?? []).length === 0 || (name !== undefined && rule.resourceNames?.includes(name));
  return has(rule.apiGroups, apiGroup) && has(rule.resources, resource) && named === true;
};

const isSubject = ({ user, groups }: Caller, { kind, name, namespace = '' }: Grant['subjects'][number]): boolean =>
  (kind === 'User' && name === user) ||
  (kind === 'Group' && groups.includes(name)) ||
  (kind === 'ServiceAccount' && user === `system:serviceaccount:${namespace}:${name}`);

const rulesOf = (role: StoredObject | undefined): readonly PolicyRule[] =>
  (role?.['rules'] as readonly PolicyRule[] | undefined) ?? [];

interface Aggregation {
  readonly clusterRoleSelectors?: readonly { readonly matchLabels: Readonly<Record<string, string>> }[];
}

/** The rules of a ClusterRole with those that the aggregation controller adds to it. */
const aggregated = (role: StoredObject | undefined, clusterRoles: readonly StoredObject[]): readonly PolicyRule[] => {
  const { clusterRoleSelectors = [] } = (role?.['aggregationRule'] as Aggregation | undefined) ?? {};
  const added = clusterRoles.filter(({ metadata: { labels } }) =>
    clusterRoleSelectors.some(({ matchLabels }) =>
      Object.entries(matchLabels).every(([key, value]) => labels?.[key] === value),
    ),
  );
  return [...rulesOf(role), ...added.flatMap(rulesOf)];
};

const grants = (store: Store): Grant[] => {
  const all = store.all().map(({ object }) => object);
  const clusterRoles = all.filter(({ kind }) => kind === 'ClusterRole');
  return all.flatMap((object): Grant[] => {
    if (object['roleRef'] === undefined) return [];
    const ref = object['roleRef'] as { readonly kind: string; readonly name: string };
    const namespace = object.kind === 'RoleBinding' ? object.metadata.namespace : undefined;
    const role =
      ref.kind === 'ClusterRole'
        ? clusterRoles.find(({ metadata }) => metadata.name === ref.name)
        : all.find(
            ({ kind, metadata }) => kind === 'Role' && metadata.name === ref.name && metadata.namespace === namespace,
          );
    const subjects = (object['subjects'] as Grant['subjects'] | undefined) ?? [];
    return [{ namespace, subjects, rules: aggregated(role, clusterRoles) }];
  });
};

/** Which of the requests each caller may make, as texts `caller: request`. */
export const allowed = (store: Store, callers: readonly Caller[], requests: readonly Request[]): Set<string> => {
  const found = new Set<string>();
  const all = grants(store);
  for (const caller of callers) {
    const own = all.filter(({ subjects }) => subjects.some((subject) => isSubject(caller, subject)));
    if (own.length === 0) continue;
    const answers = new Map<Attributes, boolean>();
    const answer = (attributes: Attributes): boolean => {
      const known = answers.get(attributes);
      if (known !== undefined) return known;
      const yes = own.some(
        ({ namespace, rules }) =>
          (namespace === undefined || namespace === attributes.namespace) &&
          rules.some((rule) => ruleAllows(rule, attributes)),
      );
      answers.set(attributes, yes);
      return yes;
    };
    for (const { text, ways } of requests)
      if (ways.some((asks) => asks.every(answer))) found.add(`${caller.user}: ${text}`);
  }
  return found;
};
