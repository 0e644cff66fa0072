import { type PolicyRule, sorted, sortedRules } from './rule.ts';

const shape = ({ verbs, apiGroups, resources, nonResourceURLs }: PolicyRule): string =>
  JSON.stringify([verbs, apiGroups, resources, nonResourceURLs]);

/** Names that rules of one shape allow together; undefined is every name. */
const namesByShape = (rules: readonly PolicyRule[]): Map<string, readonly string[] | undefined> => {
  const names = new Map<string, readonly string[] | undefined>();
  for (const rule of rules) {
    const key = shape(rule);
    const own = rule.resourceNames?.length ? rule.resourceNames : undefined;
    const known = names.has(key) ? names.get(key) : [];
    names.set(key, own === undefined || known === undefined ? undefined : [...known, ...own]);
  }
  return names;
};

const bounded = (rule: PolicyRule, limit: readonly string[] | undefined): PolicyRule[] => {
  if (limit === undefined) return [rule];
  const names = rule.resourceNames?.length ? rule.resourceNames.filter((name) => limit.includes(name)) : limit;
  return names.length === 0 ? [] : [{ ...rule, resourceNames: sorted(names) }];
};

/**
 * Rules that allow nothing which either of both does not allow. Rules are matched by their whole shape but for `resourceNames`,
 * so it may allow less than the true intersection, never more.
 */
export const commonRules = (one: readonly PolicyRule[], other: readonly PolicyRule[]): PolicyRule[] => {
  const limits = namesByShape(one);
  return sortedRules(
    other.flatMap((rule) => {
      const key = shape(rule);
      return limits.has(key) ? bounded(rule, limits.get(key)) : [];
    }),
  );
};
