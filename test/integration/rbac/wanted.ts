/** Whom they ask for, as headers. */
import * as fc from 'fast-check';
import { some } from './callers.ts';

const USERS = ['~jane', '~Bob', '~jané', '*'] as const;
const ACCOUNTS = ['^a:~app', '^b:~app'].map((rest) => `system:serviceaccount:${rest}`);
const NODES = ['~n1', '~n2'].map((node) => `system:node:${node}`);
const ODD = [
  'system:anonymous',
  'system:masters',
  'system:serviceaccount:^a',
  'system:serviceaccount:^a:~App',
  'system:serviceaccount:^a:~app:x',
  'system:node:~N1',
  'system:node:',
];
const GROUPS = ['~dev', '~ops', '~qa', '~Dev', 'system:masters', 'system:authenticated', 'system:nodes', '*'];
const UIDS = ['~uid', '~UID', '*'];
/** As they stand in a header. */
const EXTRA_KEYS = [
  'acme.io%2Fteam',
  'acme.io%2Fscope',
  'Acme.io%2FTeam',
  'acme.io%2F%54eam',
  'team',
  '*',
  '',
  '%zz%41',
];
const ODD_EXTRA_KEYS = [
  'acme.io%2F',
  'a%2Fb%2Fc',
  'acme.io%2F%C3%A4',
  'acme.io%2F%ff',
  '%2Fteam',
  'acme_io%2Fteam',
  'acme.io%2F*',
];
const VALUES = ['~v1', '~v2', '~V1', '*', 'v'];

export type Headers = readonly (readonly [name: string, value: string])[];

const lines = (header: string, values: readonly string[]): Headers => values.map((value) => [header, value] as const);

const groupLines = fc
  .oneof(
    { weight: 5, arbitrary: some(GROUPS.slice(0, 3), 3) },
    { weight: 2, arbitrary: some(GROUPS, 6) },
    { weight: 3, arbitrary: fc.array(fc.constantFrom(...GROUPS.slice(0, 3)), { minLength: 3, maxLength: 5 }) },
    { weight: 1, arbitrary: fc.constantFrom([''], ['~dev', ''], ['system:unauthenticated']) },
  )
  .map((groups) => lines('Impersonate-Group', groups));

const extraOf = (keys: readonly string[], values: readonly string[], maxLength: number): fc.Arbitrary<Headers> =>
  fc
    .record({
      key: fc.constantFrom(...keys),
      chosen: fc.array(fc.constantFrom(...values), { minLength: 1, maxLength }),
    })
    .map(({ key, chosen }) => lines(`Impersonate-Extra-${key}`, chosen));

const extraLines = fc.oneof(
  { weight: 4, arbitrary: extraOf(EXTRA_KEYS.slice(0, 3), VALUES.slice(0, 2), 2) },
  { weight: 3, arbitrary: extraOf(EXTRA_KEYS.slice(0, 2), VALUES, 5) },
  { weight: 2, arbitrary: extraOf(EXTRA_KEYS, VALUES, 2) },
  { weight: 1, arbitrary: extraOf([...EXTRA_KEYS, ...ODD_EXTRA_KEYS], [...VALUES, ''], 2) },
  {
    weight: 2,
    arbitrary: fc
      .array(extraOf(EXTRA_KEYS.slice(0, 2), VALUES.slice(0, 2), 2), { minLength: 2, maxLength: 3 })
      .map((all) => all.flat()),
  },
  {
    weight: 1,
    arbitrary: fc.constant(['b', 'c', 'd', 'e'].flatMap((key) => lines(`Impersonate-Extra-acme.io%2F${key}`, ['~v1']))),
  },
);

const uidLines = fc.constantFrom(...UIDS, '').map((uid) => lines('Impersonate-Uid', [uid]));

/** Mostly nothing, at times something. */
const atTimes = (arbitrary: fc.Arbitrary<Headers>, never: number): fc.Arbitrary<Headers> =>
  fc.oneof({ weight: never, arbitrary: fc.constant<Headers>([]) }, { weight: 10, arbitrary });

const headersFor = (user: fc.Arbitrary<string>, alone: number): fc.Arbitrary<Headers> =>
  fc
    .tuple(user, atTimes(uidLines, 30 + 2 * alone), atTimes(groupLines, 10 + alone), atTimes(extraLines, 14 + alone))
    .map(([name, uid, groups, extra]) => [lines('Impersonate-User', [name]), groups, uid, extra].flat());

export const ITS_NODE: Headers = [['Impersonate-User', 'system:node:~n1']];

/** The headers of one request. */
export const wanted: fc.Arbitrary<Headers> = fc.oneof(
  { weight: 10, arbitrary: headersFor(fc.constantFrom(...USERS.slice(0, 2)), 0) },
  { weight: 2, arbitrary: headersFor(fc.constantFrom(...USERS, ...ODD), 8) },
  { weight: 4, arbitrary: headersFor(fc.constantFrom(...ACCOUNTS), 50) },
  { weight: 4, arbitrary: headersFor(fc.constantFrom(...NODES), 50) },
  // nobody is impersonated, or groups without a user
  { weight: 1, arbitrary: fc.constant<Headers>([]) },
  { weight: 1, arbitrary: fc.oneof(groupLines, extraLines, uidLines) },
);

const few = ['b', 'c', 'd', 'e'];

/** Around the number from which on the server asks for the name `*` first. */
export const crowd: fc.Arbitrary<Headers> = fc
  .record({
    groups: fc.oneof(fc.constant([]), fc.array(fc.constantFrom('~dev', '~ops', '~qa'), { minLength: 3, maxLength: 5 })),
    keys: fc.subarray(few),
    values: fc.subarray(['~v1', '~v2', '~v3', '~v4', '~v5'], { minLength: 1, maxLength: 5 }),
  })
  .map(({ groups, keys, values }) =>
    [
      lines('Impersonate-User', ['~jane']),
      lines('Impersonate-Group', groups),
      ...keys.map((key, index) => lines(`Impersonate-Extra-acme.io%2F${key}`, index === 0 ? values : ['~v1'])),
    ].flat(),
  );

/** Anybody, with more than a name. */
export const laden: fc.Arbitrary<Headers> = headersFor(
  fc.constantFrom('~jane', '~Bob', ...ACCOUNTS, ...NODES),
  -8,
).filter(({ length }) => length > 1);
