import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AccessIndex,
  type AccessObject,
  type Attributes,
  type BindingObject,
  type BindingSubject,
  type PolicyRule,
  type RoleObject,
  type UserInfo,
  allowances,
  resourceAttributes,
  ruleAllows,
} from '../../src/rbac/index.ts';
import { user } from './access.ts';

const isRole = (object: AccessObject): object is RoleObject => 'rules' in object;
const isBinding = (object: AccessObject): object is BindingObject => 'subjects' in object;

/** The loops of the API server's rule resolver, over all objects. */
const resolved = (objects: readonly AccessObject[], who: UserInfo, attributes: Attributes): Set<string> => {
  const namespace = attributes.kind === 'URL' ? '' : attributes.namespace;
  const is = ({ kind, name, namespace: home = '' }: BindingSubject, place: string): boolean => {
    if (kind === 'User') return name === who.name;
    if (kind === 'Group') return who.groups.includes(name);
    return `${home}${place}` !== '' && who.name === `system:serviceaccount:${home === '' ? place : home}:${name}`;
  };
  const found = objects
    .filter(isBinding)
    .filter(({ kind, namespace: place }) => kind === 'ClusterRoleBinding' || (place !== '' && place === namespace))
    .filter(({ subjects, namespace: place }) => subjects.some((subject) => is(subject, place)))
    .filter(({ roleRef, namespace: place }) =>
      objects
        .filter(isRole)
        .filter(({ kind, name }) => kind === roleRef.kind && name === roleRef.name)
        .filter((role) => role.kind === 'ClusterRole' || role.namespace === place)
        .some(({ rules }) => rules.some((rule) => ruleAllows(rule, attributes))),
    );
  return new Set(found.map(({ namespace: place, name }) => `${place}/${name}`));
};

const place = fc.constantFrom('a', 'b');
const name = fc.constantFrom('x', 'y');
const rule: fc.Arbitrary<PolicyRule> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      verbs: fc.constantFrom(['get'], ['list'], ['*'], ['list', 'get', 'get']),
      apiGroups: fc.constant(['']),
      resources: fc.constantFrom(['pods'], ['secrets', '*']),
      resourceNames: fc.constantFrom([], [], ['p'], ['q'], ['q', 'p', 'p']),
    }),
  },
  { weight: 1, arbitrary: fc.record({ verbs: fc.constant(['get']), nonResourceURLs: fc.constantFrom(['/p'], ['*']) }) },
);
const rules = fc.array(rule, { maxLength: 2 });
const subject: fc.Arbitrary<BindingSubject> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('User', 'Group'),
    name: fc.constantFrom('jane', 'devs', 'system:serviceaccount:a:x'),
  }),
  fc.record({ kind: fc.constant('ServiceAccount'), name, namespace: fc.constantFrom('', 'a', 'b') }),
);
/** Mostly these, so that they have many bindings where there are many. */
const PROMINENT: BindingSubject[] = [
  { kind: 'User', name: 'jane' },
  { kind: 'Group', name: 'devs' },
];
const subjects = fc.oneof(fc.array(subject, { maxLength: 3 }), fc.constant(PROMINENT));
const roleRef = fc.record({ kind: fc.constantFrom('ClusterRole', 'Role'), name });

/** Roles are few and bindings as many as they are called. */
const objectsCalled = (bindings: fc.Arbitrary<string>): fc.Arbitrary<AccessObject> =>
  fc.oneof(
    fc.record({ kind: fc.constant('ClusterRole' as const), namespace: fc.constant(''), name, rules }),
    fc.record({ kind: fc.constant('Role' as const), namespace: place, name, rules }),
    fc.record({
      kind: fc.constant('ClusterRoleBinding' as const),
      namespace: fc.constant(''),
      name: bindings,
      roleRef: fc.record({ kind: fc.constant('ClusterRole'), name }),
      subjects,
    }),
    fc.record({ kind: fc.constant('RoleBinding' as const), namespace: place, name: bindings, roleRef, subjects }),
  );

const changes = (object: fc.Arbitrary<AccessObject>, minLength: number): fc.Arbitrary<Change[]> =>
  fc.array(fc.record({ does: fc.constantFrom('put', 'put', 'put', 'remove'), object }), {
    minLength,
    maxLength: minLength + 30,
  });

interface Change {
  readonly does: string;
  readonly object: AccessObject;
}

const PEOPLE = [user('jane', { groups: ['devs', 'devs'] }), user('devs'), user('system:serviceaccount:a:x')];
const ACTIONS: Attributes[] = [
  ...['', 'a', 'b'].map((namespace) => resourceAttributes({ verb: 'get', resource: 'pods', namespace, name: 'p' })),
  resourceAttributes({ verb: 'list', resource: 'pods', namespace: 'a' }),
  { kind: 'URL', verb: 'get', path: '/p' },
];
const QUESTIONS = PEOPLE.flatMap((who) => ACTIONS.map((action) => ({ who, action })));

const namesOf = (index: AccessIndex, who: UserInfo, action: Attributes): string[] =>
  Array.from(allowances(index, who, action), (by) =>
    by.kind === 'Rule' ? `${by.binding.namespace}/${by.binding.name}` : '',
  );

const changed = (index: AccessIndex, known: Map<string, AccessObject>, { does, object }: Change): void => {
  const key = `${object.kind} ${object.namespace} ${object.name}`;
  if (does === 'put') {
    index.put(object);
    known.set(key, object);
  } else {
    index.remove(object);
    known.delete(key);
  }
};

test.for<[string, fc.Arbitrary<Change[]>, number]>([
  ['few bindings', changes(objectsCalled(name), 0), 1000],
  // so that some have more than are looked through one by one
  ['many bindings', changes(objectsCalled(fc.integer({ min: 0, max: 99 }).map((number) => `b${number}`)), 200), 100],
])('with %s, the index gives what all objects give, while they change', ([, arbitrary, numRuns]) => {
  fc.assert(
    fc.property(arbitrary, fc.integer({ min: 1, max: 40 }), (all, every) => {
      const index = new AccessIndex();
      const known = new Map<string, AccessObject>();
      for (const [number, change] of all.entries()) {
        changed(index, known, change);
        if (number % every !== 0 && number < all.length - 1) continue;
        for (const { who, action } of QUESTIONS) {
          const names = namesOf(index, who, action);
          expect(names.toSorted()).toEqual([...resolved([...known.values()], who, action)].toSorted());
        }
      }
    }),
    // a difference may take long to make small
    { numRuns, interruptAfterTimeLimit: 60_000 },
  );
});
