/** A Pod as the API server answers it: what the stand-in looks at. */
export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
  readonly initialDelaySeconds?: number;
  readonly failureThreshold?: number;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly securityContext?: { readonly readOnlyRootFilesystem?: boolean };
}

export interface KeyToPath {
  readonly key: string;
  readonly path: string;
}

export interface ConfigMapSource {
  readonly name: string;
  readonly items?: readonly KeyToPath[];
}

export interface TokenSource {
  readonly path: string;
  readonly expirationSeconds?: number;
  readonly audience?: string;
}

export interface DownwardSource {
  readonly items?: readonly { readonly path: string; readonly fieldRef: { readonly fieldPath: string } }[];
}

export interface Volume {
  readonly name: string;
  readonly configMap?: ConfigMapSource;
  readonly emptyDir?: unknown;
  readonly projected?: {
    readonly sources: readonly {
      readonly serviceAccountToken?: TokenSource;
      readonly configMap?: ConfigMapSource;
      readonly downwardAPI?: DownwardSource;
    }[];
  };
}

export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly serviceAccountName: string;
    readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly Container[];
    readonly volumes?: readonly Volume[];
  };
  readonly status: { readonly phase?: string };
}

/** The value of a field of the downward API. @throws where nothing in the project asks for it. */
export const fieldOf = ({ metadata, spec }: Pod, fieldPath: string): string => {
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'spec.serviceAccountName': spec.serviceAccountName,
    'status.podIP': '127.0.0.1',
  };
  const value = fields[fieldPath];
  if (value === undefined) throw new Error(`the stand-in for a kubelet does not know the field ${fieldPath}`);
  return value;
};
