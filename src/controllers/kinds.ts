import type { ResourceType, StoredMeta, StoredObject } from '../cluster/port.ts';
import { isRecord } from '../cluster/status.ts';
import { type PolicyRule, commonRules, sorted } from '../rbac/index.ts';
import type { ChildKind, Content } from '../reconcile/child.ts';
import { IMPERSONATION_GRANT, USER_BINDING } from '../crds/index.ts';
import { type Owner, RBAC_PREFIX, dnsName, rbacName, rbacPart } from '../reconcile/names.ts';
import { OWNER_UID, PART } from '../reconcile/ownership.ts';

const RBAC = 'rbac.authorization.k8s.io';
const rbac = (kind: string, plural: string, namespaced: boolean): ResourceType => ({
  group: RBAC,
  version: 'v1',
  kind,
  plural,
  namespaced,
});
const core = (kind: string, plural: string, namespaced: boolean): ResourceType => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  namespaced,
});

/** The word for a kind of custom resource in the names of its children. */
export const GRANT_SLUG = 'grant';
export const BINDING_SLUG = 'binding';
const SLUGS: ReadonlyMap<string, string> = new Map([
  [IMPERSONATION_GRANT.kind, GRANT_SLUG],
  [USER_BINDING.kind, BINDING_SLUG],
]);

/** A claim to a kind that is none of ours counts for nothing, or its object would be nobody's to remove. */
const belongs =
  (fits: (owner: Pick<Owner, 'slug' | 'name'>, meta: StoredMeta, uid: string) => boolean): ChildKind['belongs'] =>
  ({ kind, name, uid }, meta) => {
    const slug = SLUGS.get(kind);
    return slug !== undefined && fits({ slug, name }, meta, uid);
  };

/** What a credential consists of: its account, the token Secret, and an anchor in one slot or both. */
export const ACCOUNT_PART = 'account';
export const TOKEN_PART = 'token';
export const ANCHOR_PARTS = ['anchor-a', 'anchor-b'] as const;

export const NAMESPACE = core('Namespace', 'namespaces', false);

/** Who a binding is for, with the fields in the order in which we write them. */
export interface RbacSubject {
  readonly apiGroup?: string;
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly name: string;
  readonly namespace?: string;
}

export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: 'ClusterRole' | 'Role';
  readonly name: string;
}

export const roleContent = (rules: readonly PolicyRule[]): Content => ({ rules });
export const bindingContent = (roleRef: RoleRef, subjects: readonly RbacSubject[]): Content => ({ roleRef, subjects });

const list = (content: Content, field: string): readonly unknown[] => {
  const value = content[field];
  return Array.isArray(value) ? value : [];
};

/** What the API server stores as rules are rules. */
const isRule = (value: unknown): value is PolicyRule => typeof value === 'object' && value !== null && 'verbs' in value;
export const rulesOf = (content: Content): readonly PolicyRule[] => list(content, 'rules').filter(isRule);

const isRbacNameOf = belongs((owner, { name }) => {
  const own = rbacName(owner, '');
  return name === own || name.startsWith(`${own}:`);
});

const role = (type: ResourceType): ChildKind => ({
  type,
  rank: 3,
  content: (object: StoredObject) => ({
    rules: object['rules'] ?? [],
    ...(object['aggregationRule'] === undefined ? {} : { aggregationRule: object['aggregationRule'] }),
  }),
  immutable: () => false,
  common: (observed, desired) => roleContent(commonRules(rulesOf(observed), rulesOf(desired))),
  inert: () => roleContent([]),
  significantLabels: [`${RBAC}/`],
  belongs: isRbacNameOf,
  namePrefix: RBAC_PREFIX,
});

/** The part of a binding of a role that was there before. */
export const rolePart = (kind: string, name: string): string => `${kind.toLowerCase()}:${name}`;

/** Whether a binding that we made under this name can be of this role: that of its own name, or the one that its part names. */
const isRoleRefOf = (name: string, ref: unknown): boolean => {
  if (!isRecord(ref)) return false;
  return ref['name'] === name || rbacPart(name) === rolePart(String(ref['kind']), String(ref['name']));
};

const binding = (type: ResourceType): ChildKind => ({
  type,
  rank: 4,
  content: (object: StoredObject) => ({ roleRef: object['roleRef'], subjects: object['subjects'] ?? [] }),
  immutable: (observed, desired) => JSON.stringify(observed['roleRef']) !== JSON.stringify(desired['roleRef']),
  common: (observed, desired) => {
    const known = new Set(list(observed, 'subjects').map((subject) => JSON.stringify(subject)));
    return { ...desired, subjects: list(desired, 'subjects').filter((subject) => known.has(JSON.stringify(subject))) };
  },
  inert: (observed, name) => (isRoleRefOf(name, observed['roleRef']) ? { ...observed, subjects: [] } : undefined),
  significantLabels: [],
  belongs: isRbacNameOf,
  namePrefix: RBAC_PREFIX,
});

export const CLUSTER_ROLE = role(rbac('ClusterRole', 'clusterroles', false));
export const ROLE = role(rbac('Role', 'roles', true));
export const CLUSTER_ROLE_BINDING = binding(rbac('ClusterRoleBinding', 'clusterrolebindings', false));
export const ROLE_BINDING = binding(rbac('RoleBinding', 'rolebindings', true));

export const ROLES: readonly ChildKind[] = [CLUSTER_ROLE, ROLE];

/** In a credential namespace every name is known, so that a taken one is. */
const EVERY_NAME = '';

export const SERVICE_ACCOUNT: ChildKind = {
  type: core('ServiceAccount', 'serviceaccounts', true),
  rank: 0,
  content: (object) => ({ automountServiceAccountToken: object['automountServiceAccountToken'] ?? true }),
  immutable: () => false,
  common: (_, desired) => desired,
  inert: undefined,
  significantLabels: [],
  belongs: belongs((owner, { name }) => name === dnsName(owner, ACCOUNT_PART)),
  namePrefix: EVERY_NAME,
};

/** Cached as metadata only, so there is no content to compare: what a token Secret holds is known by its digest. */
export const SECRET: ChildKind = {
  type: core('Secret', 'secrets', true),
  rank: 1,
  content: () => ({}),
  immutable: () => false,
  common: (_, desired) => desired,
  inert: undefined,
  significantLabels: [],
  belongs: belongs((owner, { name, labels, annotations }, uid) => {
    // the author of a custom resource names its token Secret, so only what we noted on it tells
    const noted = annotations?.[PART] === TOKEN_PART || labels?.[OWNER_UID] === uid;
    return noted || ANCHOR_PARTS.some((slot) => name === dnsName(owner, slot));
  }),
  namePrefix: EVERY_NAME,
};

export const CLUSTER_WIDE: readonly ChildKind[] = [CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING];
/** Only in the credential namespaces. */
export const CREDENTIAL_KINDS: readonly ChildKind[] = [SERVICE_ACCOUNT, SECRET];

interface SubjectName {
  readonly kind: RbacSubject['kind'];
  readonly name: string;
  readonly namespace?: string;
}

const rbacSubject = ({ kind, name, namespace }: SubjectName): RbacSubject =>
  namespace === undefined ? { kind, apiGroup: RBAC, name } : { kind, name, namespace };

/** Subjects in their canonical order, each once. */
export const rbacSubjects = (subjects: readonly SubjectName[]): RbacSubject[] => {
  const byText = new Map(subjects.map(rbacSubject).map((subject) => [JSON.stringify(subject), subject]));
  return sorted(byText.keys()).flatMap((text) => byText.get(text) ?? []);
};

export const roleRef = (kind: RoleRef['kind'], name: string): RoleRef => ({ apiGroup: RBAC, kind, name });
