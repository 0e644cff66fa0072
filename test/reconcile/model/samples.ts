import type { StoredObject } from '../../../src/cluster/port.ts';
import { SECRET, rbacSubjects, roleRef } from '../../../src/controllers/kinds.ts';
import { binding, grantedRules } from '../../../src/controllers/objects.ts';
import { type Child, CONTENT_ONLY } from '../../../src/reconcile/child.ts';
import type { Observed } from '../../../src/reconcile/observed.ts';
import { CREDENTIALS, type World, grantOwner } from './world.ts';

export const OWNER = grantOwner('uid-of-now');
export const KEY = { kind: OWNER.kind, name: OWNER.name };

const rules = (users: readonly string[]) => [
  { verbs: ['impersonate'], apiGroups: [''], resources: ['users'], resourceNames: [...users] },
];

/** A ClusterRole that lets its holders become these users, and its binding. */
export const pair = (users: readonly string[], holders: readonly string[] = ['alice']): [Child, Child] => {
  const subjects = rbacSubjects(holders.map((name) => ({ kind: 'User', name })));
  const [role, bound] = grantedRules(OWNER, '', '', rules(users), subjects);
  if (role === undefined || bound === undefined) throw new Error('users and holders are not empty');
  return [role, bound];
};

/** A RoleBinding of its own, in a namespace. */
export const bound = (namespace: string, role: string): Child =>
  binding(
    OWNER,
    namespace,
    `clusterrole:${role}`,
    roleRef('ClusterRole', role),
    rbacSubjects([{ kind: 'User', name: 'alice' }]),
  );

export const secret = (name: string, fields: Partial<Child> = {}): Child => ({
  kind: SECRET,
  namespace: CREDENTIALS,
  name,
  part: 'token',
  content: {},
  fixed: { type: 'Opaque' },
  labels: {},
  annotations: {},
  source: CONTENT_ONLY,
  ...fields,
});

export const seen = (world: World, child: Child): Observed => {
  const found = world.children.occupant(child);
  if (found === undefined) throw new Error(`${child.name} is not in the cache`);
  return found;
};

export const refTo = ({ kind, namespace, name }: Child) => ({ type: kind.type, namespace, name });

export const storedAs = (world: World, child: Child): StoredObject => {
  const found = world.store.get(refTo(child));
  if (found === undefined) throw new Error(`${child.name} is not in the store`);
  return found;
};
