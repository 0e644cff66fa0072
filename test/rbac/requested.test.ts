import { expect, test } from 'vitest';
import { accountOfUser, extraKeyOfHeader, nodeOfUser, requestedBy } from '../../src/rbac/index.ts';
import { user } from './access.ts';

test('headers name an identity, their names in any case, one line for each group and value', () => {
  expect(
    requestedBy([
      ['impersonate-user', 'jane'],
      ['Impersonate-Group', 'b'],
      ['IMPERSONATE-GROUP', 'a'],
      ['Impersonate-Group', 'b'],
      ['Impersonate-Uid', '06f6'],
      ['Impersonate-Extra-Acme.io%2FTeam', 'payments'],
      ['impersonate-extra-acme.io%2fteam', 'audit'],
      ['Accept', 'application/json'],
    ]),
  ).toEqual({
    kind: 'Identity',
    identity: {
      name: 'jane',
      uid: '06f6',
      groups: ['b', 'a', 'b'],
      extra: [{ key: 'acme.io/team', values: ['payments', 'audit'] }],
    },
  });
});

test.for<[string, [string, string][]]>([
  ['a group', [['Impersonate-Group', 'a']]],
  ['an empty group', [['Impersonate-Group', '']]],
  ['a uid', [['Impersonate-Uid', 'a']]],
  ['an extra', [['Impersonate-Extra-a', '']]],
])('%s without a user is a bad request', ([, headers]) => {
  expect(requestedBy(headers)).toEqual({ kind: 'BadRequest' });
  expect(requestedBy([['Impersonate-User', ''], ...headers])).toEqual({ kind: 'BadRequest' });
  expect(requestedBy([['Impersonate-User', 'jane'], ...headers])).toMatchObject({ kind: 'Identity' });
});

test('without a name nobody is impersonated; the first of two counts', () => {
  expect(requestedBy([['Accept', 'x']])).toEqual({ kind: 'Itself' });
  expect(requestedBy([['Impersonate-User', '']])).toEqual({ kind: 'Itself' });
  expect(requestedBy([['Impersonate-Uid', '']])).toEqual({ kind: 'Itself' });
  expect(
    requestedBy([
      ['Impersonate-User', 'jane'],
      ['Impersonate-User', 'joe'],
    ]),
  ).toEqual({ kind: 'Identity', identity: user('jane') });
});

test.for([
  ['acme.io%2Fteam', 'acme.io/team'],
  ['Acme.io%2FTeam', 'acme.io/team'],
  ['acme.io%2f%54eam', 'acme.io/Team'],
  ['%zz%41', '%zz%41'],
  ['a%2', 'a%2'],
  ['a%20+b', 'a +b'],
  ['%C3%A4', 'ä'],
  ['%EF%BB%BFa', '\uFEFFa'],
  ['%FF', '\uDCFF'],
  ['', ''],
])('the header %s is the key %s', ([header = '', key]) => {
  expect(extraKeyOfHeader(header)).toBe(key);
});

test.for<[string, string | undefined]>([
  ['system:serviceaccount:ops:bot', 'ops/bot'],
  ['system:serviceaccount:ops:bot.v2', 'ops/bot.v2'],
  ['system:serviceaccount:o.ps:bot', undefined],
  ['system:serviceaccount:Ops:bot', undefined],
  ['system:serviceaccount:ops:Bot', undefined],
  ['system:serviceaccount:ops', undefined],
  ['system:serviceaccount:ops:', undefined],
  ['system:serviceaccount::bot', undefined],
  ['system:serviceaccount:ops:bot:x', undefined],
  [`system:serviceaccount:${'o'.repeat(63)}:bot`, `${'o'.repeat(63)}/bot`],
  [`system:serviceaccount:${'o'.repeat(64)}:bot`, undefined],
  [`system:serviceaccount:ops:${'b'.repeat(253)}`, `ops/${'b'.repeat(253)}`],
  [`system:serviceaccount:ops:${'b'.repeat(254)}`, undefined],
  ['System:serviceaccount:ops:bot', undefined],
])('%s is the account %s', ([name, expected]) => {
  const account = accountOfUser(name);
  expect(account && `${account.namespace}/${account.name}`).toBe(expected);
});

test.for<[string, string | undefined]>([
  ['system:node:worker-1', 'worker-1'],
  ['system:node:a.example.com', 'a.example.com'],
  ['system:node:Worker', undefined],
  ['system:node:', undefined],
  ['system:node:-a', undefined],
  ['system:node:a\n', undefined],
  ['system:nodes', undefined],
])('%s is the node %s', ([name, expected]) => {
  expect(nodeOfUser(name)).toBe(expected);
});
