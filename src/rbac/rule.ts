/** A PolicyRule as rbac.authorization.k8s.io/v1 stores it. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** The API group of what is asked about identities. */
export const AUTHENTICATION = 'authentication.k8s.io';

/** Resource and subresource, which is empty for none; a key of an extra field has slashes of its own. */
export const atFirstSlash = (text: string): readonly [string, string] => {
  const slash = text.indexOf('/');
  return slash === -1 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
};

/** Byte order of the code units: the one order in which names are written, so that equal sets give equal objects. */
export const sorted = (values: Iterable<string>): string[] =>
  [...new Set(values)].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** Fields in the order in which the API server answers them, so that equal rules are equal JSON. */
const inServerOrder = ({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): PolicyRule => ({
  verbs,
  ...(apiGroups && { apiGroups }),
  ...(resources && { resources }),
  ...(resourceNames && { resourceNames }),
  ...(nonResourceURLs && { nonResourceURLs }),
});

/** Rules in their canonical order, each once. */
export const sortedRules = (rules: Iterable<PolicyRule>): PolicyRule[] => {
  const byText = new Map([...rules].map((rule) => [JSON.stringify(inServerOrder(rule)), inServerOrder(rule)]));
  return sorted(byText.keys()).flatMap((text) => byText.get(text) ?? []);
};
