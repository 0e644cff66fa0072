import type { Cached } from '../../src/cluster/port.ts';
import { BindingSource } from '../../src/controllers/binding/contribution.ts';
import { bindingController } from '../../src/controllers/binding/index.ts';
import { Verifier } from '../../src/controllers/verification/verifier.ts';
import { GoneAccounts } from '../../src/controllers/credential/gone-accounts.ts';
import { TokenReader } from '../../src/controllers/credential/resolve.ts';
import { custom } from '../../src/controllers/custom.ts';
import { Holdings } from '../../src/controllers/effective/holdings.ts';
import type { controllers } from '../../src/controllers/index.ts';
import { RememberedIdentities } from '../../src/controllers/grant/remembered.ts';
import { grantController } from '../../src/controllers/grant/index.ts';
import type { Ceiling, Installation, PrivilegedTargets } from '../../src/controllers/installation.ts';
import {
  IMPERSONATION_GRANT,
  type ImpersonationGrantSpec,
  USER_BINDING,
  type UserBindingSpec,
  parseImpersonationGrant,
  parseUserBinding,
} from '../../src/crds/index.ts';
import type { Child } from '../../src/reconcile/child.ts';
import type { Custom, Plan } from '../../src/reconcile/controller.ts';
import type { Observed } from '../../src/reconcile/observed.ts';

export const NOW = Date.parse('2026-11-24T08:00:00Z');

/** Of what is privileged nothing but what a test names; of the rest everything but what the lists leave out. */
export const ceiling = (privileged: Partial<PrivilegedTargets> = {}, lists: Partial<Ceiling> = {}): Ceiling => {
  const none = new Set<string>();
  return {
    privileged: { users: none, groups: none, serviceAccounts: none, nodes: none, ...privileged },
    users: undefined,
    groups: undefined,
    uids: undefined,
    extra: undefined,
    serviceAccountNamespaces: undefined,
    actions: undefined,
    clusterRoles: undefined,
    roles: undefined,
    rules: undefined,
    tokenAccounts: undefined,
    ...lists,
  };
};

export const INSTALLATION: Installation = {
  operatorNamespace: 'impersonation-system',
  credentialNamespaces: ['credentials', 'more-credentials'],
  privilegedNamespaces: new Set(['kube-system', 'vault']),
  ceiling: ceiling(),
  requireExpiry: false,
  maxGrantMs: undefined,
  endpoint: { clusterName: 'kubernetes', server: 'https://kubernetes.example:6443', certificateAuthority: undefined },
};

/** What the API server says of constrained impersonation. */
export const gate = (on: boolean): Parameters<typeof controllers>[1] => {
  const type = { group: '', version: '', kind: 'FeatureGate', plural: 'featuregates', namespaced: false };
  const why = `its metrics say ${on ? 1 : 0}`;
  return { ref: { type, namespace: '', name: 'gate' }, state: { on, why }, onSignal: () => {} };
};

/** Nobody asks for verification. */
export const noReview: Parameters<typeof controllers>[2] = async () =>
  Promise.reject(new Error('nothing is to be tried'));

type Fields = Readonly<Record<string, unknown>>;

const stored = (kind: string, name: string, spec: Fields, metadata: Fields = {}) => ({
  apiVersion: 'impersonation.dev/v1alpha1',
  kind,
  metadata: {
    name,
    uid: `uid-of-${name}`,
    resourceVersion: '7',
    generation: 2,
    creationTimestamp: '2026-11-24T07:00:00Z',
    ...metadata,
  },
  spec,
});

/** A grant to alice to become jane, with what a test changes; null takes a field away. */
export const grant = (spec: Fields = {}, metadata: Fields = {}): Custom<ImpersonationGrantSpec> =>
  custom(parseImpersonationGrant)(
    stored(
      IMPERSONATION_GRANT.kind,
      'support',
      { subjects: [{ kind: 'User', name: 'alice' }], impersonate: { users: ['jane'] }, ...spec },
      metadata,
    ),
  );

/** A binding of john that says nothing else. */
export const binding = (spec: Fields = {}, metadata: Fields = {}): Custom<UserBindingSpec> =>
  custom(parseUserBinding)(
    stored(USER_BINDING.kind, 'john', { subject: { kind: 'User', name: 'john' }, ...spec }, metadata),
  );

/** What a plan finds in the cluster. */
export interface Found {
  readonly bindings?: readonly Custom<UserBindingSpec>[];
  readonly namespaces?: readonly string[];
  readonly objects?: readonly Observed[];
  readonly installation?: Partial<Installation>;
  readonly now?: number;
  /** The API server has constrained impersonation; true where nothing is said. */
  readonly constrained?: boolean;
  /** What was planned before; nothing where nothing is said. */
  readonly remembered?: RememberedIdentities;
}

const cacheOf = <T extends Cached>(objects: readonly T[], type: typeof USER_BINDING) => ({
  type,
  get: (namespace: string, name: string) => objects.find((one) => one.namespace === namespace && one.name === name),
});

const namespace = (name: string): Cached => ({ namespace: '', name, uid: name, resourceVersion: '1' });

const sources = ({
  bindings = [],
  namespaces = ['production', 'staging', 'ci', 'dev'],
  installation,
  constrained = true,
  remembered = new RememberedIdentities(),
}: Found) => {
  const settings = { ...INSTALLATION, ...installation };
  const customs = cacheOf(bindings, USER_BINDING) as unknown as ConstructorParameters<typeof BindingSource>[0];
  return {
    installation: settings,
    bindings: new BindingSource(customs, settings),
    namespaces: cacheOf(namespaces.map(namespace), USER_BINDING),
    tokens: new TokenReader(new GoneAccounts(() => NOW)),
    gate: gate(constrained),
    verifier: new Verifier({ review: noReview, intervalMs: 0 }),
    holdings: new Holdings(),
    remembered,
  };
};

const world = ({ objects = [], now = NOW }: Found) => ({
  now,
  cluster: { get: async () => Promise.reject(new Error('nothing is to be read')) },
  occupant: ({ kind, namespace: place, name }: Pick<Child, 'kind' | 'namespace' | 'name'>) =>
    objects.find((one) => one.kind === kind && one.namespace === place && one.name === name),
  observed: objects,
});

export const planOfGrant = async (object: Custom<ImpersonationGrantSpec>, found: Found = {}): Promise<Plan> =>
  grantController(sources(found)).plan(object, world(found));

export const planOfBinding = async (object: Custom<UserBindingSpec>, found: Found = {}): Promise<Plan> =>
  bindingController(sources(found)).plan(object, world(found));

/** The objects that a plan read, and the gate: all that it depends on but who else holds what. */
export const reads = ({ dependencies }: Plan): Plan['dependencies'] =>
  dependencies.filter(({ type }) => type.version !== '' || type.group === '');

/** Roles and bindings of a plan, as `kind namespace/name` and content. */
export const rbac = ({ children }: Plan): Record<string, unknown> =>
  Object.fromEntries(
    children
      .filter(({ kind }) => kind.type.group !== '')
      .map(({ kind, namespace: place, name, content }) => [`${kind.type.kind} ${place}/${name}`, content]),
  );
