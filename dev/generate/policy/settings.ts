/** What the installer decides. Each is a variable of the policies that need it, so that an installer can put a value of its own. */
export interface PolicySettings {
  /** Namespace and name of the operator's account. */
  readonly operatorNamespace: string;
  readonly operatorAccount: string;
  /** Where token Secrets live; the first is that of a credential which names no namespace. */
  readonly credentialNamespaces: readonly [string, ...string[]];
  readonly requireExpiry: boolean;
  /** 0 for no limit. */
  readonly maxGrantSeconds: number;
  readonly ceiling: PolicyCeiling;
}

/** What the operator may hand out besides identities that are not privileged. */
export interface PolicyCeiling {
  readonly privilegedNamespaces: readonly string[];
  readonly privilegedUsers: readonly string[];
  readonly privilegedGroups: readonly string[];
  /** As `namespace/name`. */
  readonly privilegedServiceAccounts: readonly string[];
  readonly privilegedNodes: readonly string[];
  /** Cluster roles that user bindings may name. */
  readonly clusterRoles: readonly string[];
  /** Roles that user bindings may name, as `namespace/name`. */
  readonly roles: readonly string[];
  /** What rules of user bindings may hold; none while it is empty. */
  readonly rules: readonly RuleOfCeiling[];
  /** Accounts of others, as `namespace/name`, that the operator may issue tokens for. */
  readonly tokenAccounts: readonly string[];
}

/** A rule is within it if each of its lists is part of the list here; without resourceNames all names are. */
export interface RuleOfCeiling {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export const SHIPPED: PolicySettings = {
  operatorNamespace: 'impersonation-system',
  operatorAccount: 'impersonation-operator',
  credentialNamespaces: ['impersonation-credentials'],
  requireExpiry: false,
  maxGrantSeconds: 0,
  ceiling: {
    privilegedNamespaces: [],
    privilegedUsers: [],
    privilegedGroups: [],
    privilegedServiceAccounts: [],
    privilegedNodes: [],
    // not edit, nor admin: they may impersonate every service account where they are bound, and so become anybody
    clusterRoles: ['view'],
    roles: [],
    rules: [],
    tokenAccounts: [],
  },
};
