/** Permissions as authors hold them. */
import type { Rights } from './author.ts';
import type { PolicyRule } from '../../../src/rbac/index.ts';

const AUTHENTICATION = 'authentication.k8s.io';
const OURS = 'impersonation.dev';

const rule = (verb: string, group: string, resource: string, names: readonly string[]): PolicyRule => ({
  verbs: [verb],
  apiGroups: [group],
  resources: [resource],
  ...(names.length === 0 ? {} : { resourceNames: names }),
});

/** Without names, all. */
export const users = (...names: readonly string[]): PolicyRule => rule('impersonate', '', 'users', names);
export const groups = (...names: readonly string[]): PolicyRule => rule('impersonate', '', 'groups', names);
export const uids = (...names: readonly string[]): PolicyRule => rule('impersonate', AUTHENTICATION, 'uids', names);
export const extra = (key: string, ...values: readonly string[]): PolicyRule =>
  rule('impersonate', AUTHENTICATION, `userextras/${key}`, values);
export const accounts = (...names: readonly string[]): PolicyRule => rule('impersonate', '', 'serviceaccounts', names);
export const bindings = (...names: readonly string[]): PolicyRule => rule('impersonate', OURS, 'userbindings', names);

/** The verb of a constrained mode. */
export const constrained = (mode: string, resource: string, ...names: readonly string[]): PolicyRule =>
  rule(`impersonate:${mode}`, AUTHENTICATION, resource, names);

/** What may be done while impersonating. */
export const on = (
  mode: string,
  verbs: readonly string[],
  group: string,
  ...resources: readonly string[]
): PolicyRule => ({
  verbs: verbs.map((verb) => `impersonate-on:${mode}:${verb}`),
  apiGroups: [group],
  resources,
});

export const override = (resource: string, ...names: readonly string[]): PolicyRule =>
  rule('grant', OURS, resource, names);

export const everywhere = (...rules: readonly PolicyRule[]): Rights => ({ everywhere: rules });
