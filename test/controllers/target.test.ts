import { expect, test } from 'vitest';
import { check } from '../../src/controllers/binding/validate.ts';
import { targetGroup, targetNode, targetUser, targetAccount } from '../../src/controllers/target.ts';
import type { UserBindingSpec } from '../../src/crds/index.ts';
import { INSTALLATION, NOW, binding, ceiling } from './given.ts';

const named = (name: string) => ({ field: 'spec.impersonate', name });
const all = new Set(['system:masters', 'system:x', 'impersonation-system/bot', 'credentials/impersonation-grant-x-1']);
const generous = { ...INSTALLATION, ceiling: ceiling({ users: all, groups: all, serviceAccounts: all, nodes: all }) };

test('system:masters is never granted, whatever spec and ceiling say', () => {
  expect(targetGroup(generous, true, named('system:masters'))).toEqual({
    is: 'rejected',
    reason: 'ForbiddenTarget',
    message: 'spec.impersonate names "system:masters", whose members may do everything; it is never granted',
  });
});

test.for([
  ['system:x', true],
  ['kubeadm:x', true],
  ['system:', true],
  ['system', false],
  ['System:x', false],
  ['a-system:x', false],
  ['jane', false],
] as const)('%s is privileged: %s', ([name, privileged]) => {
  expect(targetUser(INSTALLATION, false, named(name)) !== undefined).toBe(privileged);
  expect(targetGroup(INSTALLATION, false, named(name)) !== undefined).toBe(privileged);
});

test('a ceiling without the word of the spec allows nothing, nor the word without the ceiling', () => {
  expect(targetUser(generous, false, named('system:x'))?.reason).toBe('PrivilegedTarget');
  expect(targetUser(INSTALLATION, true, named('system:x'))?.reason).toBe('BeyondCeiling');
  expect(targetUser(generous, true, named('system:x'))).toBeUndefined();
  expect(targetGroup(generous, true, named('system:x'))).toBeUndefined();
});

test('every node is privileged', () => {
  expect(targetNode(generous, false, named('worker-1'))?.reason).toBe('PrivilegedTarget');
  expect(targetNode(generous, true, named('worker-1'))?.reason).toBe('BeyondCeiling');
  expect(targetNode(generous, true, named('system:x'))).toBeUndefined();
});

const target = (namespace: string, name: string): string | undefined =>
  targetAccount(generous, true, 'f', { namespace, name })?.reason;

test('no ceiling opens the namespace of the operator, or an account that it made', () => {
  expect(target('impersonation-system', 'bot')).toBe('ForbiddenTarget');
  expect(target('credentials', 'impersonation-grant-x-1')).toBe('ForbiddenTarget');
  expect(target('credentials', 'app')).toBeUndefined();
  expect(target('production', 'impersonation-grant-x-1')).toBeUndefined();
});

test.for<[string, Partial<UserBindingSpec>]>([
  ['of a privileged user', { subject: { kind: 'User', name: 'system:x' } }],
  ['of a member of a privileged group', { identity: { groups: ['developers', 'system:x'] } }],
  ['of a member of system:masters', { identity: { groups: ['system:masters'] } }],
])('there is no broker %s, even past the schema', ([, change]) => {
  const good = binding({ credential: {} });
  const spec: UserBindingSpec | undefined = good.spec.ok ? { ...good.spec.value, ...change } : undefined;
  if (spec === undefined) throw new Error('the sample is valid');
  const judged = (value: UserBindingSpec) => check({ ...good, spec: { ok: true, value } }, generous, NOW);
  expect(judged(spec)).toMatchObject({ is: 'rejected' });
  const { credential: _credential, ...without } = spec;
  expect(judged(without)).toMatchObject({ is: 'active' });
});
