/** The same stories are told in both dialects of impersonation, and on servers that know both and that know one. */
import type { Reason } from '../../src/crds/reasons.ts';
import { isConstrained } from '../oracle/refusal.ts';
import type { GrantSpec } from '../oracle/objects.ts';

export type Dialect = 'legacy' | 'constrained';

declare module 'vitest' {
  export interface ProvidedContext {
    /** That of grants which do not say theirs. */
    dialect: Dialect;
    /** Whether the API server knows constrained impersonation. */
    gate: boolean;
  }
}

/** Of each sort: in one namespace, everywhere, and outside of all. */
const ACTIONS: GrantSpec['actions'] = [
  { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list', 'create'], namespaces: ['production'] },
  { apiGroups: [''], resources: ['secrets'], resourceNames: ['named'], verbs: ['get'] },
  { nonResourceURLs: ['/metrics'], verbs: ['get'] },
];

/** The terms on which a test stores its grants. */
export interface Terms {
  readonly dialect: Dialect;
  /** Whether the server knows both. */
  readonly gate: boolean;
}

/** Grants as they are, on a server that knows everything. */
export const AS_THEY_ARE: Terms = { dialect: 'legacy', gate: true };

/** The spec in the dialect of the test, if it does not choose one. */
export const inDialect = <Spec extends GrantSpec>(spec: Spec, { dialect }: Pick<Terms, 'dialect'>): Spec =>
  dialect === 'legacy' || spec.mode !== undefined || isConstrained(spec) ? spec : { ...spec, actions: ACTIONS };

/** What must come of a spec that would be told this reason; a server without the gate carries out no constrained grant, whatever else it says. */
export const reasonOn = (reason: Reason, spec: GrantSpec, { gate }: Pick<Terms, 'gate'>): Reason =>
  isConstrained(spec) && !gate && reason !== 'Invalid' ? 'Unsupported' : reason;
