const chunks = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);

/** Admission policies that hold the authors of our objects to their own rights. */
export const AUTHOR_POLICIES: readonly string[] = [
  ...['users', 'groups', 'uids', 'extra', 'serviceaccounts', 'nodes'].flatMap((sort) =>
    chunks(`impersonation-grant-${sort}`, 2),
  ),
  'impersonation-grant-userbindings',
  ...['user-info', 'serviceaccount', 'arbitrary-node'].flatMap((mode) =>
    chunks(`impersonation-grant-actions-${mode}`, 2),
  ),
  'impersonation-grant-credential',
  'impersonation-grant-lifetime',
  'impersonation-binding-identity',
  'impersonation-binding-extra',
  'impersonation-binding-roles',
  'impersonation-binding-rules',
  'impersonation-binding-credential',
  'impersonation-binding-lifetime',
];

/** Admission policies that hold the account of the operator to its purpose. */
export const OPERATOR_POLICIES: readonly string[] = [
  'roles',
  'rolebindings',
  'secrets',
  'serviceaccounts',
  'tokens',
].map((slug) => `impersonation-operator-${slug}`);
