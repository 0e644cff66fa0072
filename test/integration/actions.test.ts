/** What a constrained grant allows: exactly its actions and what clients need, in each mode; the oracle tries them all after each test. */
import { expect } from 'vitest';
import { listPods, secret } from '../oracle/action.ts';
import { identity } from '../oracle/identity.ts';
import type { Answer, Attempt } from '../oracle/probe.ts';
import type { CustomResource, GrantInput } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB, ON_CALL, PEOPLE, SUPPORT } from './people.ts';
import { untilTrue } from './waiting.ts';

const test = integration({ depth: 'actions', settings: { privilegedNodes: ['worker-1'] } });

const john = { users: ['john'], groups: ['developers'], uids: ['06f6'] };
const app = { serviceAccounts: [{ namespace: 'production', name: 'app' }] };
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };

test('without actions it is every verb of the API on everything, and on every path', async ({ world }) => {
  await world.grant('support', { subjects: [ALICE], impersonate: { ...john, ...app }, mode: 'Constrained' });
});

test('with actions it is these, and what clients ask first', async ({ world }) => {
  await world.grant('support', {
    subjects: [ALICE],
    impersonate: { ...john, ...app },
    actions: [
      { ...pods, namespaces: ['production'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['named'], verbs: ['get'], namespaces: ['production'] },
    ],
  });
});

test('a subresource is an action of its own, and a wildcard means all that it says', async ({ world }) => {
  await world.grant('shell', {
    subjects: [ALICE],
    impersonate: john,
    actions: [{ apiGroups: [''], resources: ['*/exec'], verbs: ['create'] }],
  });
  await world.grant('reader', {
    subjects: [BOB],
    impersonate: john,
    actions: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['get'], namespaces: ['production'] },
      { nonResourceURLs: ['/met*'], verbs: ['get'] },
    ],
  });
});

test('an action without namespaces counts everywhere, one with a namespace there alone', async ({ world }) => {
  await world.grant('everywhere', { subjects: [ALICE], impersonate: john, actions: [pods] });
  await world.grant('here', {
    subjects: [BOB],
    impersonate: { serviceAccounts: [{ namespace: 'staging', name: 'app' }] },
    actions: [{ ...pods, namespaces: ['production'] }],
  });
});

test('grants to one subject multiply by mode: what one allows is done as whom the other names', async ({ world }) => {
  const bot = await world.account('staging', 'bot');
  await world.grant('list', { subjects: [bot, BOB], impersonate: { users: ['john'] }, actions: [pods] });
  await world.grant('secrets', {
    subjects: [SUPPORT, bot],
    impersonate: { users: ['jane'], groups: ['operators'] },
    actions: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
  });
  // another mode, so its actions are of no use to the users
  await world.grant('exec', {
    subjects: [ON_CALL, bot],
    impersonate: app,
    actions: [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] }],
  });
});

test('a legacy right beside it counts for every action, and for its own users alone', async ({ world }) => {
  const jane = { users: ['jane'], groups: ['operators'] };
  await world.grant('old', { subjects: [ALICE], impersonate: jane, mode: 'Legacy' });
  await world.grant('new', { subjects: [ALICE], impersonate: john, actions: [pods] });
});

test('a credential holds the actions of its grant', async ({ world }) => {
  const grant = await world.grant('support', {
    impersonate: john,
    actions: [pods],
    credential: { secretName: world.name('support') },
  });
  await world.settled();
  await grant.edit({ actions: [{ ...pods, verbs: ['get'] }] });
});

test('the identities of user bindings are taken on for the actions of the grant', async ({ world }) => {
  const jane = await world.binding('jane', {
    subject: { kind: 'User', name: 'jane' },
    identity: { groups: ['operators'], extra: [{ key: 'acme.io/team', values: ['payments'] }] },
  });
  const account = await world.binding('app', {
    subject: { kind: 'ServiceAccount', namespace: 'staging', name: 'app' },
  });
  await world.grant('support', {
    subjects: [ALICE],
    impersonate: { userBindings: [jane.name, account.name] },
    actions: [{ ...pods, namespaces: ['staging'] }],
  });
});

const NODE: GrantInput = {
  subjects: [ALICE],
  impersonate: { nodes: ['worker-1'] },
  allowPrivileged: true,
  actions: [{ ...pods, namespaces: ['production'] }],
};

test('a node is granted by itself, with users, and no more', async ({ world }) => {
  const grant = await world.grant('agent', NODE);
  await world.settled();
  await grant.edit({ impersonate: john });
  await world.settled();
  await grant.edit({ impersonate: { nodes: null }, actions: null });
});

test('a node needs no actions to be Constrained, and allowPrivileged and the ceiling to be granted', async ({
  world,
}) => {
  const { actions: _, ...rest } = NODE;
  const grant = await world.grant('agent', rest);
  expect((await grant.read())?.['status']).toMatchObject({ mode: 'Constrained' });
  await world.settled();
  await grant.edit({ impersonate: { nodes: ['worker-1', 'worker-2'] } }, 'BeyondCeiling');
});

test('an action in a namespace that is missing is named and left out; it counts while the namespace is there', async ({
  world,
}) => {
  const late = world.knowNamespace('late');
  const grant = await world.grant(
    'support',
    { subjects: [ALICE], impersonate: john, actions: [{ ...pods, namespaces: ['production', late] }] },
    'NamespaceNotFound',
  );
  const { message } = await grant.until('NamespaceNotFound');
  expect(message).toContain(late);
  await world.settled();
  await world.namespace('late');
  await grant.until('Granted');
  await world.settled();
  await world.admin.delete('Namespace', late);
  await untilTrue('end of the namespace', async () => (await world.admin.get('Namespace', late)) === undefined);
  await grant.until('NamespaceNotFound');
  await world.settled();
});

test('where all namespaces of the actions are missing nothing but what clients ask is left', async ({ world }) => {
  const late = world.knowNamespace('late');
  const grant = await world.grant(
    'support',
    { subjects: [ALICE], impersonate: { ...john, ...app }, actions: [{ ...pods, namespaces: [late] }] },
    'NamespaceNotFound',
  );
  await world.settled();
  await world.operator.stop();
  await world.namespace('late');
  await world.operator.start();
  await grant.until('Granted');
});

test('a right that is in use ends too, when the server has forgotten that it was one', async ({ world }) => {
  const [token = ''] = PEOPLE.map(({ tokens }) => tokens[0]);
  const [asJohn, asJane] = ['john', 'jane'].map((user) => ({
    identity: identity(user),
    action: listPods('production'),
  }));
  const answers = async (attempt: Attempt | undefined): Promise<Answer | undefined> =>
    attempt && world.prober.attempt(token, attempt);
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] }, actions: [pods] });
  // another grant keeps the actions, so that only who one may be is taken away
  await world.grant('other', { subjects: [ALICE], impersonate: { users: ['jane'] }, actions: [pods] });
  await untilTrue('right in use', async () => (await answers(asJohn)) === 'allowed');
  await grant.edit({ suspend: true }, 'Suspended');
  await untilTrue('end of the right', async () => (await answers(asJohn)) === 'denied');
  expect(await answers(asJane)).toBe('allowed');
});

const after = {
  subjects: [ALICE],
  impersonate: { users: ['jane'] },
  actions: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'], namespaces: ['production'] }],
} satisfies GrantInput;

test.for<[string, (grant: CustomResource<'ImpersonationGrant'>) => Promise<unknown>]>([
  ['an edit', async (grant) => grant.edit({ impersonate: after.impersonate, actions: after.actions }, null)],
  [
    'a grant of the same name',
    async (grant) => {
      await grant.delete();
      await grant.apply(after, null);
    },
  ],
])('what %s adds is never done as somebody who was taken out', async ([, change], { world }) => {
  const [token = ''] = PEOPLE.map(({ tokens }) => tokens[0]);
  const tried = async (user: string, action: Attempt['action']): Promise<Answer> =>
    world.prober.attempt(token, { identity: identity(user), action });
  const grant = await world.grant('support', { subjects: [ALICE], impersonate: { users: ['john'] }, actions: [pods] });
  await untilTrue('right in use', async () => (await tried('john', listPods('production'))) === 'allowed');
  await change(grant);
  await grant.until('IdentityRemembered');
  const asJohn = new Set<Answer>();
  await untilTrue('what was added', async () => {
    asJohn.add(await tried('john', secret('named')));
    return (await tried('jane', secret('named'))) === 'allowed';
  });
  expect([...asJohn]).toEqual(['denied']);
  await grant.until('Granted');
});
