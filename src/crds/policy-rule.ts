import { z } from 'zod';
import { maxLength } from './keywords.ts';
import { matches, matchesNot, ruled } from './rule.ts';
import type { CelRule } from './rule.ts';
import { setOf } from './text.ts';

const VERB = /^[a-z][-a-z0-9:]*$/u;
const FORBIDDEN_VERB = /^(impersonate.*|escalate|bind)$/u;
const GROUP = /^(\*|[a-z0-9.-]*)$/u;
const RESOURCE = /^(\*|[a-z0-9.-]+)(\/[\w.:-]+)?$/u;
const RESOURCE_NAME = /^[!-)+-~]+$/u;
const URL_PATH = /^(\*|\/[!-)+-~]*\*?)$/u;

const verb = ruled(
  z.string(),
  maxLength(63),
  matches(VERB, 'must be a single verb, as get, list or watch; the wildcard "*" is not allowed'),
  matchesNot(FORBIDDEN_VERB, 'must not be handed out: escalate, bind and impersonate are refused'),
);

const apiGroup = ruled(
  z.string(),
  maxLength(253),
  matches(GROUP, 'must be an API group, as apps; "" for the core group, "*" for every group'),
);

const resource = ruled(
  z.string(),
  maxLength(128),
  matches(
    RESOURCE,
    'must be a resource, as pods or pods/log; "*" for every resource, "*/scale" for one subresource of each',
  ),
);

const url = ruled(
  z.string(),
  maxLength(253),
  matches(URL_PATH, 'must be a path, as /healthz or /metrics/*; the wildcard "*" stands at the end only'),
);

const resourceName = ruled(
  z.string(),
  maxLength(253),
  matches(RESOURCE_NAME, 'must be one exact name of an object: printable ASCII without "*"'),
);

/** The fields of a PolicyRule, but for its verbs. */
export const policyRuleFields = {
  apiGroups: setOf(apiGroup, 16).describe('API groups; "" is the core group.').exactOptional(),
  resources: setOf(resource, 32).describe('Resources and subresources, as pods and pods/log.').exactOptional(),
  resourceNames: setOf(resourceName, 32).describe('Only the objects of these names; absent for all.').exactOptional(),
  nonResourceURLs: setOf(url, 16)
    .describe('Paths that are no resource; excludes every other field but verbs.')
    .exactOptional(),
};

/** The verbs of a rule that a role is to have. */
export const roleVerbs = setOf(verb, 16).describe(
  'Verbs, as get and list; no wildcard, no impersonate, escalate or bind.',
);

export interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

/** What kube-apiserver asks of a PolicyRule too, when our Role is written. */
export const policyRuleShape: readonly CelRule<PolicyRule>[] = [
  {
    cel: 'has(self.resources) != has(self.nonResourceURLs)',
    message: 'must have either resources or nonResourceURLs',
    holds: (self) => (self.resources === undefined) !== (self.nonResourceURLs === undefined),
  },
  {
    cel: '!has(self.resources) || has(self.apiGroups)',
    message: 'must be set beside resources; [""] is the core group',
    at: 'apiGroups',
    holds: (self) => self.resources === undefined || self.apiGroups !== undefined,
  },
  {
    cel: '!has(self.nonResourceURLs) || !(has(self.apiGroups) || has(self.resourceNames))',
    message: 'must stand alone: apiGroups, resources and resourceNames are for resources',
    at: 'nonResourceURLs',
    holds: (self) => self.nonResourceURLs === undefined || (self.apiGroups ?? self.resourceNames) === undefined,
  },
];
