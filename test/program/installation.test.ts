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
    '--max-grant-duration=8h',
    '--cluster-name=prod',
  ];
  expect(installationOf(accepted({ flags }), access)).toEqual({
    operatorNamespace: 'ops',
    credentialNamespaces: ['a', 'b'],
    privilegedNamespaces: new Set(['kube-system', 'infra']),
    ceiling: {
      users: new Set(['system:kube-scheduler']),
      groups: new Set(['system:monitoring']),
      serviceAccounts: new Set(['infra/deployer']),
      nodes: new Set(['worker-1']),
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

test('a server that the settings name does not get the authority of another', () => {
  const { endpoint } = installationOf(accepted({ flags: ['--api-server-url=https://api.example.com'] }), access);
  expect(endpoint).toEqual({
    clusterName: 'kubernetes',
    server: 'https://api.example.com',
    certificateAuthority: undefined,
  });
});
