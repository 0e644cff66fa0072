/** What the installer decides; the values of the shipped files, and of the operator where nothing is said. */
export interface PolicySettings {
  /** Where the token Secret of a credential is that names no namespace. */
  readonly credentialNamespace: string;
  readonly requireExpiry: boolean;
  /** 0 for no limit. */
  readonly maxGrantSeconds: number;
}

export const SHIPPED: PolicySettings = {
  credentialNamespace: 'impersonation-credentials',
  requireExpiry: false,
  maxGrantSeconds: 0,
};
