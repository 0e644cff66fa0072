import { type ImpersonationGrantSpec, isDomainPath, resolvedMode } from '../../crds/index.ts';
import { type Rejection, rejected } from '../verdict.ts';
import type { GrantResolved } from './resolved.ts';

type Spec = ImpersonationGrantSpec;

/** What makes a grant a constrained one, and what else would do. */
const reasonOfMode = (spec: Spec): readonly [string, string] =>
  spec.mode === 'Constrained'
    ? ['mode is Constrained', 'set it to Auto or Legacy']
    : [`${spec.actions === undefined ? 'impersonate.nodes' : 'actions'} is set`, 'remove it'];

/** Whether the API server can carry the grant out. */
export const supported = (spec: Spec, { gate }: GrantResolved): Rejection | undefined => {
  if (resolvedMode(spec) === 'Legacy' || gate.on) return undefined;
  const [field, remedy] = reasonOfMode(spec);
  return rejected(
    'Unsupported',
    `spec.${field}, which needs constrained impersonation, and this API server does not offer it (${gate.why}): ${remedy}, or turn on its feature gate ConstrainedImpersonation`,
  );
};

/** Keys that constrained impersonation takes; the schema sees to those that the grant names itself. */
export const boundKeys = (spec: Spec, { contributions }: GrantResolved): Rejection | undefined => {
  if (resolvedMode(spec) === 'Legacy') return undefined;
  for (const one of contributions) {
    const extra = one.is === 'identity' && one.identity.kind === 'User' ? one.identity.extra : [];
    const wrong = extra.find(({ key }) => !isDomainPath(key));
    if (wrong !== undefined)
      return rejected(
        'Unsupported',
        `spec.impersonate.userBindings names "${one.name}", whose identity has the extra key "${wrong.key}"; constrained impersonation takes keys of the form domain/path only, as acme.io/team`,
      );
  }
  return undefined;
};
