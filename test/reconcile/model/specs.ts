import * as fc from 'fast-check';
import type { Action, PolicyRule, RoleEntry, Subject } from '../../../src/crds/index.ts';
import { type ValidBinding, desired as bindingChildren } from '../../../src/controllers/binding/desired.ts';
import { desired as grantChildren } from '../../../src/controllers/grant/desired.ts';
import type { Targets } from '../../../src/controllers/grant/targets.ts';
import type { ValidGrant } from '../../../src/controllers/grant/validate.ts';
import { rbacSubjects } from '../../../src/controllers/kinds.ts';
import type { Child } from '../../../src/reconcile/child.ts';

const some = <T>(...values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values]);
const atLeastOne = <T>(...values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values], { minLength: 1 });

const subject: Subject[] = [
  { kind: 'User', name: 'alice' },
  { kind: 'User', name: 'bob' },
  { kind: 'Group', name: 'support' },
  { kind: 'Group', name: 'on-call' },
  { kind: 'ServiceAccount', namespace: 'ops', name: 'bot' },
  { kind: 'ServiceAccount', namespace: 'dev', name: 'bot' },
];

const targets: fc.Arbitrary<Omit<Targets, 'nodes'>> = fc.record({
  users: some('jane', 'root'),
  groups: some('developers', 'operators'),
  uids: some('06f6', '17'),
  extra: atLeastOne('payments', 'audit').chain((values) =>
    fc.constantFrom([], [{ key: 'acme.io/team', values: values.toSorted() }]),
  ),
  serviceAccounts: some(
    { namespace: 'production', name: 'app' },
    { namespace: 'production', name: 'web' },
    { namespace: 'staging', name: 'app' },
  ),
});

const LIST: Action = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
const actions = fc.subarray<Action>([
  { ...LIST, namespaces: ['ci'] },
  { ...LIST, namespaces: ['ci', 'dev'] },
  { ...LIST, verbs: ['get'], namespaces: ['ci'] },
  LIST,
  { apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get', 'list'], namespaces: ['dev'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['web'] },
  { nonResourceURLs: ['/metrics'], verbs: ['get'] },
]);

/** The dialect, and what only one of them knows. */
type Terms = Pick<ValidGrant, 'dialect' | 'actions'> & Pick<Targets, 'nodes'>;

const terms: fc.Arbitrary<Terms> = fc.oneof(fc.constant<Terms>({ dialect: 'Legacy', actions: undefined, nodes: [] }), {
  weight: 2,
  arbitrary: fc.record<Terms>({
    dialect: fc.constant('Constrained'),
    actions: fc.oneof(fc.constant(undefined), { weight: 4, arbitrary: actions }),
    nodes: some('worker-1', 'worker-2'),
  }),
});

const grant: fc.Arbitrary<ValidGrant> = fc
  .record({ subjects: some(...subject), targets, terms })
  .map(({ subjects, targets: whom, terms: { nodes, dialect, actions: what } }) => ({
    name: 'g',
    subjects,
    targets: Object.assign({ nodes }, whom),
    dialect,
    actions: what,
    credential: undefined,
  }));

const POD_READER = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
const rules = fc.subarray<PolicyRule>(
  [
    POD_READER,
    { ...POD_READER, resourceNames: ['web'] },
    { apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get', 'delete'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['web', 'other'] },
  ],
  { minLength: 1 },
);

const somewhere = fc.constantFrom<Pick<RoleEntry, 'namespaces'>>(
  {},
  { namespaces: ['ci'] },
  { namespaces: ['dev'] },
  { namespaces: ['dev', 'ci'] },
);

const rolesOrRules = fc.oneof<fc.Arbitrary<RoleEntry>[]>(
  fc.constantFrom('view', 'edit').map((name) => ({ roleRef: { kind: 'ClusterRole', name } })),
  rules.map((inline) => ({ rules: inline })),
);

const entry: fc.Arbitrary<RoleEntry> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(rolesOrRules, somewhere).map(([role, where]) => Object.assign(role, where)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<RoleEntry>(
      { roleRef: { kind: 'Role', name: 'deployer' }, namespaces: ['ci'] },
      { rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] },
    ),
  },
);

const binding: fc.Arbitrary<ValidBinding> = fc.record({
  name: fc.constant('b'),
  // the API server lets nobody change it, but a binding that is deleted and created again may have another
  subject: fc.constantFrom(...rbacSubjects([...subject])),
  roles: fc.array(entry, { maxLength: 4 }),
  identity: fc.constant(undefined),
  credential: fc.constant(undefined),
});

/** What a spec of each kind comes to; nothing for one that is suspended, expired or rejected. */
export interface Spec {
  readonly kind: 'ImpersonationGrant' | 'UserBinding';
  readonly children: readonly Child[];
  readonly [fc.toStringMethod]: () => string;
}

const orNothing = (children: fc.Arbitrary<Child[]>): fc.Arbitrary<Child[]> =>
  fc.oneof({ weight: 9, arbitrary: children }, { weight: 1, arbitrary: fc.constant<Child[]>([]) });

const shown = (kind: Spec['kind'], children: readonly Child[]): Spec => ({
  kind,
  children,
  [fc.toStringMethod]: () =>
    JSON.stringify(
      children.map(({ kind: { type }, namespace, name, content }) => [type.kind, namespace, name, content]),
    ),
});

/** Specs of one custom resource over time. */
export const specs = (count: number): fc.Arbitrary<Spec[]> =>
  fc.oneof(
    fc
      .array(orNothing(grant.map(grantChildren)), { minLength: count, maxLength: count })
      .map((all) => all.map((children) => shown('ImpersonationGrant', children))),
    fc
      .array(orNothing(binding.map(bindingChildren)), { minLength: count, maxLength: count })
      .map((all) => all.map((children) => shown('UserBinding', children))),
  );
