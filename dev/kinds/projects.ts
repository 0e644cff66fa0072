/** Whose kinds are taken, as CRDs. */

export interface Project {
  /** Its name, for a sentence. */
  readonly name: string;
  readonly cache: string;
  readonly version: string;
  /** The Go module that holds the files, and the directory in it. */
  readonly module: string;
  readonly directory: string;
  /** The repository, for a download. */
  readonly repository: string;
  /** Names the base URL of a mirror that has the files; absent or empty, the official host. */
  readonly mirrorVariable: string;
  /** Files with their SHA-256, whatever they come from. */
  readonly files: Readonly<Record<string, string>>;
}

export const OLM: Project = {
  name: 'OLM',
  cache: 'olm',
  version: 'v0.45.0',
  module: 'github.com/operator-framework/api',
  directory: 'crds',
  repository: 'operator-framework/api',
  mirrorVariable: 'OLM_API_URL',
  files: {
    'operators.coreos.com_clusterserviceversions.yaml':
      '931be19938daf0f8dcb09e23924993b1082271154d1c3074881257a6a9b2cac6',
    'operators.coreos.com_operatorgroups.yaml': 'dbde712a47a115c4522728645cc02eba6e099f17c3d17dda84dbafcf6fd2935c',
    'operators.coreos.com_subscriptions.yaml': 'ef3f881564f0a89e8a637cb417d7a4d3e9c465099d34bf27db2187f603cadd59',
  },
};

export const ARGO_CD: Project = {
  name: 'Argo CD',
  cache: 'argo-cd',
  version: 'v3.5.7',
  module: 'github.com/argoproj/argo-cd/v3',
  directory: 'manifests/crds',
  repository: 'argoproj/argo-cd',
  mirrorVariable: 'ARGO_CD_CRDS_URL',
  files: {
    'application-crd.yaml': '5dde0e229249b6b707beb98674c1deae3949d5c319a6c45b9f5a80c99618e40c',
    'appproject-crd.yaml': 'ab225266944322750136f1198d93786e4a79a0e43c8d149abfba44da30a3eac8',
  },
};
