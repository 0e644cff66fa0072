import { beforeEach, expect, test } from 'vitest';
import { observedOnly } from '../../../src/controllers/effective/seen.ts';
import { groupTerm, userTerm } from '../../../src/controllers/effective/subject.ts';
import { CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING } from '../../../src/controllers/kinds.ts';
import { grantedRules } from '../../../src/controllers/objects.ts';
import { ALICE, RbacWorld, legacy, owner } from './world.ts';

const JANE = [legacy('users', 'jane')];
const PODS = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }];
const alice = userTerm('alice');

let world: RbacWorld;

beforeEach(() => {
  world = new RbacWorld();
});

test('a binding counts once its role is there, whichever comes first', () => {
  world.bind('first', 'r', [ALICE]);
  expect(world.of(alice)).toEqual([]);
  world.role('r', JANE);
  expect(world.of(alice)).toEqual(['/first']);
  world.bind('second', 'r', [ALICE]);
  expect(world.of(alice)).toEqual(['/first', '/second']);
});

test('no binding counts any more when its role is gone, or has no impersonation in it', () => {
  world.bind('b', 'r', [ALICE]);
  world.role('r', JANE);
  world.role('r', PODS);
  expect(world.of(alice)).toEqual([]);
  world.role('r', [...PODS, ...JANE]);
  expect(world.of(alice)).toEqual(['/b']);
  world.remove(CLUSTER_ROLE, 'r');
  expect(world.of(alice)).toEqual([]);
});

test('a binding that is gone, or names somebody else, counts no more', () => {
  world.role('r', JANE);
  world.bind('b', 'r', [ALICE]);
  world.bind('b', 'r', [['Group', 'support']]);
  expect([world.of(alice), world.of(groupTerm('support'))]).toEqual([[], ['/b']]);
  world.remove(CLUSTER_ROLE_BINDING, 'b');
  expect(world.of(groupTerm('support'))).toEqual([]);
});

test('an account is its user name, whichever way a binding names it, in the namespace of the binding where none is named', () => {
  world.role('r', [legacy('serviceaccounts', 'app')]);
  const bot = userTerm('system:serviceaccount:ops:bot');
  world.bind('as-user', 'r', [['User', 'system:serviceaccount:ops:bot']]);
  world.bind('as-account', 'r', [['ServiceAccount', 'bot', 'ops']]);
  world.bind('at-home', 'r', [['ServiceAccount', 'bot']], 'ops');
  world.bind('elsewhere', 'r', [['ServiceAccount', 'bot']], 'production');
  expect(world.of(bot)).toEqual(['/as-account', '/as-user', 'ops/at-home']);
});

test('a Role counts in its namespace, and a ClusterRole of its name is another', () => {
  world.role('r', [legacy('serviceaccounts', 'app')], 'production');
  world.bind('here', 'r', [ALICE], 'production', 'Role');
  world.bind('there', 'r', [ALICE], 'staging', 'Role');
  world.bind('cluster', 'r', [ALICE], 'production');
  world.role('s', JANE);
  world.bind('impossible', 's', [ALICE], '', 'Role');
  expect(world.of(alice)).toEqual(['production/here']);
});

test('of a role only what is impersonation counts', () => {
  world.role('r', [...PODS, ...JANE, { verbs: ['get', '*'], apiGroups: ['apps'], resources: ['*'] }]);
  world.bind('b', 'r', [ALICE]);
  const [binding] = world.holdings.of(alice);
  expect(binding && world.holdings.rulesOf(binding)).toEqual([
    ...JANE,
    { verbs: ['*'], apiGroups: ['apps'], resources: ['*'] },
  ]);
});

test('every change of what a subject holds is told, with the subject', () => {
  world.role('r', JANE);
  expect(world.told()).toEqual([]);
  world.bind('b', 'r', [ALICE, ['Group', 'support']]);
  expect(world.told()).toEqual([
    'bound group support',
    'bound user alice',
    'reached group support',
    'reached user alice',
  ]);
  world.role('r', [legacy('users', 'jane', 'john')]);
  expect(world.told()).toEqual(['reached group support', 'reached user alice']);
  world.bind('b', 'r', [ALICE]);
  expect(world.told()).toEqual(['bound group support', 'reached group support']);
  world.remove(CLUSTER_ROLE, 'r');
  expect(world.told()).toEqual(['reached user alice']);
  world.remove(CLUSTER_ROLE_BINDING, 'b');
  expect(world.told()).toEqual(['bound user alice']);
});

test('what changes nobody’s impersonation is told to nobody', () => {
  world.role('r', [...JANE, ...PODS]);
  world.role('harmless', PODS);
  world.bind('b', 'r', [ALICE]);
  world.bind('c', 'harmless', [ALICE]);
  world.told();
  world.role('r', [...JANE, { ...PODS[0], verbs: ['list'] }]);
  world.label(CLUSTER_ROLE, 'r');
  world.label(CLUSTER_ROLE_BINDING, 'b');
  world.role('harmless', []);
  world.bind('d', 'harmless', [ALICE]);
  world.remove(CLUSTER_ROLE_BINDING, 'd');
  expect(world.told()).toEqual([]);
  // and what was told of is still known by the objects as they are now
  world.remove(CLUSTER_ROLE_BINDING, 'b');
  expect(world.of(alice)).toEqual([]);
});

test('somebody is bound from the first binding that names him to the last', () => {
  expect(world.holdings.isBound(alice)).toBe(false);
  world.bind('a', 'view', [ALICE], 'production');
  world.bind('b', 'view', [ALICE, ALICE]);
  world.remove(ROLE_BINDING, 'a', 'production');
  expect(world.holdings.isBound(alice)).toBe(true);
  world.remove(CLUSTER_ROLE_BINDING, 'b');
  expect(world.holdings.isBound(alice)).toBe(false);
});

test('objects of ours are known by their owner, and what only has such a name is foreign', () => {
  const support = owner('support');
  world.own(grantedRules(support, '', '', JANE, [{ kind: 'User', name: 'alice' }]), support);
  expect([...world.holdings.of(alice)].map(({ owner: of }) => of)).toEqual([
    { kind: 'ImpersonationGrant', name: 'support' },
  ]);
  expect(world.told()).toContain('reached user alice by ImpersonationGrant/support');
  world.disown(CLUSTER_ROLE_BINDING, 'impersonation:grant:support');
  expect([...world.holdings.of(alice)].map(({ owner: of }) => of)).toEqual([undefined]);
  expect(world.told()).toContain('reached user alice');
  world.bind('impersonation:grant:x', 'impersonation:grant:support', [['User', 'bob']]);
  expect([...world.holdings.of(userTerm('bob'))].map(({ owner: of }) => of)).toEqual([undefined]);
});

test('the engine sees none of what is foreign', () => {
  world.role('r', JANE);
  world.role('impersonation:taken', JANE);
  const [roles] = world.informers;
  const ours = roles && observedOnly(roles);
  expect([...(ours?.list() ?? [])].map(({ name }) => name)).toEqual(['impersonation:taken']);
  expect([ours?.get('', 'r'), ours?.get('', 'impersonation:taken')?.name]).toEqual([undefined, 'impersonation:taken']);
  const changes: (string | undefined)[] = [];
  ours?.onChange(({ before, after }) => changes.push((after ?? before)?.name));
  world.role('r', [legacy('users', 'john')]);
  world.role('impersonation:taken', PODS);
  expect(changes).toEqual(['impersonation:taken', 'impersonation:taken']);
});

test('a permission that is missing is named, and told once', () => {
  const { type } = CLUSTER_ROLE_BINDING;
  expect(world.holdings.unreadable).toBeUndefined();
  world.holdings.refused(type, 'list');
  world.holdings.refused(type, 'list');
  world.holdings.refused(ROLE.type, 'watch');
  expect(world.holdings.unreadable).toBe(
    'list clusterrolebindings.rbac.authorization.k8s.io, watch roles.rbac.authorization.k8s.io',
  );
  expect(world.told()).toEqual(['readable ', 'readable ']);
  world.holdings.refused(type, undefined);
  world.holdings.refused(ROLE.type, undefined);
  expect(world.holdings.unreadable).toBeUndefined();
});

test('nothing is seen before every role and binding was, whatever may be read by now', () => {
  const [first] = world.informers;
  if (first === undefined) throw new Error('there are four');
  expect(world.holdings.unseen).toBeUndefined();
  first.synced = false;
  expect(world.holdings.unseen).toBe('read roles and bindings');
  world.holdings.refused(first.type, 'list');
  expect(world.holdings.unseen).toBe('list clusterroles.rbac.authorization.k8s.io');
  first.synced = true;
  expect(world.holdings.unseen).toBeUndefined();
});
