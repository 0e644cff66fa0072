/** Every request that somebody who holds some rules may make, asked of the evaluator of single requests. */
import {
  AccessIndex,
  type AccessObject,
  type Attributes,
  IMPERSONATION_MODES,
  type ImpersonationMode,
  type PolicyRule,
  type UserInfo,
  attributesText,
  authorize,
  resourceAttributes,
} from '../../src/rbac/index.ts';
import { type Demand, applies, demandsOf } from '../../src/rbac/mode.ts';

/** Rules that are bound to alice. */
export interface Bound {
  readonly rules: readonly PolicyRule[];
  /** Empty: for the whole cluster. */
  readonly namespace: string;
}

const ALICE: UserInfo = { name: 'alice', uid: '', groups: ['system:authenticated'], extra: [] };

/** A role and a binding to alice for each. */
const objects = (bound: readonly Bound[], prefix: string): AccessObject[] =>
  bound.flatMap(({ rules, namespace }, index): AccessObject[] => {
    const name = `${prefix}-${index}`;
    const kind = namespace === '' ? 'ClusterRole' : 'Role';
    return [
      { kind, namespace, name, rules },
      {
        kind: `${kind}Binding`,
        namespace,
        name,
        roleRef: { kind, name },
        subjects: [{ kind: 'User', name: 'alice' }],
      },
    ];
  });

export const AUTHENTICATION = 'authentication.k8s.io';

/** Names that rules use, and one more of each sort that none does. */
const USERS = ['jane', 'bob', 'stranger', '*', 'app', 'devs', 'payments', 'web', 'system:masters'];
const ACCOUNTS = ['a', 'b'].flatMap((namespace) =>
  ['app', 'bot', 'jane', 'devs', 'payments', 'web', 'stranger'].map((name) => `${namespace}/${name}`),
);
const NODES = ['n1', 'n2', 'jane', 'app', 'devs', 'payments', 'web'];
export const GROUPS = ['devs', 'ops'];
/** Each of them in the place of any name. */
export const NAMES = [
  '*',
  'jane',
  'app',
  'devs',
  'payments',
  'web',
  'system:node:n1',
  'system:serviceaccount:a:app',
  'system:masters',
];
const MANY = ['devs', 'ops', 'strangers', 'more-strangers'];

const userName = (identity: string): string => {
  const [namespace, name] = identity.split('/');
  if (name !== undefined) return `system:serviceaccount:${namespace}:${name}`;
  return identity.startsWith('node ') ? `system:node:${identity.slice(5)}` : identity;
};

const ATTRIBUTES: readonly Pick<UserInfo, 'uid' | 'groups' | 'extra'>[] = [
  { uid: '', groups: [], extra: [] },
  ...[...GROUPS, 'strangers', ...NAMES].map((name) => ({ uid: '', groups: [name], extra: [] })),
  { uid: '', groups: MANY, extra: [] },
  ...['06f6', 'stranger', ...NAMES].map((uid) => ({ uid, groups: [], extra: [] })),
  ...['stranger', ...NAMES].flatMap((value) =>
    ['acme.io/team', 'acme.io/stranger', 'log', '*'].map((key) => ({
      uid: '',
      groups: [],
      extra: [{ key, values: [value] }],
    })),
  ),
  // from four values on, the server first asks for all of them at once
  { uid: '', groups: [], extra: [{ key: 'acme.io/stranger', values: MANY }] },
  { uid: '06f6', groups: ['devs'], extra: [{ key: 'acme.io/team', values: ['payments'] }] },
];

const orStranger = (word: string): string => (word === '*' ? 'stranger' : word);

const resourceRequests = (
  { apiGroups = [], resources = [], resourceNames = [] }: PolicyRule,
  at: string,
  verb: string,
): Attributes[] =>
  apiGroups.map(orStranger).flatMap((apiGroup) =>
    resources.flatMap((of) => {
      const [resource = '', ...subresource] = of === '*' ? ['stranger', 'stranger'] : of.split('/');
      return (resourceNames.length === 0 ? ['stranger'] : resourceNames).map((name) =>
        resourceAttributes({
          verb,
          apiGroup,
          resource: orStranger(resource),
          subresource: subresource.join('/'),
          namespace: at === '' ? 'strangers' : at,
          name,
        }),
      );
    }),
  );

/** A request that a rule allows, with a stranger wherever the rule says "any": only another "any" allows that as well. */
const requestsOf = ({ rules, namespace }: Bound): Attributes[] =>
  rules.flatMap((rule) =>
    rule.verbs
      .map((verb) => orStranger(verb.split(':')[2] ?? verb))
      .flatMap((verb) =>
        resourceRequests(rule, namespace, verb).concat(
          (rule.nonResourceURLs ?? []).map((url) => ({ kind: 'URL', verb, path: url.replace('*', '/stranger') })),
        ),
      ),
  );

const STRANGE: readonly Attributes[] = [
  resourceAttributes({ verb: 'stranger', resource: 'strangers' }),
  { kind: 'URL', verb: 'stranger', path: '/stranger' },
];

const identities = [...USERS, ...ACCOUNTS, ...NODES.map((name) => `node ${name}`)];

/** Which actions are let through, a bit for each, by identity and attributes. */
type Allowed = ReadonlyMap<string, readonly bigint[]>;

/** Every check of a mode has to pass, so that of the action is asked once for all identities. */
const allowed = (index: AccessIndex, requests: readonly Attributes[]): Allowed => {
  const known = new Map<string, boolean>();
  const passes = (check: Attributes): boolean => {
    const key = attributesText(check);
    const answer = known.get(key) ?? authorize(index, ALICE, check).allowed;
    known.set(key, answer);
    return answer;
  };
  const isMet = (demand: Demand): boolean => {
    if (demand.kind === 'Never') return false;
    return demand.kind === 'Check' ? passes(demand.check) : passes(demand.whole) || demand.each.every(passes);
  };
  const actions = new Map(
    IMPERSONATION_MODES.map((mode) => [
      mode,
      mode === 'legacy'
        ? (1n << BigInt(requests.length)) - 1n
        : requests.reduce(
            (bits, action, bit) =>
              passes({ ...action, verb: `impersonate-on:${mode}:${action.verb}` }) ? bits | (1n << BigInt(bit)) : bits,
            0n,
          ),
    ]),
  );
  const [some] = STRANGE;
  const meets = (mode: ImpersonationMode, wanted: UserInfo): boolean =>
    some !== undefined &&
    applies(mode, ALICE, wanted) &&
    demandsOf(mode, wanted, some)
      .slice(mode === 'legacy' ? 0 : 1)
      .every(isMet);
  return new Map(
    identities.map((identity) => [
      identity,
      ATTRIBUTES.map((attributes) => {
        const wanted = { name: userName(identity), ...attributes };
        return IMPERSONATION_MODES.filter((mode) => meets(mode, wanted)).reduce(
          (bits, mode) => bits | (actions.get(mode) ?? 0n),
          0n,
        );
      }),
    ]),
  );
};

/** Everybody whom a grant names, for something. */
const namedBy = (own: Allowed): ReadonlySet<string> =>
  new Set([...own].filter(([, bits]) => bits.some((each) => each !== 0n)).map(([identity]) => identity));

const same = (one: readonly bigint[] = [], other: readonly bigint[] = []): boolean =>
  one.every((bits, index) => bits === other[index]);

/**
 * Whether with both, whom the one names can be had as the one says and everybody else as the other says, and the other does not let
 * just anybody be had.
 */
export const isUnchanged = (own: readonly Bound[], other: readonly Bound[]): boolean => {
  const [ofOwn, ofOther] = [objects(own, 'own'), objects(other, 'other')];
  const requests = [...STRANGE, ...[...own, ...other].flatMap(requestsOf)];
  const [alone, foreign, both] = [ofOwn, ofOther, [...ofOwn, ...ofOther]].map((all) =>
    allowed(new AccessIndex(all), requests),
  );
  if (alone === undefined || foreign === undefined || both === undefined) throw new Error('three worlds are asked');
  const names = namedBy(alone);
  return (
    foreign.get('stranger')?.every((bits) => bits === 0n) === true &&
    identities.every((identity) => same(both.get(identity), (names.has(identity) ? alone : foreign).get(identity)))
  );
};
