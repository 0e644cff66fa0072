import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chartSettings } from '../../dev/generate/chart/settings.ts';
import { parseConfig } from '../../src/config.ts';
import { flagOf, settings } from '../../src/config/settings.ts';
import { CHART, documents, refusal, rendered, theOnly } from './helm.ts';
import { MATRIX } from './matrix.ts';

/** What the container of the chart is told. */
const argsWith = async (values: object): Promise<readonly string[]> => {
  const { template } = theOnly(await rendered(values), 'Deployment')['spec'] as {
    template: { spec: { containers: { args: string[] }[] } };
  };
  return template.spec.containers[0]?.args ?? [];
};

const parsed = (args: readonly string[]) =>
  parseConfig({ arguments: args, environment: {}, podNamespace: 'impersonation-system' });

describe('the settings of the operator', () => {
  test('are all given by the values of the matrix, and taken', async () => {
    const given = ['settings', 'ceiling', 'no-policies'].map(async (name) => argsWith(MATRIX[name] ?? {}));
    const args = (await Promise.all(given)).flat();
    const flags = new Set(args.map((arg) => arg.replace(/=.*/, '')));
    const known = Object.entries(settings).filter(([field]) => field !== 'operatorNamespace');
    expect([...flags].toSorted()).toEqual(known.map(([, setting]) => flagOf(setting)).toSorted());
  });

  test.for(Object.entries(MATRIX))('with the values %s are what the operator takes', async ([, values]) => {
    const args = (await argsWith(values)).filter((arg) => !arg.startsWith('--api-server-ca-file='));
    expect(parsed(args)).toMatchObject({ kind: 'config' });
  });
});

/** For each setting, texts that the operator refuses. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  clusterName: ['', 'a b', '-a'],
  apiServerUrl: ['http://api.test', 'https://u@api.test', 'https://api.test?x', 'api.test'],
  maxGrantDuration: ['8', '8 h', 'eight hours', '-1h'],
  requireExpiry: ['yes', 1],
  relistInterval: ['10', 'ten'],
  concurrency: [0, 65, '8', 1.5],
  leaderElect: ['true', 0],
  leaseName: ['Lease', 'a_b', ''],
  leaseDuration: ['15'],
  renewDeadline: ['x'],
  retryPeriod: ['2'],
  listenAddress: ['8080', 'host', '[::1]'],
  logLevel: ['verbose', 'INFO'],
  logFormat: ['xml'],
};

describe('the schema', () => {
  test('has wrong values here for each setting', () => {
    expect(Object.keys(WRONG).toSorted()).toEqual([...chartSettings.keys()].toSorted());
  });

  test.for(Object.entries(WRONG).flatMap(([name, wrong]) => wrong.map((value) => [name, value] as const)))(
    'refuses settings.%s %j by its name, as the operator does',
    async ([name, value]) => {
      expect(await refusal({ settings: { [name]: value } })).toContain(`/settings/${name}`);
      const field = chartSettings.get(name);
      const flag = field === undefined ? '' : flagOf(settings[field]);
      // what is of another type in JSON has the same text on a command line
      const isOfTheType = typeof value === 'string' && value !== 'true' && value !== '8';
      expect(isOfTheType ? parsed([`${flag}=${value}`]).kind : 'refused').toBe('refused');
    },
  );

  test.for([
    ['/replicas', { replicas: '2' }],
    ['/replicas', { replicas: -1 }],
    ["'replicaCount'", { replicaCount: 2 }],
    ["'setings'", { setings: {} }],
    ["'maxDuration'", { settings: { maxDuration: '8h' } }],
    ['/crds/keep', { crds: { keep: 'yes' } }],
    ['/credentialNamespaces', { credentialNamespaces: [] }],
    ['/credentialNamespaces/0', { credentialNamespaces: ['Tokens'] }],
    ['/credentialNamespaces', { credentialNamespaces: ['a', 'a'] }],
    ['/profile', { profile: 'open' }],
    ['/ceiling/privilegedGroups/0', { ceiling: { privilegedGroups: ['system:masters'] } }],
    ['/ceiling/privilegedUsers/0', { ceiling: { privilegedUsers: ['system:*'] } }],
    ['/ceiling/privilegedUsers/0', { ceiling: { privilegedUsers: ['jane'] } }],
    ['/ceiling/privilegedUsers/0', { ceiling: { privilegedUsers: ['system:serviceaccount:a:b'] } }],
    ['/ceiling/privilegedServiceAccounts/0', { ceiling: { privilegedServiceAccounts: ['coredns'] } }],
    ['/ceiling/rules/0', { ceiling: { rules: [{ resources: ['pods'] }] } }],
    ['/image/digest', { image: { digest: 'sha256:abc' } }],
    ['/image/pullPolicy', { image: { pullPolicy: 'Sometimes' } }],
    ['/apiServerCA', { apiServerCA: '/etc/ca.crt' }],
    ['/podDisruptionBudget/maxUnavailable', { podDisruptionBudget: { maxUnavailable: 'one' } }],
    ['/networkPolicy/apiServerPorts/0', { networkPolicy: { apiServerPorts: [0] } }],
    ['/metrics/serviceMonitor/interval', { metrics: { serviceMonitor: { interval: '30' } } }],
    ['/resources', { resources: [] }],
  ] as const)('refuses %s: %j', async ([name, values]) => {
    expect(await refusal(values)).toContain(name);
  });
});

describe('the chart', () => {
  test.for([
    ['credentialNamespaces contains "impersonation-system"', { credentialNamespaces: ['impersonation-system'] }],
    ['credentialNamespaces contains "kube-system"', { credentialNamespaces: ['kube-system'] }],
    [
      'credentialNamespaces contains "tokens"',
      { credentialNamespaces: ['tokens'], ceiling: { privilegedNamespaces: ['tokens'] } },
    ],
    [
      'ceiling.serviceAccountNamespaces contains "kube-system"',
      { ceiling: { serviceAccountNamespaces: ['kube-system'] } },
    ],
    ['replicas is 2', { settings: { leaderElect: false } }],
    ['allowed: one of them', { metrics: { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } } }],
  ] as const)('refuses what no schema can see: %s', async ([message, values]) => {
    expect(await refusal(values)).toContain(message);
  });

  test('has a default for every value, with the type of the schema', () => {
    const values = documents(readFileSync(join(CHART, 'values.yaml'), 'utf8'))[0] ?? {};
    const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as { properties: object };
    const named = Object.keys(schema.properties).filter((name) => name !== 'global');
    expect(Object.keys(values).toSorted()).toEqual(named.toSorted());
  });
});
