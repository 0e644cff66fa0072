/** What rules let their holder become, and do meanwhile: whom × with what × doing what, for each mode of the API server by itself. */
import { PRIVILEGED_GROUP } from './authorize.ts';
import { extraFault } from './extra-key.ts';
import type { ImpersonationMode } from './mode.ts';
import type { Part, Pattern } from './pattern.ts';
import { AUTHENTICATION, type PolicyRule, atFirstSlash } from './rule.ts';
import { accountOfUser, isSubdomain, nodeOfUser } from './user-name.ts';

/** In mode associated-node an account becomes the node that it runs on, and no other: that reaches nobody whom a grant names. */
export type ReachMode = Exclude<ImpersonationMode, 'associated-node'>;
export const REACH_MODES = ['legacy', 'user-info', 'serviceaccount', 'arbitrary-node'] as const satisfies ReachMode[];

/** A request passes if all that it asks for is here: one identity, any attributes, one action. */
export interface ModeReach {
  readonly identities: readonly Pattern[];
  /** Groups, uids, extra fields. */
  readonly attributes: readonly Pattern[];
  readonly actions: readonly Pattern[];
}

export type Reach = Readonly<Record<ReachMode, ModeReach>>;

/** Rules, and the namespace where they are bound; undefined for the whole cluster. */
export interface Conferred {
  readonly rules: readonly PolicyRule[];
  readonly namespace: Part;
}

export const ALL = '*';
const EXTRAS = 'userextras';

/** Legacy impersonation does not ask what for. */
const EVERY_ACTION: readonly Pattern[] = [
  ['action', undefined, undefined, undefined, undefined, undefined, undefined],
  ['url', undefined, undefined],
];

export const holds = (values: readonly string[] | undefined, asked: string): boolean =>
  values !== undefined && (values.includes(ALL) || values.includes(asked));

/** No names are all names. */
const namesOf = ({ resourceNames = [] }: PolicyRule): readonly Part[] =>
  resourceNames.length === 0 ? [undefined] : resourceNames;

/** The server asks for another resource where a user name is that of an account, or in modes of its own of a node. */
const user = (mode: ReachMode, name: Part): Pattern[] => {
  // in the old dialect that is every node as well, but whoever may become anybody needs no more to be told
  if (name === undefined) return [['user', undefined]];
  const node = nodeOfUser(name);
  if (accountOfUser(name) !== undefined || (node !== undefined && mode !== 'legacy')) return [];
  return [node === undefined ? ['user', name] : ['node', node]];
};

export const identities = (mode: ReachMode, rule: PolicyRule, namespace: Part): Pattern[] => {
  if (!holds(rule.apiGroups, mode === 'legacy' ? '' : AUTHENTICATION)) return [];
  const asks = (resource: string, ...modes: readonly ReachMode[]): readonly Part[] =>
    modes.includes(mode) && holds(rule.resources, resource) ? namesOf(rule) : [];
  const accounts = asks('serviceaccounts', 'legacy', 'serviceaccount')
    .filter(isObjectName)
    .map((name) => ['account', namespace, name] as const);
  // the rest has no namespace, so a RoleBinding does not give it
  if (namespace !== undefined) return accounts;
  return [
    ...accounts,
    ...asks('users', 'legacy', 'user-info').flatMap((name) => user(mode, name)),
    ...asks('nodes', 'arbitrary-node')
      .filter(isObjectName)
      .map((name) => ['node', name] as const),
  ];
};

/** Nothing of another name exists: `*` is no wildcard here. */
const isObjectName = (name: Part): boolean => name === undefined || isSubdomain(name);

/** From four groups on, constrained impersonation asks for the name `*` first. */
const group = (mode: ReachMode, name: Part): Pattern[] => {
  if (mode === 'legacy') return [['group', name]];
  return name === '' || name === PRIVILEGED_GROUP ? [] : [['group', name === ALL ? undefined : name]];
};

const extra = (mode: ReachMode, resource: string, name: Part): Pattern[] => {
  if (resource === ALL) return [['extra', undefined, mode === 'legacy' || name !== ALL ? name : undefined]];
  const slash = resource.indexOf('/');
  const [of, key] = [resource.slice(0, slash), resource.slice(slash + 1)];
  if (slash === -1 || (of !== EXTRAS && of !== ALL)) return [];
  if (mode === 'legacy') return [['extra', key, name]];
  // from four values on, it asks for the key `*` and the name `*` first
  if (key === ALL) return name === undefined || name === ALL ? [['extra', undefined, undefined]] : [];
  return extraFault({ key, values: [name ?? 'x'] }) === undefined ? [['extra', key, name]] : [];
};

export const attributes = (mode: ReachMode, rule: PolicyRule, namespace: Part): Pattern[] => {
  if (namespace !== undefined || (mode !== 'legacy' && mode !== 'user-info')) return [];
  const names = namesOf(rule);
  const groups = holds(rule.apiGroups, mode === 'legacy' ? '' : AUTHENTICATION) && holds(rule.resources, 'groups');
  const authentication = holds(rule.apiGroups, AUTHENTICATION);
  return [
    ...(groups ? names.flatMap((name) => group(mode, name)) : []),
    ...(authentication && holds(rule.resources, 'uids') ? names.map((name) => ['uid', name] as const) : []),
    ...(authentication
      ? (rule.resources ?? []).flatMap((resource) => names.flatMap((name) => extra(mode, resource, name)))
      : []),
  ];
};

const anyOf = (word: string): Part => (word === ALL ? undefined : word);

/** Resource and subresource: `*` is both, `pods` has none, the star of a star before the slash is any resource. */
const resourceParts = (resource: string): readonly [Part, Part] => {
  if (resource === ALL) return [undefined, undefined];
  const [of, subresource] = atFirstSlash(resource);
  return [anyOf(of), subresource];
};

const resourceActions = (rule: PolicyRule, namespace: Part, verb: Part): Pattern[] =>
  (rule.apiGroups ?? []).flatMap((apiGroup) =>
    (rule.resources ?? []).flatMap((of) => {
      const [resource, subresource] = resourceParts(of);
      return namesOf(rule).map(
        (name) => ['action', namespace, verb, anyOf(apiGroup), resource, subresource, name] as const,
      );
    }),
  );

export const actions = (mode: ReachMode, rule: PolicyRule, namespace: Part): Pattern[] => {
  const prefix = `impersonate-on:${mode}:`;
  const verbs = rule.verbs.flatMap((verb): Part[] => {
    if (verb === ALL) return [undefined];
    // no request has the verb `*`, so there it is no wildcard
    return verb.startsWith(prefix) && !verb.endsWith(`:${ALL}`) ? [verb.slice(prefix.length)] : [];
  });
  const paths = namespace === undefined ? (rule.nonResourceURLs ?? []) : [];
  return verbs.flatMap((verb) =>
    resourceActions(rule, namespace, verb).concat(paths.map((path) => ['url', verb, anyOf(path)] as const)),
  );
};

/** The verb of whoever may become somebody. */
export const verbOf = (mode: ReachMode): string => (mode === 'legacy' ? 'impersonate' : `impersonate:${mode}`);

const modeReach = (mode: ReachMode, conferred: readonly Conferred[]): ModeReach => {
  const verb = verbOf(mode);
  const from = (
    of: (mode: ReachMode, rule: PolicyRule, namespace: Part) => Pattern[],
    counts: (rule: PolicyRule) => boolean,
  ): Pattern[] =>
    conferred.flatMap(({ rules, namespace }) => rules.filter(counts).flatMap((rule) => of(mode, rule, namespace)));
  return {
    identities: from(identities, ({ verbs }) => holds(verbs, verb)),
    attributes: from(attributes, ({ verbs }) => holds(verbs, verb)),
    actions: mode === 'legacy' ? EVERY_ACTION : from(actions, () => true),
  };
};

/** What somebody who holds all of these may become and do. */
export const reachOf = (conferred: readonly Conferred[]): Reach => ({
  legacy: modeReach('legacy', conferred),
  'user-info': modeReach('user-info', conferred),
  serviceaccount: modeReach('serviceaccount', conferred),
  'arbitrary-node': modeReach('arbitrary-node', conferred),
});
