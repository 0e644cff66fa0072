import { type Attributes, resourceAttributes } from './attributes.ts';
import { ruleAllows } from './match.ts';
import { type PolicyRule, atFirstSlash } from './rule.ts';

/** One verb on one thing each; a wildcard stays one, and only a wildcard allows it. */
function* parts({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames,
  nonResourceURLs = [],
}: PolicyRule): Generator<Attributes> {
  for (const verb of verbs) {
    for (const path of nonResourceURLs) yield { kind: 'URL', verb, path };
    for (const apiGroup of apiGroups)
      for (const [resource, subresource] of resources.map(atFirstSlash))
        for (const name of resourceNames?.length ? resourceNames : [''])
          yield resourceAttributes({ verb, apiGroup, resource, subresource, name });
  }
}

/**
 * The first part of a rule, of one verb on one thing, that none of these rules allows; undefined if they allow all of it.
 * The API server asks this of whoever writes a role without `escalate`: k8s.io/component-helpers, auth/rbac/validation, Covers.
 */
export const uncovered = (held: readonly PolicyRule[], rule: PolicyRule): Attributes | undefined =>
  parts(rule).find((part) => !held.some((one) => ruleAllows(one, part)));
