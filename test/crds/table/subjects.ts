import { RBAC_GROUP } from '../../../src/crds/subject.ts';
import { BINDING, binding, grant, refused } from './row.ts';
import type { Fields, Row } from './row.ts';

const NAMESPACE = 'must be set for kind ServiceAccount';
const API_GROUP = `must be ${RBAC_GROUP}`;
const MACHINE = 'must not be the user name of a ServiceAccount or a node';
const EVERYBODY = 'must not be everybody';

const GOOD: readonly (readonly [claim: string, subject: Fields])[] = [
  ['a user', { kind: 'User', name: 'jane' }],
  ['a user as pasted from a binding', { kind: 'User', apiGroup: RBAC_GROUP, name: 'jane' }],
  ['a group as pasted from a binding', { kind: 'Group', apiGroup: RBAC_GROUP, name: 'support' }],
  ['a service account', { kind: 'ServiceAccount', namespace: 'ops', name: 'bot' }],
  ['a service account with the empty group', { kind: 'ServiceAccount', apiGroup: '', namespace: 'ops', name: 'bot' }],
  ['a service account named like everybody', { kind: 'ServiceAccount', namespace: 'ops', name: 'authenticated' }],
  ['a service account with the longest name', { kind: 'ServiceAccount', namespace: 'ops', name: 'x'.repeat(253) }],
  ['system:masters as a group', { kind: 'Group', name: 'system:masters' }],
  ['a user that has a system name of no account', { kind: 'User', name: 'system:kube-scheduler' }],
  ['a group whose name begins like everybody', { kind: 'Group', name: 'system:authenticated-staff' }],
  ['a user whose name holds everybody', { kind: 'User', name: 'oidc:system:authenticated' }],
  ['everybody in capitals, which is nobody', { kind: 'Group', name: 'system:Authenticated' }],
];

const BAD: readonly (readonly [claim: string, subject: Fields, field: string, says?: string])[] = [
  ['a service account without a namespace', { kind: 'ServiceAccount', name: 'bot' }, '.namespace', NAMESPACE],
  ['a user with a namespace', { kind: 'User', namespace: 'ops', name: 'jane' }, '.namespace', NAMESPACE],
  ['a group with a namespace', { kind: 'Group', namespace: 'ops', name: 'x' }, '.namespace', NAMESPACE],
  ['a user with the empty group', { kind: 'User', apiGroup: '', name: 'jane' }, '.apiGroup', API_GROUP],
  [
    'a service account with the RBAC group',
    { kind: 'ServiceAccount', apiGroup: RBAC_GROUP, namespace: 'ops', name: 'bot' },
    '.apiGroup',
    API_GROUP,
  ],
  ['another API group', { kind: 'User', apiGroup: 'rbac.authorization.k8s.io/v1', name: 'jane' }, '.apiGroup'],
  ['no kind', { name: 'jane' }, '.kind'],
  ['no name', { kind: 'User' }, '.name'],
  ['another kind', { kind: 'Node', name: 'worker-1' }, '.kind'],
  ['a kind in lower case', { kind: 'user', name: 'jane' }, '.kind'],
  ['an empty kind', { kind: '', name: 'jane' }, '.kind'],
  ['a name that is a number', { kind: 'User', name: 42 }, '.name'],
  [
    'a service account with a name in capitals',
    { kind: 'ServiceAccount', namespace: 'ops', name: 'Bot' },
    '.name',
    'must be the name of a ServiceAccount',
  ],
  [
    'a service account by its user name',
    { kind: 'ServiceAccount', namespace: 'ops', name: 'ops:bot' },
    '.name',
    'must be the name of a ServiceAccount',
  ],
  [
    'a service account with too long a name',
    { kind: 'ServiceAccount', namespace: 'ops', name: 'x'.repeat(254) },
    '.name',
    'must be the name of a ServiceAccount',
  ],
  ['a user that is a service account', { kind: 'User', name: 'system:serviceaccount:ops:bot' }, '.name', MACHINE],
  ['a user that is half a service account', { kind: 'User', name: 'system:serviceaccount:ops' }, '.name', MACHINE],
  ['a user that is a node', { kind: 'User', name: 'system:node:worker-1' }, '.name', MACHINE],
  ['a group that is a service account', { kind: 'Group', name: 'system:serviceaccount:ops:bot' }, '.name', MACHINE],
  ['a user system:masters', { kind: 'User', name: 'system:masters' }, '.name', 'must not be a user'],
  ['whoever is signed in', { kind: 'Group', name: 'system:authenticated' }, '.name', EVERYBODY],
  ['whoever is not signed in', { kind: 'Group', name: 'system:unauthenticated' }, '.name', EVERYBODY],
  ['the anonymous user', { kind: 'User', name: 'system:anonymous' }, '.name', EVERYBODY],
  ['every service account', { kind: 'Group', name: 'system:serviceaccounts' }, '.name', EVERYBODY],
  ['every service account of a namespace', { kind: 'Group', name: 'system:serviceaccounts:ops' }, '.name', EVERYBODY],
  ['every service account of no namespace', { kind: 'Group', name: 'system:serviceaccounts:' }, '.name', EVERYBODY],
];

const change = (claim: string, subject: Fields, field: string): Row => ({
  ...binding(`${claim} of a stored binding cannot change`, { subject }, refused(field, 'must not change')),
  stored: BINDING,
});

export const subjectRows: readonly Row[] = [
  ...GOOD.flatMap(([claim, subject]) => [
    grant(`subject: ${claim} is taken`, { subjects: [subject] }),
    binding(`binding for ${claim} is taken`, { subject }),
  ]),
  ...BAD.flatMap(([claim, subject, field, says]) => [
    grant(
      `subject: ${claim} is refused`,
      { subjects: [{ kind: 'User', name: 'bob' }, subject] },
      refused(`spec.subjects[1]${field}`, says),
    ),
    binding(`binding for ${claim} is refused`, { subject }, refused(`spec.subject${field}`, says)),
  ]),
  grant('the same subject twice is taken: it is one', {
    subjects: [
      { kind: 'User', name: 'jane' },
      { kind: 'User', name: 'jane' },
    ],
  }),
  grant('no subjects beside a credential are taken', { subjects: undefined, credential: { secretName: 'bot' } }),
  grant(
    'no subjects and no credential are refused',
    { subjects: undefined },
    refused('spec.subjects', 'at least one of subjects and credential'),
  ),
  grant(
    'empty subjects beside a credential are refused',
    { subjects: [], credential: { secretName: 'bot' } },
    refused('spec.subjects'),
  ),
  change('the name', { kind: 'User', name: 'jane' }, 'spec.subject.name'),
  change('the kind', { kind: 'Group', name: 'john' }, 'spec.subject.kind'),
  {
    ...binding(
      'the namespace of a stored binding cannot change',
      { subject: { kind: 'ServiceAccount', namespace: 'dev', name: 'bot' } },
      refused('spec.subject.namespace', 'must not change'),
    ),
    stored: { subject: { kind: 'ServiceAccount', namespace: 'ops', name: 'bot' } },
  },
  {
    ...binding('the API group of a stored binding may come', {
      subject: { kind: 'User', apiGroup: RBAC_GROUP, name: 'john' },
    }),
    stored: BINDING,
  },
  {
    ...binding('everything else of a stored binding may change', { suspend: true, identity: { uid: '1' } }),
    stored: BINDING,
  },
];
