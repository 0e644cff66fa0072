/** The bundle for the Operator Lifecycle Manager, in the format registry+v1: what of config/ it may hold. */
import { stringify } from 'yaml';
import { KINDS, crdYaml } from '../crd.ts';
import { clusterServiceVersion } from './cluster-service-version.ts';
import { type Manifest, manifests } from './manifests.ts';

const FIRST_LINE = '# Generated from config by "npm run generate"; do not edit.\n';

/**
 * Beside the CSV, which makes the account, its ClusterRole and the Deployment. A Role is here and not among the
 * permissions of the CSV: for an operator of all namespaces OLM makes these hold in all of them.
 */
const BESIDE = ['rbac/leader-role.yaml', 'rbac/user-roles.yaml', 'manager/pod-disruption-budget.yaml'] as const;

const METADATA = {
  'operators.operatorframework.io.bundle.mediatype.v1': 'registry+v1',
  'operators.operatorframework.io.bundle.manifests.v1': 'manifests/',
  'operators.operatorframework.io.bundle.metadata.v1': 'metadata/',
  'operators.operatorframework.io.bundle.package.v1': 'impersonation-operator',
  'operators.operatorframework.io.bundle.channels.v1': 'candidate',
  'operators.operatorframework.io.bundle.channel.default.v1': 'candidate',
} as const;

/** Text by path, relative to the checkout. */
export const bundleFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['bundle/manifests/impersonation-operator.clusterserviceversion.yaml', yaml(clusterServiceVersion())],
    ...KINDS.map(
      (kind) => [`bundle/manifests/${kind.resource.group}_${kind.resource.plural}.yaml`, crdYaml(kind)] as const,
    ),
    ...BESIDE.flatMap(manifests).map(
      (manifest) => [`bundle/manifests/${fileName(manifest)}`, yaml(placed(manifest))] as const,
    ),
    ['bundle/metadata/annotations.yaml', yaml({ annotations: METADATA })],
    ['bundle/Dockerfile', dockerfile()],
  ]);

const yaml = (object: object): string => FIRST_LINE + stringify(object, { lineWidth: 0 });

/** One object in a file, named as the tools of OLM name it. */
const fileName = ({ apiVersion, kind, metadata }: Manifest): string =>
  `${metadata.name}_${apiVersion.replace('/', '_')}_${kind.toLowerCase()}.yaml`;

/** OLM puts everything into the namespace that it installs into, whatever is said here. */
const placed = ({ apiVersion, kind, metadata, ...rest }: Manifest): object => ({
  apiVersion,
  kind,
  metadata: { ...metadata, namespace: undefined },
  ...rest,
});

const dockerfile = (): string =>
  [
    `${FIRST_LINE}FROM scratch`,
    ...Object.entries(METADATA).map(([name, value]) => `LABEL ${name}=${value}`),
    'COPY manifests /manifests/',
    'COPY metadata /metadata/',
    '',
  ].join('\n');
