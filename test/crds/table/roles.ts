import { RBAC_GROUP } from '../../../src/crds/subject.ts';
import { binding, numbered, refused } from './row.ts';
import type { Row } from './row.ts';

const VIEW = { kind: 'ClusterRole', name: 'view' };
const RULES = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const URLS = [...RULES, { nonResourceURLs: ['/metrics'], verbs: ['get'] }];

const role = (claim: string, entry: unknown, bad?: Row['refused']): Row => binding(claim, { roles: [entry] }, bad);

export const roleRows: readonly Row[] = [
  role('a cluster role everywhere is taken', { roleRef: VIEW }),
  role('a cluster role in namespaces is taken', { roleRef: VIEW, namespaces: ['dev', 'qa'] }),
  role('a role in its namespace is taken', { roleRef: { kind: 'Role', name: 'deployer' }, namespaces: ['ci'] }),
  role('a reference as pasted from a binding is taken', { roleRef: { ...VIEW, apiGroup: RBAC_GROUP } }),
  role('rules everywhere are taken', { rules: RULES }),
  role('rules in namespaces are taken', { rules: RULES, namespaces: ['dev'] }),
  role('rules with paths everywhere are taken', { rules: URLS }),
  role(
    'a role without a namespace is refused',
    { roleRef: { kind: 'Role', name: 'deployer' } },
    refused('spec.roles[0].namespaces', 'must be set for a roleRef of kind Role'),
  ),
  role(
    'neither reference nor rules are refused',
    { namespaces: ['dev'] },
    refused('spec.roles[0]', 'exactly one of roleRef and rules'),
  ),
  role(
    'both reference and rules are refused',
    { roleRef: VIEW, rules: RULES },
    refused('spec.roles[0]', 'exactly one of roleRef and rules'),
  ),
  role('a reference beside empty rules is refused', { roleRef: VIEW, rules: [] }, refused('spec.roles[0].rules')),
  role(
    'an empty list of namespaces is refused: it must not come to mean everywhere',
    { roleRef: VIEW, namespaces: [] },
    refused('spec.roles[0].namespaces'),
  ),
  role('namespaces that are null are absent', { roleRef: VIEW, namespaces: null }),
  role(
    'the same namespace twice is refused',
    { roleRef: VIEW, namespaces: ['dev', 'dev'] },
    refused('spec.roles[0].namespaces[1]'),
  ),
  role(
    'rules with paths in namespaces are refused',
    { rules: URLS, namespaces: ['dev'] },
    refused('spec.roles[0].namespaces', 'must not be set beside rules with nonResourceURLs'),
  ),
  role(
    'a reference to another kind is refused',
    { roleRef: { ...VIEW, kind: 'clusterrole' } },
    refused('spec.roles[0].roleRef.kind'),
  ),
  role(
    'a reference to another group is refused',
    { roleRef: { ...VIEW, apiGroup: 'v1' } },
    refused('spec.roles[0].roleRef.apiGroup'),
  ),
  role(
    'a reference without a name is refused',
    { roleRef: { kind: 'ClusterRole' } },
    refused('spec.roles[0].roleRef.name'),
  ),
  role('a reference without a kind is refused', { roleRef: { name: 'view' } }, refused('spec.roles[0].roleRef.kind')),
  binding('no roles are refused, absent ones are not', { roles: [] }, refused('spec.roles')),
  binding('250 namespaces in all roles are taken', {
    roles: [
      { roleRef: VIEW },
      { rules: RULES },
      ...[64, 64, 64, 56].map((count) => ({ roleRef: VIEW, namespaces: numbered('ns', count) })),
    ],
  }),
  binding(
    '251 namespaces in all roles are refused',
    {
      roles: [
        { roleRef: VIEW },
        { rules: RULES },
        ...[64, 64, 64, 57].map((count) => ({ roleRef: VIEW, namespaces: numbered('ns', count) })),
      ],
    },
    refused('spec.roles', 'no more than 250 namespaces'),
  ),
];
