/** Corners of what two sets of rules make of each other that few random ones come to. */
import { expect, test } from 'vitest';
import { type PolicyRule, conferring, reachOf, widening } from '../../src/rbac/index.ts';

const AUTHENTICATION = 'authentication.k8s.io';

const named = (verbs: string[], apiGroups: string[], resource: string, ...resourceNames: string[]): PolicyRule => ({
  verbs,
  apiGroups,
  resources: [resource],
  ...(resourceNames.length === 0 ? {} : { resourceNames }),
});
const legacy = (resource: string, ...names: string[]): PolicyRule => named(['impersonate'], [''], resource, ...names);
const user = (resource: string, ...names: string[]): PolicyRule =>
  named(['impersonate:user-info'], [AUTHENTICATION], resource, ...names);
const LIST_PODS: PolicyRule = { verbs: ['impersonate-on:user-info:list'], apiGroups: [''], resources: ['pods'] };

const everywhere = (rules: readonly PolicyRule[]) => reachOf([{ rules, namespace: undefined }]);

test.for<[string, PolicyRule[], PolicyRule[], string | undefined]>([
  ['the same one with less', [legacy('users', 'jane'), legacy('groups', 'devs')], [legacy('users', 'jane')], undefined],
  ['the same one with more', [legacy('users', 'jane')], [legacy('users', 'jane'), legacy('groups', 'devs')], 'more'],
  [
    'a new rule that nothing may be done by',
    [legacy('users', 'jane')],
    [user('users', 'jane'), user('groups', 'ops')],
    undefined,
  ],
  [
    'somebody who may be had by the old dialect without limit anyway',
    [user('users', 'jane'), LIST_PODS],
    [named(['impersonate', 'impersonate:user-info'], ['*'], 'users', 'bob')],
    undefined,
  ],
  ['the same by the new dialect alone', [user('users', 'jane'), LIST_PODS], [user('users', 'bob')], 'others'],
  [
    'rules that come to nothing together',
    [user('users', 'jane'), user('groups', 'devs')],
    [user('users', 'bob')],
    undefined,
  ],
  ['the name that stands for many', [user('users', 'jane'), LIST_PODS], [user('groups', '*')], 'more'],
  ['a name that does not, in the old dialect', [legacy('users', 'jane')], [legacy('groups', '*')], 'more'],
  [
    'a group that the new dialect never takes',
    [user('users', 'jane'), LIST_PODS],
    [user('groups', 'system:masters')],
    undefined,
  ],
  ['a group that the old one does', [legacy('users', 'jane')], [legacy('groups', 'system:masters')], 'more'],
  [
    'a key that the new dialect never takes',
    [user('users', 'jane'), LIST_PODS],
    [user('userextras/scopes', 'x')],
    undefined,
  ],
  ['every key', [user('users', 'jane'), LIST_PODS], [user('userextras/*')], 'more'],
  ['every key but of a name', [user('users', 'jane'), LIST_PODS], [user('userextras/*', 'x')], undefined],
  [
    'an account by its user name',
    [legacy('users', 'jane'), legacy('groups', 'devs')],
    [legacy('users', 'system:serviceaccount:a:app')],
    undefined,
  ],
  [
    'what looks like one',
    [legacy('users', 'jane'), legacy('groups', 'devs')],
    [legacy('users', 'system:serviceaccount:a')],
    'others',
  ],
  [
    'a node in the new dialect as a user',
    [user('users', 'jane'), LIST_PODS],
    [user('users', 'system:node:n')],
    undefined,
  ],
])('beside a grant, %s', ([, own, other, by]) => {
  expect(widening(everywhere(own), everywhere(other))?.by).toBe(by);
});

const get = (path: string): PolicyRule => ({ verbs: ['impersonate-on:user-info:get'], nonResourceURLs: [path] });

test('the name that stands for many is any name', () => {
  const own = everywhere([user('users', 'jane'), LIST_PODS]);
  expect(widening(own, everywhere([user('groups', '*')]))).toMatchObject({ what: ['group', undefined] });
  expect(widening(own, everywhere([user('userextras/*', '*')]))).toMatchObject({
    what: ['extra', undefined, undefined],
  });
});

test('a path ends where its star is', () => {
  const own = everywhere([user('users', 'jane'), get('/logs/*')]);
  expect(widening(own, everywhere([get('/logs/a')]))).toBeUndefined();
  expect(widening(own, everywhere([get('/logs/a/*')]))).toBeUndefined();
  expect(widening(own, everywhere([get('/log')]))).toMatchObject({ what: ['url', 'get', '/log'] });
  expect(widening(own, everywhere([get('*')]))).toMatchObject({ what: ['url', 'get', undefined] });
});

test('of a role nothing is kept that is no part of an impersonation', () => {
  const rules = [
    legacy('users', 'jane'),
    { verbs: ['get', 'impersonate'], apiGroups: [''], resources: ['users'] },
    { verbs: ['get', 'list'], apiGroups: ['*'], resources: ['*'] },
    legacy('pods'),
    named(['impersonate'], [AUTHENTICATION], 'users'),
    named(['impersonate:user-info'], [''], 'users'),
    legacy('serviceaccounts', '*'),
    { verbs: ['*'], nonResourceURLs: ['/healthz'] },
  ];
  expect(conferring(rules)).toEqual([
    legacy('users', 'jane'),
    { verbs: ['impersonate'], apiGroups: [''], resources: ['users'] },
    { verbs: ['*'], nonResourceURLs: ['/healthz'] },
  ]);
});
