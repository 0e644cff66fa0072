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

/** The privileged targets that may be granted at all. */
export interface Ceiling {
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
