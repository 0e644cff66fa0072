/** After every single write of an edit, nobody may be more than before it or after it. */
import { inject } from 'vitest';
import { type GrantInput, type Patch } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB, ON_CALL, SUPPORT } from './people.ts';

const test = integration({ proxy: true });

const team = (...values: string[]): { key: string; values: string[] } => ({ key: 'acme.io/team', values });
const region = { key: 'acme.io/region', values: ['eu'] };
const app = { namespace: 'production', name: 'app' };
const appOfStaging = { namespace: 'staging', name: 'app' };
const bot = { namespace: 'production', name: 'bot' };

const GRANT: GrantInput = {
  subjects: [ALICE],
  impersonate: {
    users: ['john'],
    groups: ['developers'],
    uids: ['06f6'],
    extra: [team('payments')],
    serviceAccounts: [app],
  },
};

type Edit = readonly [name: string, from: Patch<GrantInput>, to: Patch<GrantInput>];

const EDITS: readonly Edit[] = [
  ['a user is added', {}, { impersonate: { users: ['john', 'jane'] } }],
  ['a user is removed', { impersonate: { users: ['john', 'jane'] } }, { impersonate: { users: ['jane'] } }],
  ['a user is renamed', {}, { impersonate: { users: ['jane'] } }],
  ['a group is added', {}, { impersonate: { groups: ['developers', 'operators'] } }],
  ['a group is renamed', {}, { impersonate: { groups: ['operators'] } }],
  ['the groups are removed', {}, { impersonate: { groups: null } }],
  ['a uid is added', {}, { impersonate: { uids: ['06f6', '1a2b'] } }],
  ['a uid is renamed', {}, { impersonate: { uids: ['1a2b'] } }],
  ['the uids are removed', {}, { impersonate: { uids: null } }],
  ['an extra value is added', {}, { impersonate: { extra: [team('payments', 'orders')] } }],
  ['an extra value is renamed', {}, { impersonate: { extra: [team('orders')] } }],
  ['an extra key is added', {}, { impersonate: { extra: [team('payments'), region] } }],
  ['an extra key is renamed', {}, { impersonate: { extra: [{ ...region, values: ['payments'] }] } }],
  ['the extra fields are removed', {}, { impersonate: { extra: null } }],
  ['a service account is added', {}, { impersonate: { serviceAccounts: [app, bot] } }],
  ['a service account is renamed', {}, { impersonate: { serviceAccounts: [bot] } }],
  ['a service account moves to another namespace', {}, { impersonate: { serviceAccounts: [appOfStaging] } }],
  ['the service accounts are removed', {}, { impersonate: { serviceAccounts: null } }],
  ['only the service account is left', {}, { impersonate: { users: null, groups: null, uids: null, extra: null } }],
  ['a subject is added', {}, { subjects: [ALICE, BOB] }],
  ['a subject is replaced', {}, { subjects: [BOB] }],
  ['a group takes the place of its member', {}, { subjects: [SUPPORT] }],
  ['a subject is removed', { subjects: [SUPPORT, ON_CALL] }, { subjects: [ON_CALL] }],
  ['user and subject change together', {}, { subjects: [BOB], impersonate: { users: ['jane'] } }],
  ['user and group change together', {}, { impersonate: { users: ['jane'], groups: ['operators'] } }],
  [
    'user and subject change together, and the account stays',
    { impersonate: { groups: null, uids: null, extra: null } },
    { subjects: [BOB], impersonate: { users: ['jane'] } },
  ],
  [
    'everything changes at once',
    {},
    {
      subjects: [BOB],
      impersonate: {
        users: ['jane'],
        groups: ['operators'],
        uids: ['1a2b'],
        extra: [team('orders')],
        serviceAccounts: [appOfStaging, bot],
      },
    },
  ],
  ['the mode is said', {}, { mode: inject('dialect') === 'legacy' ? 'Legacy' : 'Constrained' }],
];

for (const [name, from, to] of EDITS)
  test(`never more than before or after: ${name}`, async ({ world }) => {
    const grant = await world.grant('support', GRANT);
    await grant.edit(from);
    await world.watched(async () => grant.edit(to));
  });

test('a bot takes over from a person', async ({ world }) => {
  const account = await world.account('staging', 'bot');
  const grant = await world.grant('support', GRANT);
  await world.watched(async () => grant.edit({ subjects: [account], impersonate: { users: ['jane'] } }));
});

test('two grants that swap their users never give both to one subject', async ({ world }) => {
  const one = await world.grant('one', { subjects: [ALICE], impersonate: { users: ['john'] } });
  const other = await world.grant('other', { subjects: [BOB], impersonate: { users: ['jane'] } });
  await world.watched(async () => {
    await one.edit({ impersonate: { users: ['jane'] } }, null);
    await other.edit({ impersonate: { users: ['john'] } }, null);
    await one.until('Granted');
    await other.until('Granted');
  });
});
