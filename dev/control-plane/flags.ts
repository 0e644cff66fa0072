/** Command lines of the three programs. */
import type { DataDirectory } from './data-directory.ts';

export interface Ports {
  readonly etcdClient: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
}

export interface ApiServerOptions {
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** More flags, after ours: the last of two equal ones counts. */
  readonly apiServerFlags?: readonly string[];
  readonly apiServerEnvironment?: Readonly<Record<string, string>>;
  /** Write an audit log with the metadata of every request. */
  readonly audit?: boolean;
}

export const apiServerUrl = (ports: Ports): string => `https://127.0.0.1:${ports.apiServer}`;

export const etcdFlags = (directory: DataDirectory, ports: Ports): string[] => {
  const clientUrl = `http://127.0.0.1:${ports.etcdClient}`;
  const peerUrl = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    '--name=default',
    `--data-dir=${directory.etcd}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
  ];
};

export const apiServerFlags = (directory: DataDirectory, ports: Ports, options: ApiServerOptions): string[] => {
  const gates = Object.entries(options.featureGates ?? {}).map(([gate, enabled]) => `${gate}=${enabled}`);
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcdClient}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.apiServer}`,
    `--cert-dir=${directory.certificates}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${directory.tokens}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-signing-key-file=${directory.serviceAccountKey}`,
    `--service-account-key-file=${directory.serviceAccountPublicKey}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    // A loopback address is refused as endpoint of the Service "kubernetes".
    '--endpoint-reconciler-type=none',
    // Without it SIGTERM waits as long as any client watches.
    '--shutdown-watch-termination-grace-period=1s',
    ...(options.audit === true
      ? [
          `--audit-policy-file=${directory.auditPolicy}`,
          `--audit-log-path=${directory.auditLog}`,
          '--audit-log-maxsize=0',
        ]
      : []),
    ...(gates.length > 0 ? [`--feature-gates=${gates.join(',')}`] : []),
    ...(options.apiServerFlags ?? []),
  ];
};

export const controllerManagerFlags = (directory: DataDirectory): string[] => [
  `--kubeconfig=${directory.kubeconfig}`,
  `--service-account-private-key-file=${directory.serviceAccountKey}`,
  `--root-ca-file=${directory.ca}`,
  '--leader-elect=false',
  '--secure-port=0',
  // The defaults, 20 and 30, let the collection of a thousand objects take a minute.
  '--kube-api-qps=500',
  '--kube-api-burst=1000',
];
