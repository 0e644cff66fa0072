import { expect, test } from 'vitest';
import { judge } from '../../../src/controllers/effective/judge.ts';
import { grantedRules } from '../../../src/controllers/objects.ts';
import { userRules } from '../../../src/rbac/index.ts';
import { ALICE, RbacWorld, legacy, owner } from './world.ts';

const SELF = owner('support');
const jane = userRules('Legacy', { users: ['jane'], groups: [], uids: [], extra: [] });
const children = grantedRules(SELF, '', '', jane, [{ kind: 'User', name: 'alice' }]);

test('roles with thousands of names are not compared: anybody who may write one could keep the operator busy with it', () => {
  const world = new RbacWorld();
  const names = Array.from({ length: 20_000 }, (_, index) => `account-${index}`);
  world.role('big', [legacy('serviceaccounts', ...names)]);
  for (let index = 0; index < 300; index += 1) world.bind(`b${index}`, 'big', [ALICE], 'a');
  const { effect } = judge({ kind: SELF.kind, name: SELF.name }, children, world.holdings);
  expect(effect).toMatchObject({ is: 'judged', status: 'False', reason: 'WidenedByBinding' });
  expect(effect).toHaveProperty(
    'message',
    expect.stringMatching(/become more than can be compared; .*; and 297 more$/),
  );
});

const many = (name: string): string[] => Array.from({ length: 500 }, (_, index) => `${name}${index}`);

test('a rule whose lists multiply to millions is not counted out, in a role or beside a grant', () => {
  const world = new RbacWorld();
  for (const [name, verbs] of [
    ['everything', ['*']],
    ['actions', ['impersonate-on:user-info:get']],
    ['extras', ['impersonate', 'impersonate:user-info']],
  ] as const)
    world.role(name, [
      {
        verbs,
        apiGroups: ['authentication.k8s.io', ...many('group')],
        resources: many('userextras/acme.io/key'),
        resourceNames: many('name'),
      },
    ]);
  world.bind('b', 'actions', [ALICE]);
  const { effect } = judge({ kind: SELF.kind, name: SELF.name }, children, world.holdings);
  expect(effect).toHaveProperty('message', expect.stringMatching(/become more than can be compared$/));
});
