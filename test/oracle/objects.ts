/** The live objects as the API server stores them; every field may be absent, for some were stored before a rule existed. */

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly { readonly uid: string }[];
}

export interface ExtraSpec {
  readonly key: string;
  readonly values: readonly string[];
}

export interface SubjectSpec {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly name: string;
  readonly namespace?: string;
}

export interface AccountSpec {
  readonly namespace: string;
  readonly name: string;
}

/** A PolicyRule, and where; absent namespaces are all of them, the cluster itself included. */
export interface ActionSpec {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
  readonly namespaces?: readonly string[];
}

export interface CredentialSpec {
  readonly secretName?: string;
  readonly namespace?: string;
  readonly type?: 'Bound' | 'LongLived';
  readonly audiences?: readonly string[];
}

interface CommonSpec {
  readonly credential?: CredentialSpec;
  readonly suspend?: boolean;
  readonly notBefore?: string;
  readonly expiresAt?: string;
}

export interface GrantSpec extends CommonSpec {
  readonly subjects?: readonly SubjectSpec[];
  readonly impersonate?: {
    readonly users?: readonly string[];
    readonly groups?: readonly string[];
    readonly uids?: readonly string[];
    readonly extra?: readonly ExtraSpec[];
    readonly serviceAccounts?: readonly AccountSpec[];
    readonly nodes?: readonly string[];
    readonly userBindings?: readonly string[];
  };
  readonly mode?: 'Auto' | 'Legacy' | 'Constrained';
  readonly actions?: readonly ActionSpec[];
  readonly allowPrivileged?: boolean;
}

export interface BindingSpec extends CommonSpec {
  readonly subject: SubjectSpec;
  readonly identity?: {
    readonly groups?: readonly string[];
    readonly uid?: string;
    readonly extra?: readonly ExtraSpec[];
  };
}

export interface Live<Spec> {
  readonly metadata: Metadata;
  readonly spec: Spec;
}

export type LiveGrant = Live<GrantSpec> & { readonly kind: 'ImpersonationGrant' };
export type LiveBinding = Live<BindingSpec> & { readonly kind: 'UserBinding' };

export interface LiveSecret {
  readonly metadata: Metadata;
  readonly data?: Readonly<Record<string, string>>;
}

/** Everything that the oracle looks at, at one moment. */
export interface Snapshot {
  /** Milliseconds since the epoch, on the clock that the operator goes by. */
  readonly now: number;
  /** Whether the server knows constrained impersonation. */
  readonly gate: boolean;
  readonly grants: readonly LiveGrant[];
  readonly bindings: readonly LiveBinding[];
  readonly namespaces: ReadonlySet<string>;
  /** In the credential namespaces, by `namespace/name`. */
  readonly secrets: ReadonlyMap<string, LiveSecret>;
}

/** What the installer decided; the flags of the operator are made of it. */
export interface Settings {
  readonly operatorNamespace: string;
  readonly credentialNamespaces: readonly [string, ...string[]];
  readonly privilegedNamespaces: readonly string[];
  readonly privilegedUsers: readonly string[];
  readonly privilegedGroups: readonly string[];
  /** As `namespace/name`. */
  readonly privilegedServiceAccounts: readonly string[];
  readonly privilegedNodes: readonly string[];
  readonly requireExpiry: boolean;
  readonly maxGrantSeconds: number | undefined;
}
