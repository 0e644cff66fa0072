import { expect, test } from 'vitest';
import type { Access } from '../../src/cluster/credentials.ts';
import { installationOf } from '../../src/program/installation.ts';
import { accepted } from '../config/given.ts';

const access: Access = {
  origin: 'https://10.0.0.1:443',
  basePath: '/k8s/clusters/a',
  proxyUrl: undefined,
  tls: { ca: Buffer.from('PEM') },
  headers: {},
};

test('the settings reach the controllers', () => {
  const flags = [
    '--operator-namespace=ops',
    '--credential-namespaces=a,b',
    '--privileged-namespaces=infra',
    '--privileged-users=system:kube-scheduler',
    '--privileged-groups=system:monitoring',
    '--privileged-service-accounts=infra/deployer',
    '--privileged-nodes=worker-1',
    `--ceiling=${JSON.stringify({
      users: ['john'],
      groups: ['developers'],
      uids: ['42'],
      extra: [{ key: 'acme.io/team', values: ['payments'] }, { key: 'acme.io/ticket' }],
      serviceAccountNamespaces: ['production'],
      actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      clusterRoles: ['view'],
      roles: ['production/deployer'],
      rules: [],
      tokenAccounts: ['production/app'],
    })}`,
    '--max-grant-duration=8h',
    '--cluster-name=prod',
  ];
  expect(installationOf(accepted({ flags }), access)).toEqual({
    operatorNamespace: 'ops',
    credentialNamespaces: ['a', 'b'],
    privilegedNamespaces: new Set(['kube-system', 'infra']),
    ceiling: {
      privileged: {
        users: new Set(['system:kube-scheduler']),
        groups: new Set(['system:monitoring']),
        serviceAccounts: new Set(['infra/deployer']),
        nodes: new Set(['worker-1']),
      },
      users: new Set(['john']),
      groups: new Set(['developers']),
      uids: new Set(['42']),
      extra: new Map<string, unknown>([
        ['acme.io/team', new Set(['payments'])],
        ['acme.io/ticket', 'all'],
      ]),
      serviceAccountNamespaces: new Set(['production']),
      actions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      clusterRoles: new Set(['view']),
      roles: new Set(['production/deployer']),
      rules: [],
      tokenAccounts: new Set(['production/app']),
    },
    requireExpiry: true,
    maxGrantMs: 28_800_000,
    endpoint: {
      clusterName: 'prod',
      server: 'https://10.0.0.1:443/k8s/clusters/a',
      certificateAuthority: 'PEM',
    },
  });
});

test('a list of the ceiling that nobody gave limits nothing', () => {
  const { ceiling } = installationOf(accepted({ flags: ['--ceiling={"users":[]}'] }), access);
  expect({ users: ceiling.users, groups: ceiling.groups, extra: ceiling.extra, rules: ceiling.rules }).toEqual({
    users: new Set(),
    groups: undefined,
    extra: undefined,
    rules: undefined,
  });
});

test('a server that the settings name does not get the authority of another', () => {
  const { endpoint } = installationOf(accepted({ flags: ['--api-server-url=https://api.example.com'] }), access);
  expect(endpoint).toEqual({
    clusterName: 'kubernetes',
    server: 'https://api.example.com',
    certificateAuthority: undefined,
  });
});
