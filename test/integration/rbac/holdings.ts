/** Rules, and how somebody holds them: roles and bindings in all the ways that they can be put together, wrong ones included. */
import * as fc from 'fast-check';
import type { BindingSubject, PolicyRule, UserInfo } from '../../../src/rbac/index.ts';
import { accountOfUser } from '../../../src/rbac/index.ts';
import { NAMESPACES, type Namespace, namespace } from './callers.ts';
import { type NewObject, aggregatedRole, aggregatesNothing, binding, role } from './new-object.ts';

const PLACEMENTS = [
  'Cluster',
  'Cluster',
  'Cluster',
  'Aggregated',
  'AggregatesNothing',
  'ClusterRoleHere',
  'RoleHere',
  'RoleHere',
  'RoleElsewhere',
  'NoRole',
] as const;
type Placement = (typeof PLACEMENTS)[number];

export interface Holding {
  readonly rules: readonly PolicyRule[];
  readonly placement: Placement;
  readonly namespace: Namespace;
  readonly subjects: readonly BindingSubject[];
}

/** Groups that hold people of other worlds too. */
const SHARED: ReadonlySet<string> = new Set([
  'system:authenticated',
  'system:unauthenticated',
  'system:serviceaccounts',
  'system:nodes',
  'system:masters',
  '*',
]);

/** Where a binding counts for others too, its rules must only speak of names of this world. */
const isOwn = ({ resourceNames = [] }: PolicyRule): boolean =>
  resourceNames.length > 0 && resourceNames.every((name) => /[~^]/.test(name));

const isKeptApart = ({ rules, placement, subjects }: Holding): boolean =>
  !['Cluster', 'Aggregated', 'AggregatesNothing'].includes(placement) ||
  rules.every(isOwn) ||
  subjects.every(({ kind, name }) => kind === 'ServiceAccount' || !(SHARED.has(name) || name === 'system:anonymous'));

/** Somebody, as a binding may name him. */
export const subjectOf = ({ name, groups }: Pick<UserInfo, 'name' | 'groups'>): fc.Arbitrary<BindingSubject> => {
  const user: BindingSubject = { kind: 'User', name };
  const account = accountOfUser(name.replaceAll(/[~^]/g, ''));
  const named = groups.filter((group) => group !== '').map((group): BindingSubject => ({ kind: 'Group', name: group }));
  if (account === undefined)
    return fc.oneof({ weight: 3, arbitrary: fc.constant(user) }, ...named.map((one) => fc.constant(one)));
  const [, , home = '', own = ''] = name.split(':');
  const accounts: BindingSubject[] = [
    { kind: 'ServiceAccount', namespace: home, name: own },
    { kind: 'ServiceAccount', name: own },
    { kind: 'ServiceAccount', namespace: NAMESPACES[home === '^a' ? 1 : 0], name: own },
  ];
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(accounts[0] ?? user) },
    fc.constantFrom(...accounts, user, ...named),
  );
};

/** Some ways to hold rules, needed in a namespace or (empty) in the whole cluster. */
export const holding = (
  rules: readonly PolicyRule[],
  needed: string,
  subject: fc.Arbitrary<BindingSubject>,
): fc.Arbitrary<Holding> => {
  const home = NAMESPACES.find((name) => name === needed);
  const here = home === undefined ? namespace : fc.oneof({ weight: 9, arbitrary: fc.constant(home) }, namespace);
  const placement: fc.Arbitrary<Placement> =
    home === undefined
      ? fc.oneof({ weight: 12, arbitrary: fc.constantFrom('Cluster' as const) }, fc.constantFrom(...PLACEMENTS))
      : fc.constantFrom(...PLACEMENTS);
  return fc
    .record({
      rules: fc.constant(rules),
      placement,
      namespace: here,
      subjects: fc.oneof(
        { weight: 9, arbitrary: subject.map((one) => [one]) },
        fc.array(subject, { minLength: 2, maxLength: 2 }),
        fc.constant([{ kind: 'User', name: '~nobody' }]),
      ),
    })
    .map((made) => (isKeptApart(made) ? made : Object.assign(made, { placement: 'RoleHere' as const })));
};

/** The objects of a holding; capitals are part of their names, as RBAC allows. */
export const objectsOf = ({ rules, placement, namespace: here, subjects }: Holding, index: number): NewObject[] => {
  const name = `~Role:${index}`;
  switch (placement) {
    case 'Cluster':
      return [role(name, rules), binding(name, 'ClusterRole', subjects)];
    case 'Aggregated': {
      const own = `~role-${index}`;
      return [...aggregatedRole(own, rules), binding(own, 'ClusterRole', subjects)];
    }
    case 'AggregatesNothing':
      return [aggregatesNothing(`~role-${index}`, rules), binding(`~role-${index}`, 'ClusterRole', subjects)];
    case 'ClusterRoleHere':
      return [role(name, rules), binding(name, 'ClusterRole', subjects, here)];
    case 'RoleHere':
      return [role(name, rules, here), binding(name, 'Role', subjects, here)];
    case 'RoleElsewhere':
      return [role(name, rules, here === '^a' ? '^b' : '^a'), binding(name, 'Role', subjects, here)];
    case 'NoRole':
      return [role(name, rules), binding(name, 'Role', subjects, here)];
    default:
      return placement satisfies never;
  }
};
