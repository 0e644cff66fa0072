export const API_GROUP = 'impersonation.dev';
export const API_VERSION = 'v1alpha1';

/** One of our kinds: enough to build its URL and its objects. */
export interface CustomResource {
  readonly group: typeof API_GROUP;
  readonly version: typeof API_VERSION;
  readonly kind: 'ImpersonationGrant' | 'UserBinding';
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  /** Both kinds are: a namespaced owner cannot own ClusterRoles. */
  readonly namespaced: false;
}

export const IMPERSONATION_GRANT: CustomResource = {
  group: API_GROUP,
  version: API_VERSION,
  kind: 'ImpersonationGrant',
  plural: 'impersonationgrants',
  singular: 'impersonationgrant',
  shortName: 'igrant',
  namespaced: false,
};

export const USER_BINDING: CustomResource = {
  group: API_GROUP,
  version: API_VERSION,
  kind: 'UserBinding',
  plural: 'userbindings',
  singular: 'userbinding',
  shortName: 'ubind',
  namespaced: false,
};
