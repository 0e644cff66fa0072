/** Who may sign in to the shared control plane besides the admin. */
import type { TokenUser } from '../../dev/control-plane/data-directory.ts';
import type { SubjectSpec } from '../oracle/objects.ts';

export interface Person {
  readonly user: string;
  readonly groups: readonly string[];
  /** All of them are this person; the server knows them apart by a uid. */
  readonly tokens: readonly [string, ...string[]];
}

/** The oracle takes another every 20 ms: before it uses one again, the server has forgotten what it answered ten seconds before. */
const TOKENS = 1024;

const person = (user: string, ...groups: string[]): Person => ({
  user,
  groups,
  tokens: [
    `${user}-signs-in-with-this`,
    ...Array.from({ length: TOKENS - 1 }, (_, index) => `${user}-signs-in-with-this-${index + 1}`),
  ],
});

export const PEOPLE: readonly Person[] = [
  person('alice', 'support'),
  person('bob', 'support', 'on-call'),
  person('carol'),
  // named in no grant
  person('mallory', 'strangers'),
];

/** For the token file of an API server. */
export const TOKEN_USERS: readonly TokenUser[] = PEOPLE.flatMap(({ user, groups, tokens }) =>
  tokens.map((token) => ({ token, user, uid: token, groups })),
);

export const ALICE: SubjectSpec = { kind: 'User', name: 'alice' };
export const BOB: SubjectSpec = { kind: 'User', name: 'bob' };
export const CAROL: SubjectSpec = { kind: 'User', name: 'carol' };
export const SUPPORT: SubjectSpec = { kind: 'Group', name: 'support' };
export const ON_CALL: SubjectSpec = { kind: 'Group', name: 'on-call' };
