/** Objects that were stored before the API server knew a rule: the operator refuses them, and takes away what they had. */
import type { Admin, AnyObject } from './admin.ts';
import { CustomResource } from './custom-resource.ts';
import { definitions, installDefinitions, integration } from './harness.ts';
import { ALICE } from './people.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const test = integration();

interface Definition extends AnyObject {
  readonly spec: { readonly versions: readonly object[] };
}

const ANYTHING = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const SHAPELESS = { openAPIV3Schema: { type: 'object', properties: { spec: ANYTHING, status: ANYTHING } } };

/** Serves both kinds without a single rule. */
const installWithoutRules = async (admin: Admin): Promise<void> => {
  for (const definition of (await definitions()) as Definition[]) {
    const versions = definition.spec.versions.map((version) => Object.assign({}, version, { schema: SHAPELESS }));
    await admin.apply({ ...definition, spec: { ...definition.spec, versions } });
  }
  await untilRefused(admin, false);
};

/** A new schema takes a moment to be in force. */
const untilRefused = async (admin: Admin, wanted: boolean): Promise<void> =>
  untilTrue(wanted ? 'rules in force' : 'end of the rules', async () => {
    const probe = { apiVersion: 'impersonation.dev/v1alpha1', metadata: { name: 'probe' }, spec: {} };
    const answers = await Promise.all(
      ['impersonationgrants', 'userbindings'].map(async (plural) =>
        admin.send('POST', `/apis/impersonation.dev/v1alpha1/${plural}?dryRun=All`, {
          body: { ...probe, kind: plural === 'userbindings' ? 'UserBinding' : 'ImpersonationGrant' },
        }),
      ),
    );
    return answers.every(({ status }) => (wanted ? status === 422 : status === 201));
  });

const john = { users: ['john'] };

/** By a name for the object. */
const GRANTS: Readonly<Record<string, unknown>> = {
  'any-user': { subjects: [ALICE], impersonate: { users: ['*'] } },
  'any-group': { subjects: [ALICE], impersonate: { ...john, groups: ['*'] } },
  'any-extra': { subjects: [ALICE], impersonate: { ...john, extra: [{ key: 'acme.io/team', values: ['*'] }] } },
  'empty-user': { subjects: [ALICE], impersonate: { users: [''] } },
  'no-users': { subjects: [ALICE], impersonate: { users: [], groups: ['developers'] } },
  'no-groups': { subjects: [ALICE], impersonate: { ...john, groups: [] } },
  'no-values': { subjects: [ALICE], impersonate: { ...john, extra: [{ key: 'acme.io/team', values: [] }] } },
  'no-accounts': { subjects: [ALICE], impersonate: { serviceAccounts: [] } },
  'groups-alone': { subjects: [ALICE], impersonate: { groups: ['developers'] } },
  masters: { subjects: [ALICE], impersonate: { ...john, groups: ['system:masters'] }, allowPrivileged: true },
  'account-as-user': { subjects: [ALICE], impersonate: { users: ['system:serviceaccount:production:app'] } },
  'capital-key': {
    subjects: [ALICE],
    impersonate: { ...john, extra: [{ key: 'Acme.io/Team', values: ['payments'] }] },
  },
  'kubernetes-key': {
    subjects: [ALICE],
    impersonate: { ...john, extra: [{ key: 'authentication.kubernetes.io/pod-name', values: ['app'] }] },
  },
  everybody: { subjects: [{ kind: 'Group', name: 'system:authenticated' }], impersonate: john },
  'every-account': { subjects: [{ kind: 'Group', name: 'system:serviceaccounts' }], impersonate: john },
  nobody: { impersonate: john },
  'no-subjects': { subjects: [], impersonate: john },
  'no-date': { subjects: [ALICE], impersonate: john, expiresAt: 'tomorrow' },
  'no-such-day': { subjects: [ALICE], impersonate: john, expiresAt: '2099-02-30T00:00:00Z' },
  'no-zone': { subjects: [ALICE], impersonate: john, expiresAt: '2099-02-28T00:00:00' },
  'endless-token': {
    subjects: [ALICE],
    impersonate: john,
    credential: { secretName: 'endless', type: 'LongLived' },
    expiresAt: '2099-01-01T00:00:00Z',
  },
  'actions-in-legacy': {
    subjects: [ALICE],
    impersonate: john,
    mode: 'Legacy',
    actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  },
  'unknown-mode': { subjects: [ALICE], impersonate: john, mode: 'Everything' },
  'text-for-a-list': { subjects: [ALICE], impersonate: { users: 'john' } },
  'number-for-a-switch': { subjects: [ALICE], impersonate: john, suspend: 0 },
  'nothing-at-all': {},
};

const alice = (...rules: object[]): object => ({ subject: ALICE, roles: [{ rules }] });

const BINDINGS: Readonly<Record<string, unknown>> = {
  impersonator: alice({ apiGroups: [''], resources: ['users', 'groups'], verbs: ['impersonate'] }),
  'any-verb': alice({ apiGroups: [''], resources: ['users'], verbs: ['*'] }),
  'token-maker': alice({ apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }),
  'role-maker': alice({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['create'] }),
  'account-as-user': { subject: { kind: 'User', name: 'system:serviceaccount:production:app' }, credential: {} },
  masters: { subject: { kind: 'User', name: 'jane' }, identity: { groups: ['system:masters'] }, credential: {} },
  'any-group': { subject: { kind: 'User', name: 'jane' }, identity: { groups: ['*'] }, credential: {} },
  'privileged-broker': { subject: { kind: 'User', name: 'system:admin' }, credential: {} },
  everybody: {
    subject: { kind: 'Group', name: 'system:authenticated' },
    roles: [{ roleRef: { kind: 'ClusterRole', name: 'cluster-admin' } }],
  },
};

/** Their rules end in an error on the API server, which then takes no status either: an event tells of them. */
const UNTELLABLE = ['no-date', 'no-such-day', 'no-zone', 'text-for-a-list', 'nothing-at-all'];

const reasonsOf = async (world: World, name: string): Promise<string[]> =>
  (await world.admin.list('Event'))
    .filter((event) => (event['regarding'] as { name?: string }).name === name)
    .map((event) => String(event['reason']));

test('what is stored against the rules is refused by name, and holds nothing', async ({ world }) => {
  await world.operator.stop();
  await installWithoutRules(world.admin);
  const store = async (kind: 'ImpersonationGrant' | 'UserBinding', base: string, spec: unknown): Promise<string> => {
    const name = world.name(`${kind.toLowerCase()}-${base}`);
    await world.create({ apiVersion: 'impersonation.dev/v1alpha1', kind, metadata: { name }, spec });
    return name;
  };
  const grants = await Promise.all(
    Object.entries(GRANTS).map(async ([base, spec]) => store('ImpersonationGrant', base, spec)),
  );
  const bindings = await Promise.all(
    Object.entries(BINDINGS).map(async ([base, spec]) => store('UserBinding', base, spec)),
  );
  await installDefinitions(world.admin);
  await untilRefused(world.admin, true);
  await world.operator.start();
  for (const name of [...grants, ...bindings])
    await untilTrue(`event for ${name}`, async () => (await reasonsOf(world, name)).includes('Invalid'));
  for (const name of grants.filter((each) => !UNTELLABLE.some((base) => each.includes(base))))
    await new CustomResource(world.admin, 'ImpersonationGrant', name).until('Invalid');
  for (const name of bindings) await new CustomResource(world.admin, 'UserBinding', name).until('Invalid');
});

test('a grant that is made invalid loses what it had, and has it again when it is put right', async ({ world }) => {
  const binding = await world.binding('jane', { subject: { kind: 'User', name: 'jane' }, credential: {} });
  const grant = await world.grant('support', {
    subjects: [ALICE],
    impersonate: { users: ['john'], userBindings: [binding.name] },
    credential: { secretName: world.name('support') },
  });
  await world.settled();
  await installWithoutRules(world.admin);
  await grant.edit({ impersonate: { groups: ['*'] } }, 'Invalid');
  await binding.edit({ identity: { groups: [''] } }, 'Invalid');
  await installDefinitions(world.admin);
  await untilRefused(world.admin, true);
  await world.settled();
  await grant.edit({ impersonate: { groups: ['developers'] } }, 'UserBindingNotReady');
  await binding.edit({ identity: null });
  await grant.until('Granted');
});
