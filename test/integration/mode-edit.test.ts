/** Grants that move from one dialect to the other and back, and whose actions change: at no moment more than before or after. */
import type { GrantInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB, SUPPORT } from './people.ts';

const test = integration({ proxy: true, depth: 'actions' });

const app = { namespace: 'production', name: 'app' };
const JOHN: GrantInput = {
  mode: 'Auto',
  subjects: [ALICE],
  impersonate: { users: ['john'], groups: ['developers'], serviceAccounts: [app] },
};
const JANE: GrantInput = { ...JOHN, impersonate: { users: ['jane'], groups: ['operators'] } };

const core = (resource: string, verb: string, ...namespaces: string[]): NonNullable<GrantInput['actions']>[number] => ({
  apiGroups: [''],
  resources: [resource],
  verbs: [verb],
  ...(namespaces.length === 0 ? {} : { namespaces }),
});
const LIST = core('pods', 'list', 'production');
const SECRET = { ...core('secrets', 'get', 'production'), resourceNames: ['named'] };
const METRICS = { nonResourceURLs: ['/metrics'], verbs: ['get'] };
const legacy: GrantInput = { ...JOHN, mode: 'Legacy' };
const constrained: GrantInput = { ...JOHN, mode: 'Constrained' };
const limited = (...actions: NonNullable<GrantInput['actions']>): GrantInput => ({ ...JOHN, actions });

type Move = readonly [name: string, one: GrantInput, other: GrantInput];

const MOVES: readonly Move[] = [
  ['from Legacy to Constrained', legacy, constrained],
  ['from Auto to actions', JOHN, limited(LIST)],
  ['from Constrained to actions', constrained, limited(LIST, METRICS)],
  ['from Legacy for one user to Constrained for another', legacy, { ...JANE, mode: 'Constrained' }],
  ['from Legacy for one user to actions as another', JOHN, { ...JANE, actions: [LIST] }],
  ['from Legacy for one subject to actions for another', JOHN, { ...limited(LIST), subjects: [BOB] }],
  ['from a member in Legacy to his group in Constrained', legacy, { ...constrained, subjects: [SUPPORT] }],
  ['from an action to one more', limited(LIST), limited(LIST, core('pods/log', 'get', 'production'))],
  ['from one action to another', limited(LIST), limited(core('pods', 'create', 'production'))],
  ['from one resource to its subresource', limited(core('pods', 'create')), limited(core('pods/exec', 'create'))],
  ['from one namespace to two', limited(LIST), limited(core('pods', 'list', 'production', 'staging'))],
  ['from one namespace to another', limited(LIST), limited(core('pods', 'list', 'staging'))],
  ['from one namespace to everywhere', limited(LIST), limited(core('pods', 'list'))],
  ['from any object to a named one', limited(core('secrets', 'get', 'production')), limited(SECRET)],
  ['from a resource to a path', limited(LIST), limited(METRICS)],
  [
    'from a user to an account',
    { ...limited(LIST), impersonate: { users: ['john'] } },
    { ...limited(LIST), impersonate: { serviceAccounts: [app] } },
  ],
  [
    'from one user and action to another of both',
    { ...JANE, actions: [LIST] },
    { ...JANE, impersonate: { users: ['john'] }, actions: [METRICS] },
  ],
];

for (const [name, one, other] of MOVES)
  test(`never more than before or after: ${name}, and back`, async ({ world }) => {
    const grant = await world.grant('support', one);
    await world.watched(async () => grant.apply(other));
    await world.watched(async () => {
      await world.operator.stop();
      await grant.apply(one, null);
      await world.operator.start();
      await grant.until('Granted');
    });
  });

test('two grants that swap their dialects never give the actions of one to the user of the other', async ({
  world,
}) => {
  const john = await world.grant('john', { subjects: [ALICE], impersonate: { users: ['john'] }, mode: 'Legacy' });
  const jane = await world.grant('jane', { subjects: [BOB], impersonate: { users: ['jane'] }, actions: [LIST] });
  await world.watched(async () => {
    await john.apply({ subjects: [ALICE], impersonate: { users: ['john'] }, actions: [LIST] }, null);
    await jane.apply({ subjects: [BOB], impersonate: { users: ['jane'] }, mode: 'Legacy' }, null);
    await john.until('Granted');
    await jane.until('Granted');
  });
});
