import { RBAC_GROUP } from '../../../src/crds/subject.ts';
import type { Fields } from './row.ts';

const LIFETIME: Fields = {
  notBefore: '2026-11-24T08:00:00Z',
  expiresAt: '2036-11-24T17:00:00Z',
  suspend: true,
  reason: 'TICKET-123',
};

const CREDENTIAL: Fields = {
  secretName: 'bot',
  type: 'Bound',
  namespace: 'credentials',
  expirationSeconds: 7200,
  overlapSeconds: 60,
  audiences: ['gateway'],
  kubeconfig: false,
  secretTemplate: { labels: { app: 'bot' }, annotations: { 'acme.io/owner': 'support' } },
};

const RULE: Fields = { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'], verbs: ['get'] };
const PATHS: Fields = { nonResourceURLs: ['/metrics'], verbs: ['get'] };
const EXTRA: Fields = { key: 'acme.io/team', values: ['payments'] };

/** Good specs in which every field is set somewhere. */
export const FULL: Readonly<Record<'ImpersonationGrant' | 'UserBinding', Fields>> = {
  ImpersonationGrant: {
    subjects: [
      { kind: 'User', apiGroup: RBAC_GROUP, name: 'alice' },
      { kind: 'ServiceAccount', namespace: 'ops', name: 'bot' },
    ],
    impersonate: {
      users: ['jane'],
      groups: ['developers'],
      uids: ['06f6'],
      extra: [EXTRA],
      serviceAccounts: [{ namespace: 'production', name: 'app' }],
      nodes: ['worker-1'],
      userBindings: ['john'],
    },
    mode: 'Constrained',
    actions: [{ ...RULE, namespaces: ['default'] }, PATHS],
    ...LIFETIME,
    allowPrivileged: true,
    credential: CREDENTIAL,
  },
  UserBinding: {
    subject: { kind: 'User', apiGroup: RBAC_GROUP, name: 'john' },
    identity: { groups: ['developers'], uid: '06f6', extra: [EXTRA] },
    roles: [
      { roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: 'view' }, namespaces: ['dev'] },
      { rules: [RULE, PATHS] },
    ],
    ...LIFETIME,
    credential: CREDENTIAL,
  },
};
