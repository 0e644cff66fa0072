import { BINDING, GRANT, binding, grant, refused, row } from './row.ts';
import type { Row } from './row.ts';

export const structureRows: readonly Row[] = [
  grant('the smallest grant is taken', {}),
  binding('the smallest binding is taken', {}),
  ...(['ImpersonationGrant', 'UserBinding'] as const).flatMap((kind) => [
    row(`a ${kind} without a spec is refused`, kind, undefined, refused('spec')),
    row(`a ${kind} with a spec that is null is refused`, kind, null, refused('spec')),
    row(`a ${kind} with a spec that is text is refused`, kind, 'jane', refused('spec')),
    row(`a ${kind} with a spec that is a list is refused`, kind, [], refused('spec')),
  ]),
  row('an empty grant is refused', 'ImpersonationGrant', {}, refused('spec.impersonate')),
  row('an empty binding is refused', 'UserBinding', {}, refused('spec.subject')),
  grant('fields that are not known are dropped', {
    role: 'admin',
    subjects: [{ kind: 'User', name: 'jane', uid: '1' }],
    impersonate: { users: ['jane'], verbs: ['*'] },
  }),
  grant('nulls in objects are dropped', {
    actions: null,
    expiresAt: null,
    subjects: [{ kind: 'User', name: 'jane', namespace: null, apiGroup: null }],
    impersonate: { users: ['jane'], groups: null, extra: null },
    credential: null,
  }),
  grant('a null in a credential gets the default', { credential: { secretName: 'bot', type: null, kubeconfig: null } }),
  grant('a null for what must be there is refused', { impersonate: null }, refused('spec.impersonate')),
  grant(
    'a null among users is refused',
    { impersonate: { users: ['jane', null] } },
    refused('spec.impersonate.users[1]'),
  ),
  grant('a null among subjects is refused', { subjects: [null] }, refused('spec.subjects[0]')),
  grant('one user instead of a list is refused', { impersonate: { users: 'jane' } }, refused('spec.impersonate.users')),
  grant(
    'a map of extra fields is refused',
    { impersonate: { users: ['jane'], extra: { team: ['x'] } } },
    refused('spec.impersonate.extra'),
  ),
  grant('a list of lists is refused', { impersonate: { users: [['jane']] } }, refused('spec.impersonate.users[0]')),
  row('a grant is no binding', 'UserBinding', GRANT, refused('spec.subject')),
  row('a binding is no grant', 'ImpersonationGrant', BINDING, refused('spec.impersonate')),
];
