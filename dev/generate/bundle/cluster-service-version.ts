/** What the Operator Lifecycle Manager is told: who this is, what it may do, and how it is started. */
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { API_VERSION } from '../../../src/crds/resource.ts';
import { type Kind, KINDS, customResourceDefinition, specSchema, statusSchema } from '../crd.ts';
import type { Structural } from '../node.ts';
import { manifest, manifests } from './manifests.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

interface Chart {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly kubeVersion: string;
  readonly keywords: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

const DESCRIPTION = `In Kubernetes a request can act as somebody else, if RBAC lets it. This operator turns two kinds of objects into exactly the RBAC that they ask for, keeps it so, and takes it away within seconds when they are edited, suspended, expired or deleted:

- **ImpersonationGrant**: who may become whom, doing what, where, and until when
- **UserBinding**: an identity from outside, its rights, and what it carries when impersonated

### Before you install it

A bundle cannot hold everything that the operator needs. Install into the namespace \`impersonation-system\`, and apply these first; docs/install/olm.md has the commands:

- the admission policies, \`config/policy\`. Without them **the operator grants nothing**, and is not ready; where they are not in force, whoever may write these kinds can become whoever administers the cluster.
- the namespace of credentials, and the rights of the operator there and to events. Whoever reads Secrets or creates Pods in that namespace is every identity in it.
`;

/** The ClusterServiceVersion. */
export const clusterServiceVersion = (): object => {
  const chart = parse(readFileSync(resolve(ROOT, 'charts/impersonation-operator/Chart.yaml'), 'utf8')) as Chart;
  return {
    apiVersion: 'operators.coreos.com/v1alpha1',
    kind: 'ClusterServiceVersion',
    metadata: { name: `${chart.name}.v${chart.version}`, annotations: annotations(chart) },
    spec: {
      displayName: 'Impersonation operator',
      version: chart.version,
      description: DESCRIPTION,
      keywords: chart.keywords,
      maturity: 'alpha',
      minKubeVersion: minKubeVersion(chart),
      provider: { name: chart.name },
      installModes: ['OwnNamespace', 'SingleNamespace', 'MultiNamespace', 'AllNamespaces'].map((type) => ({
        type,
        supported: type === 'AllNamespaces',
      })),
      customresourcedefinitions: { owned: KINDS.map(owned) },
      install: { strategy: 'deployment', spec: installation() },
    },
  };
};

const annotations = ({ description, annotations: ofChart }: Chart): object => ({
  'alm-examples': JSON.stringify(
    globSync('config/samples/*.yaml', { cwd: ROOT })
      .toSorted()
      .map((path): unknown => parse(readFileSync(resolve(ROOT, path), 'utf8'))),
    undefined,
    2,
  ),
  capabilities: ofChart['artifacthub.io/operatorCapabilities'],
  categories: 'Security',
  description,
  'operatorframework.io/suggested-namespace': manifest('rbac/service-account.yaml', 'ServiceAccount').metadata
    .namespace,
});

/** @throws where the chart names no lower bound that has a meaning here. */
const minKubeVersion = ({ kubeVersion }: Chart): string => {
  const version = /^>=(?<version>\d+\.\d+\.\d+)-0$/.exec(kubeVersion)?.groups?.['version'];
  if (version === undefined) throw new Error(`kubeVersion of the chart is "${kubeVersion}"; allowed: >=1.2.3-0`);
  return version;
};

/** No `permissions`: for an operator of all namespaces OLM makes these hold in all of them. */
const installation = (): object => {
  const account = manifest('rbac/service-account.yaml', 'ServiceAccount');
  const { rules } = manifest('rbac/cluster-role.yaml', 'ClusterRole');
  return {
    clusterPermissions: [{ serviceAccountName: account.metadata.name, rules }],
    deployments: manifests('manager/deployment.yaml').map(({ metadata: { name, labels }, spec }) => ({
      name,
      label: labels,
      spec,
    })),
  };
};

const owned = (kind: Kind): object => ({
  name: customResourceDefinition(kind).metadata.name,
  version: API_VERSION,
  kind: kind.resource.kind,
  displayName: inWords(kind.resource.kind),
  description: kind.description,
  specDescriptors: descriptors(specSchema(kind)),
  statusDescriptors: descriptors(statusSchema()),
});

/** Of the fields at the top; what is deeper is in the schema. */
const descriptors = ({ properties = {} }: Structural): readonly object[] =>
  Object.entries(properties).map(([path, { description }]) => ({
    path,
    displayName: inWords(path),
    description,
    'x-descriptors': path === 'conditions' ? ['urn:alm:descriptor:io.kubernetes.conditions'] : undefined,
  }));

/** `notBefore` is `Not before`. */
const inWords = (name: string): string => {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
