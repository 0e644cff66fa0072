import type { Mode } from './impersonation.ts';
import { AUTHENTICATION, type PolicyRule, sorted, sortedRules } from './rule.ts';

/** The server asks for `impersonate-on:MODE:VERB` beside the right to become somebody; no wildcard stands for a verb. */
const whileImpersonating = (modes: readonly Mode[], verbs: readonly string[]): string[] =>
  sorted(modes.flatMap((mode) => verbs.map((verb) => `impersonate-on:${mode}:${verb}`)));

/** The rules that let their holder do these things while he is somebody else in one of these modes. */
export const actionRules = (modes: readonly Mode[], actions: readonly PolicyRule[]): PolicyRule[] =>
  modes.length === 0
    ? []
    : sortedRules(actions.map((action) => ({ ...action, verbs: whileImpersonating(modes, action.verbs) })));

/** What every client does before anything else. Without discovery `kubectl get` fails, without the reviews `kubectl auth` does. */
export const CLIENT_ACTIONS: readonly PolicyRule[] = [
  {
    verbs: ['get'],
    nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', '/version', '/version/'],
  },
  { verbs: ['create'], apiGroups: [AUTHENTICATION], resources: ['selfsubjectreviews'] },
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
];

/**
 * Whatever the one who is impersonated may do: every verb that a request has. Others, as use or bind, are asked in the course of a
 * request, of the one who is impersonated alone.
 */
export const EVERY_ACTION: readonly PolicyRule[] = [
  {
    verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    apiGroups: ['*'],
    resources: ['*'],
  },
  { verbs: ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'], nonResourceURLs: ['*'] },
];
