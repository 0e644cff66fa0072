import type { PolicyRule } from '../rbac/index.ts';

/** What the installer decided, once for the whole cluster. */
export interface Installation {
  readonly operatorNamespace: string;
  /** Where token Secrets may live; the first is the default. */
  readonly credentialNamespaces: readonly [string, ...string[]];
  /** Every service account in these is a privileged target; kube-system is one of them. */
  readonly privilegedNamespaces: ReadonlySet<string>;
  readonly ceiling: Ceiling;
  readonly requireExpiry: boolean;
  /** Undefined: no limit. */
  readonly maxGrantMs: number | undefined;
  readonly endpoint: Endpoint;
}

/** The most that may be handed out. A list that is undefined limits nothing; the API server may all the same. */
export interface Ceiling {
  readonly privileged: PrivilegedTargets;
  readonly users: ReadonlySet<string> | undefined;
  readonly groups: ReadonlySet<string> | undefined;
  readonly uids: ReadonlySet<string> | undefined;
  /** By key; `all` for every value. */
  readonly extra: ReadonlyMap<string, ReadonlySet<string> | 'all'> | undefined;
  readonly serviceAccountNamespaces: ReadonlySet<string> | undefined;
  readonly actions: readonly PolicyRule[] | undefined;
  readonly clusterRoles: ReadonlySet<string> | undefined;
  /** As `namespace/name`. */
  readonly roles: ReadonlySet<string> | undefined;
  readonly rules: readonly PolicyRule[] | undefined;
  /** As `namespace/name`. */
  readonly tokenAccounts: ReadonlySet<string> | undefined;
}

/** The privileged targets that may be granted at all. */
export interface PrivilegedTargets {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** As `namespace/name`. */
  readonly serviceAccounts: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
}

/** How the holder of a token reaches the API server. */
export interface Endpoint {
  readonly clusterName: string;
  readonly server: string;
  /** PEM; undefined where the system's roots do. */
  readonly certificateAuthority: string | undefined;
}

export const isCredentialNamespace = ({ credentialNamespaces }: Installation, namespace: string): boolean =>
  credentialNamespaces.includes(namespace);

/** Accounts and anchors of custom resources are named so. */
export const isMadeName = (name: string): boolean => /^impersonation-(grant|binding)-/.test(name);

/** Made for a custom resource: none of these may be a subject or a target. */
export const isMadeAccount = (installation: Installation, namespace: string, name: string): boolean =>
  isCredentialNamespace(installation, namespace) && isMadeName(name);
