/** Rules as people get them wrong. */
import * as fc from 'fast-check';
import type { PolicyRule } from '../../../src/rbac/index.ts';

export type Twist = (rule: PolicyRule) => PolicyRule | undefined;

const otherCase = (text: string): string =>
  /[A-Z]/.test(text) ? text.toLowerCase() : text.replace(/[a-z]/, (c) => c.toUpperCase());

const onResources =
  (change: (resource: string) => string): Twist =>
  (rule) =>
    rule.resources === undefined ? rule : { ...rule, resources: rule.resources.map(change) };

const onNames =
  (change: (names: readonly string[]) => string[]): Twist =>
  (rule) =>
    rule.resources === undefined ? rule : { ...rule, resourceNames: change(rule.resourceNames ?? []) };

const onVerbs =
  (change: (verb: string) => string): Twist =>
  (rule) => ({ ...rule, verbs: rule.verbs.map(change) });

const onGroups =
  (...apiGroups: string[]): Twist =>
  (rule) =>
    rule.resources === undefined ? rule : { ...rule, apiGroups };

const onUrls =
  (change: (url: string) => string): Twist =>
  (rule) =>
    rule.nonResourceURLs === undefined ? rule : { ...rule, nonResourceURLs: rule.nonResourceURLs.map(change) };

const beforeSlash = (text: string): string => text.split('/')[0] ?? '';
const afterSlash = (text: string): string => text.split('/').slice(1).join('/');

/** That is at least as much as was needed, mostly. */
const WIDER: Twist[] = [
  onNames(() => []),
  onNames(() => []),
  onNames((names) => [...names, 'other']),
  onVerbs(() => '*'),
  onGroups('*'),
  onGroups('', 'authentication.k8s.io', 'acme.example'),
  onResources(() => '*'),
  onResources((resource) => (resource.includes('/') ? `*/${afterSlash(resource)}` : resource)),
  onUrls(() => '*'),
  onUrls((url) => `${url}*`),
  onUrls((url) => `${url.slice(0, -1)}**`),
];

/** That looks right, and is not, mostly. */
const WRONG: Twist[] = [
  () => undefined,
  () => undefined,
  onNames(() => ['*']),
  onNames(() => ['*']),
  onNames(() => ['']),
  onNames((names) => names.map(otherCase)),
  onNames((names) => names.slice(1)),
  onVerbs(otherCase),
  onVerbs((verb) => verb.replace(/[^:]*$/, '*')),
  onVerbs((verb) => beforeColon(verb)),
  onVerbs((verb) => verb.replace('user-info', 'serviceaccount')),
  onGroups(''),
  onGroups('authentication.k8s.io'),
  onResources(beforeSlash),
  onResources((resource) => `${beforeSlash(resource)}/*`),
  onResources(() => '*/*'),
  onResources(otherCase),
  onResources((resource) => (resource === 'serviceaccounts' || resource === 'nodes' ? 'users' : resource)),
  onResources((resource) =>
    resource.includes('/') ? `*/${afterSlash(resource).split('/').at(-1) ?? ''}` : `*/${resource}`,
  ),
  onUrls((url) => `${url}/*`),
  onUrls((url) => `*${url}`),
  onUrls((url) => `${url}/`),
];

const beforeColon = (verb: string): string => verb.split(':')[0] ?? '';

const exact: Twist = (rule) => rule;

/** All rules of one kit are twisted one by one: mostly not at all. */
export const twist: fc.Arbitrary<Twist> = fc.oneof(
  { weight: 28, arbitrary: fc.constant(exact) },
  { weight: 4, arbitrary: fc.constantFrom(...WIDER) },
  { weight: 4, arbitrary: fc.constantFrom(...WRONG) },
);
