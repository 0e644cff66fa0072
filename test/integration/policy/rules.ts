/** Permissions as authors hold them. */
import type { Rights, Rule } from './author.ts';

const AUTHENTICATION = 'authentication.k8s.io';
const OURS = 'impersonation.dev';

const rule = (verb: string, group: string, resource: string, names: readonly string[]): Rule => ({
  verbs: [verb],
  apiGroups: [group],
  resources: [resource],
  ...(names.length === 0 ? {} : { resourceNames: names }),
});

/** Without names, all. */
export const users = (...names: readonly string[]): Rule => rule('impersonate', '', 'users', names);
export const groups = (...names: readonly string[]): Rule => rule('impersonate', '', 'groups', names);
export const uids = (...names: readonly string[]): Rule => rule('impersonate', AUTHENTICATION, 'uids', names);
export const extra = (key: string, ...values: readonly string[]): Rule =>
  rule('impersonate', AUTHENTICATION, `userextras/${key}`, values);
export const accounts = (...names: readonly string[]): Rule => rule('impersonate', '', 'serviceaccounts', names);
export const bindings = (...names: readonly string[]): Rule => rule('impersonate', OURS, 'userbindings', names);

/** The verb of a constrained mode. */
export const constrained = (mode: string, resource: string, ...names: readonly string[]): Rule =>
  rule(`impersonate:${mode}`, AUTHENTICATION, resource, names);

/** What may be done while impersonating. */
export const on = (mode: string, verbs: readonly string[], group: string, ...resources: readonly string[]): Rule => ({
  verbs: verbs.map((verb) => `impersonate-on:${mode}:${verb}`),
  apiGroups: [group],
  resources,
});

export const override = (resource: string, ...names: readonly string[]): Rule => rule('grant', OURS, resource, names);

export const everywhere = (...rules: readonly Rule[]): Rights => ({ everywhere: rules });
