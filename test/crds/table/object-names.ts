import { binding, grant, refused } from './row.ts';
import type { Row } from './row.ts';

const LABEL = 'must be a namespace';
const NAME = 'must be an object name';

/** Wherever the name of a namespace is written. */
const NAMESPACES: readonly (readonly [field: string, holder: (name: string) => Row])[] = [
  [
    'spec.subjects[0].namespace',
    (namespace) => grant('', { subjects: [{ kind: 'ServiceAccount', namespace, name: 'bot' }] }),
  ],
  [
    'spec.impersonate.serviceAccounts[0].namespace',
    (namespace) => grant('', { impersonate: { serviceAccounts: [{ namespace, name: 'app' }] } }),
  ],
  [
    'spec.actions[0].namespaces[0]',
    (name) => grant('', { actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'], namespaces: [name] }] }),
  ],
  ['spec.credential.namespace', (namespace) => grant('', { credential: { secretName: 'bot', namespace } })],
  [
    'spec.subject.namespace',
    (namespace) => binding('', { subject: { kind: 'ServiceAccount', namespace, name: 'bot' } }),
  ],
  [
    'spec.roles[0].namespaces[0]',
    (name) => binding('', { roles: [{ roleRef: { kind: 'Role', name: 'deployer' }, namespaces: [name] }] }),
  ],
  ['spec.credential.namespace', (namespace) => binding('', { credential: { namespace } })],
];

/** Wherever the name of another object is. */
const NAMES: readonly (readonly [field: string, holder: (name: string) => Row])[] = [
  [
    'spec.impersonate.serviceAccounts[0].name',
    (name) => grant('', { impersonate: { serviceAccounts: [{ namespace: 'production', name }] } }),
  ],
  ['spec.impersonate.nodes[0]', (name) => grant('', { impersonate: { nodes: [name] }, allowPrivileged: true })],
  ['spec.impersonate.userBindings[0]', (name) => grant('', { impersonate: { userBindings: [name] } })],
  ['spec.credential.secretName', (secretName) => grant('', { credential: { secretName } })],
  ['spec.credential.secretName', (secretName) => binding('', { credential: { secretName } })],
];

const at = (place: readonly [string, (name: string) => Row], name: string, says?: string): Row => {
  const [field, holder] = place;
  const made = holder(name);
  const shown = JSON.stringify(name.length > 40 ? `${name.length} letters` : name);
  const claim = `${shown} in ${made.kind} ${field} is ${says === undefined ? 'taken' : 'refused'}`;
  return says === undefined ? { ...made, claim } : { ...made, claim, refused: refused(field, says) };
};

const namespaceRows = (place: (typeof NAMESPACES)[number]): Row[] => [
  at(place, 'team-1'),
  at(place, 'x'.repeat(63)),
  at(place, 'x'.repeat(64), ''),
  ...BAD_NAMESPACES.map((name) => at(place, name, LABEL)),
];

const nameRows = (place: (typeof NAMES)[number]): Row[] => [
  at(place, 'app-1.example'),
  at(place, 'x'.repeat(253)),
  at(place, 'x'.repeat(254), ''),
  ...BAD_NAMES.map((name) => at(place, name, NAME)),
];

const BAD_NAMESPACES = ['', 'Team', 'a.b', '-a', 'a-', 'a_b', '*', 'a b', 'kube-syst\u{435}m', 'a\n'];
const BAD_NAMES = ['', 'App', '.a', 'a.', 'a..b', 'a.-b', 'a_b', '*', 'a/b', 'å', 'a\n'];

export const objectNameRows: readonly Row[] = [
  ...NAMESPACES.flatMap(namespaceRows),
  ...NAMES.flatMap(nameRows),
  ...['a/b', 'a%b', '.', '..'].map((name) =>
    binding(
      `the role name ${name} is refused`,
      { roles: [{ roleRef: { kind: 'ClusterRole', name } }] },
      refused('spec.roles[0].roleRef.name', 'must be the name of a role'),
    ),
  ),
  ...['system:aggregate-to-view', 'Admin', 'a.b', '...', 'my role'].map((name) =>
    binding(`the role name ${name} is taken`, { roles: [{ roleRef: { kind: 'ClusterRole', name } }] }),
  ),
];
