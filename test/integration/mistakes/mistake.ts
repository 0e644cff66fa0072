/** One mistake in hand-written rules: what it does, what would be right, and what our API makes of it. */
import type { PolicyRule } from '../../../src/rbac/index.ts';
import { type Identity, ITSELF, accountName, identity } from '../../oracle/identity.ts';
import type { GrantInput } from '../custom-resource.ts';

/** A role and its binding. */
export interface HandWritten {
  /** Undefined is a ClusterRole with a ClusterRoleBinding; else a Role with a RoleBinding there. */
  readonly namespace: string | undefined;
  readonly rules: readonly PolicyRule[];
  /** Whom it is bound to: the caller of the mistake alone, or every account of the caller's namespace. */
  readonly to: 'caller' | 'everybody';
}

/** One request. */
export interface Ask {
  readonly by: 'caller' | 'stranger';
  readonly as: Identity;
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

export type Effect = 'Inert' | 'Too wide' | 'Inert and too wide';

/** A grant that asks for the mistake, and why the API server does not take it. */
export interface Refused {
  readonly spec: object;
  readonly field: string;
  readonly says: string;
}

export interface Mistake {
  /** As the documentation names it. */
  readonly title: string;
  readonly dialect: 'legacy' | 'constrained';
  readonly effect: Effect;
  readonly wrong: readonly HandWritten[];
  /** Empty: nothing makes it right, and of `meant` the wrong rules allow the first alone. */
  readonly right: readonly HandWritten[];
  /** What whoever wrote it wants to be allowed. Inert: the wrong rules refuse at least one of them. */
  readonly meant: readonly Ask[];
  /** What nobody wants. Too wide: the wrong rules allow every one of them. */
  readonly unmeant: readonly Ask[];
  readonly refused: readonly Refused[];
  /** A grant, but for its subject, that the operator turns into right rules; undefined where the API has no field for it. */
  readonly written: GrantInput | undefined;
}

/** What the operator does, in the word of the documentation. */
export const answerOf = ({ refused, written }: Mistake): 'Refused' | 'Written right' | 'No field' => {
  if (refused.length > 0) return 'Refused';
  return written === undefined ? 'No field' : 'Written right';
};

export const clusterWide = (...rules: readonly PolicyRule[]): HandWritten => ({
  namespace: undefined,
  rules,
  to: 'caller',
});

export const inNamespace = (namespace: string, ...rules: readonly PolicyRule[]): HandWritten => ({
  namespace,
  rules,
  to: 'caller',
});

/** `resource` is `GROUP:RESOURCE`; no names is a rule without `resourceNames`. */
export const rule = (verbs: readonly string[], resource: string, names?: readonly string[]): PolicyRule => {
  const [apiGroup = '', plural = ''] = resource.split(':');
  return {
    verbs,
    apiGroups: [apiGroup],
    resources: [plural],
    ...(names === undefined ? {} : { resourceNames: names }),
  };
};

export const AUTHENTICATION = 'authentication.k8s.io';

/** The right rules of both dialects for user jane. */
export const legacyJane = rule(['impersonate'], ':users', ['jane']);
export const constrainedJane = rule(['impersonate:user-info'], `${AUTHENTICATION}:users`, ['jane']);
export const listPods = rule(['impersonate-on:user-info:list'], ':pods');

export const JANE = identity('jane');
export const MALLORY = identity('mallory');
export const account = (namespace: string, name: string): Identity => identity(accountName(namespace, name));

/** Asks who one is: allowed to every identity, so the answer is about the impersonation alone. */
export const become = (as: Identity, by: Ask['by'] = 'caller'): Ask => ({
  by,
  as,
  method: 'POST',
  path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
});

export const get = (path: string, as: Identity): Ask => ({ by: 'caller', as, method: 'GET', path });

const PODS = '/api/v1/namespaces/production/pods';

export const getPods = (as: Identity): Ask => get(PODS, as);

/** Without impersonation. */
export const getPodsItself = getPods(ITSELF);

export const refused = (spec: object, field: string, says: string): Refused => ({ spec, field, says });

/** Actions that let the holder list pods in the namespace of `getPods`. */
export const LIST_PODS: NonNullable<GrantInput['actions']> = [
  { apiGroups: [''], resources: ['pods'], verbs: ['list'], namespaces: ['production'] },
];
