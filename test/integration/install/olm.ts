/** Stands in for the Operator Lifecycle Manager: it makes of a bundle what OLM makes of it, as far as a cluster sees it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { documents, theOnly } from '../../charts/helm.ts';
import type { AnyObject } from '../admin.ts';

interface Permissions {
  readonly serviceAccountName: string;
  readonly rules: readonly object[];
}

interface ClusterServiceVersion extends AnyObject {
  readonly spec: {
    readonly install: {
      readonly spec: {
        readonly clusterPermissions?: readonly Permissions[];
        readonly permissions?: readonly Permissions[];
        readonly deployments: readonly {
          readonly name: string;
          readonly label: Readonly<Record<string, string>>;
          readonly spec: { readonly template: { readonly metadata: object } };
        }[];
      };
    };
  };
}

/** What operator-registry lets into a bundle (pkg/lib/bundle/supported_resources.go), and whether it has a namespace. */
const KINDS: Readonly<Record<string, boolean>> = {
  ClusterServiceVersion: true,
  CustomResourceDefinition: false,
  ClusterRole: false,
  ClusterRoleBinding: false,
  Service: true,
  ServiceAccount: true,
  Role: true,
  RoleBinding: true,
  PrometheusRule: true,
  ServiceMonitor: true,
  Secret: true,
  ConfigMap: true,
  PodDisruptionBudget: true,
  PriorityClass: false,
  VerticalPodAutoscaler: false,
  ConsoleYAMLSample: false,
  NetworkPolicy: true,
};

/** Objects of a bundle, one a file. @throws on what is not let in. */
export const bundled = (bundle: string): AnyObject[] =>
  readdirSync(join(bundle, 'manifests')).map((file) => {
    const [object, ...more] = documents(readFileSync(join(bundle, 'manifests', file), 'utf8'));
    if (object === undefined || more.length > 0) throw new Error(`${file} holds not one object`);
    if (!(object.kind in KINDS)) throw new Error(`${file} is a ${object.kind}, which no bundle may hold`);
    return object;
  });

/** The only one of a bundle. @throws where there is not one. */
export const clusterServiceVersion = (bundle: string): ClusterServiceVersion =>
  theOnly(bundled(bundle), 'ClusterServiceVersion') as ClusterServiceVersion;

export const placedIn =
  (namespace: string) =>
  (object: AnyObject): AnyObject => ({ ...object, metadata: { ...object.metadata, namespace } });

/** What is there when a bundle is installed into a namespace for all namespaces. */
export const installed = (bundle: string, namespace: string): AnyObject[] => {
  const csv = clusterServiceVersion(bundle);
  const others = bundled(bundle).filter(({ kind }) => kind !== csv.kind);
  return [
    ...others.map((one) => (KINDS[one.kind] === true ? placedIn(namespace)(one) : one)),
    ...strategy(csv, namespace),
  ];
};

const strategy = (csv: ClusterServiceVersion, namespace: string): AnyObject[] => {
  const { clusterPermissions = [], permissions = [], deployments } = csv.spec.install.spec;
  // for all namespaces, OLM lifts what was meant for one
  const everywhere = [...clusterPermissions, ...permissions];
  const accounts = [...new Set(everywhere.map(({ serviceAccountName }) => serviceAccountName))];
  return [
    ...accounts.map((name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })),
    ...everywhere.flatMap((one, index) => granted(`${csv.metadata.name}-${index}`, one, namespace)),
    ...deployments.map(({ name, label, spec }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels: label },
      spec: {
        ...spec,
        template: {
          ...spec.template,
          metadata: { ...spec.template.metadata, annotations: csv.metadata.annotations },
        },
      },
    })),
  ];
};

const RBAC = 'rbac.authorization.k8s.io';

const granted = (name: string, { serviceAccountName, rules }: Permissions, namespace: string): AnyObject[] => [
  { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: serviceAccountName, namespace }],
  },
];
