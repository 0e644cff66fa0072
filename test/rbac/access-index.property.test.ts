import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AccessIndex,
  type AccessObject,
  type Attributes,
  type BindingObject,
  type BindingSubject,
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
const rules = fc.array(
  fc.record({
    verbs: fc.constantFrom(['get'], ['list']),
    apiGroups: fc.constant(['']),
    resources: fc.constant(['pods']),
  }),
  { maxLength: 2 },
);
const subject: fc.Arbitrary<BindingSubject> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('User', 'Group'),
    name: fc.constantFrom('jane', 'devs', 'system:serviceaccount:a:x'),
  }),
  fc.record({ kind: fc.constant('ServiceAccount'), name, namespace: fc.constantFrom('', 'a', 'b') }),
);
const subjects = fc.array(subject, { maxLength: 3 });
const roleRef = fc.record({ kind: fc.constantFrom('ClusterRole', 'Role'), name });
const object: fc.Arbitrary<AccessObject> = fc.oneof(
  fc.record({ kind: fc.constant('ClusterRole' as const), namespace: fc.constant(''), name, rules }),
  fc.record({ kind: fc.constant('Role' as const), namespace: place, name, rules }),
  fc.record({
    kind: fc.constant('ClusterRoleBinding' as const),
    namespace: fc.constant(''),
    name,
    roleRef: fc.record({ kind: fc.constant('ClusterRole'), name }),
    subjects,
  }),
  fc.record({ kind: fc.constant('RoleBinding' as const), namespace: place, name, roleRef, subjects }),
);
const change = fc.record({ does: fc.constantFrom('put', 'put', 'put', 'remove'), object });

const PEOPLE = [user('jane', { groups: ['devs', 'devs'] }), user('devs'), user('system:serviceaccount:a:x')];
const QUESTIONS = PEOPLE.flatMap((who) =>
  ['', 'a', 'b'].map((namespace) => ({
    who,
    action: resourceAttributes({ verb: 'get', resource: 'pods', namespace }),
  })),
);

test('the index gives what all objects give, after any changes', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const index = new AccessIndex();
      const known = new Map<string, AccessObject>();
      for (const { does, object: one } of changes) {
        const key = `${one.kind} ${one.namespace} ${one.name}`;
        if (does === 'put') {
          index.put(one);
          known.set(key, one);
        } else {
          index.remove(one);
          known.delete(key);
        }
      }
      for (const { who, action } of QUESTIONS) {
        const found = Array.from(allowances(index, who, action), (by) => (by.kind === 'Rule' ? by.binding : undefined));
        const names = found.map((binding) => `${binding?.namespace}/${binding?.name}`);
        expect(new Set(names)).toEqual(resolved([...known.values()], who, action));
        expect(names).toHaveLength(new Set(names).size);
      }
    }),
    { numRuns: 1000 },
  );
});
