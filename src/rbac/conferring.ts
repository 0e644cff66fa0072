/** Which rules are part of an impersonation, and how much they come to; told without multiplying their lists out. */
import { PRIVILEGED_GROUP } from './authorize.ts';
import { ALL, type Conferred, REACH_MODES, actions, attributes, holds, identities, verbOf } from './reach.ts';
import type { PolicyRule } from './rule.ts';

const patterns = ({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): number =>
  verbs.length *
  (nonResourceURLs.length + [apiGroups, resources, resourceNames].reduce((all, { length }) => all * (length || 1), 1));

/** How many patterns a reach comes to at most. Anybody may write rules that come to millions: ask before it is built. */
export const reachSize = (conferred: readonly Conferred[]): number =>
  conferred.flatMap(({ rules }) => rules).reduce((sum, rule) => sum + patterns(rule), 0);

/** One name for each way in which attributes tell names apart. */
const told = (names: readonly string[]): string[] => [
  ...new Map(
    names.map((name) => [['', ALL, PRIVILEGED_GROUP].includes(name) ? name : 'any other', name] as const),
  ).values(),
];

/** Whether a rule is part of any impersonation. */
const contributes = (rule: PolicyRule): boolean => {
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  const few = { ...rule, resourceNames: told(resourceNames) };
  // every action counts, whichever it is
  const one = {
    ...rule,
    apiGroups: apiGroups.slice(0, 1),
    resources: resources.slice(0, 1),
    resourceNames: resourceNames.slice(0, 1),
  };
  return REACH_MODES.some(
    (mode) =>
      (holds(rule.verbs, verbOf(mode)) &&
        identities(mode, rule, undefined).length + attributes(mode, few, undefined).length > 0) ||
      (mode !== 'legacy' && actions(mode, one, undefined).length > 0),
  );
};

/** The rules that are part of an impersonation, and of each what is: whatever else a role allows is left out. */
export const conferring = (rules: readonly PolicyRule[]): PolicyRule[] =>
  rules.flatMap((rule) => {
    const verbs = rule.verbs.filter((verb) => verb === ALL || verb.startsWith('impersonate'));
    if (verbs.length === 0) return [];
    const narrowed = verbs.length === rule.verbs.length ? rule : { ...rule, verbs };
    return contributes(narrowed) ? [narrowed] : [];
  });
