import type { Attributes, ResourceAttributes } from './attributes.ts';
import type { PolicyRule } from './rule.ts';

const ALL = '*';

/** Only the whole word `*` is a wildcard: `impersonate-on:*` and `get*` match themselves. */
const holds = (values: readonly string[] | undefined, asked: string): boolean =>
  values !== undefined && (values.includes(ALL) || values.includes(asked));

/** `*` covers every subresource too, `pods` none, and a star before the slash any resource: but only with exactly that subresource. */
const resourceMatches = ({ resources = [] }: PolicyRule, { resource, subresource }: ResourceAttributes): boolean => {
  if (subresource === '') return holds(resources, resource);
  return holds(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
};

/** No names are all names; `*` among them is a name like any other. */
const nameMatches = ({ resourceNames = [] }: PolicyRule, { name }: ResourceAttributes): boolean =>
  resourceNames.length === 0 || resourceNames.includes(name);

const urlMatches = ({ nonResourceURLs = [] }: PolicyRule, path: string): boolean =>
  nonResourceURLs.some(
    (url) => url === ALL || url === path || (url.endsWith(ALL) && path.startsWith(url.replace(/\*+$/, ''))),
  );

/** Whether one rule allows one request, whoever it is from and wherever the rule is bound. */
export const ruleAllows = (rule: PolicyRule, attributes: Attributes): boolean => {
  if (!holds(rule.verbs, attributes.verb)) return false;
  if (attributes.kind === 'URL') return urlMatches(rule, attributes.path);
  return (
    holds(rule.apiGroups, attributes.apiGroup) && resourceMatches(rule, attributes) && nameMatches(rule, attributes)
  );
};
