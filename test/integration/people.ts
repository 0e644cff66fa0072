/** Who may sign in to the shared control plane besides the admin. */
import type { TokenUser } from '../../dev/control-plane/data-directory.ts';
import type { SubjectSpec } from '../oracle/objects.ts';

export const PEOPLE: readonly TokenUser[] = [
  { token: 'alice-signs-in-with-this', user: 'alice', groups: ['support'] },
  { token: 'bob-signs-in-with-this', user: 'bob', groups: ['support', 'on-call'] },
  { token: 'carol-signs-in-with-this', user: 'carol', groups: [] },
  // named in no grant
  { token: 'mallory-signs-in-with-this', user: 'mallory', groups: ['strangers'] },
];

export const ALICE: SubjectSpec = { kind: 'User', name: 'alice' };
export const BOB: SubjectSpec = { kind: 'User', name: 'bob' };
export const CAROL: SubjectSpec = { kind: 'User', name: 'carol' };
export const SUPPORT: SubjectSpec = { kind: 'Group', name: 'support' };
export const ON_CALL: SubjectSpec = { kind: 'Group', name: 'on-call' };
