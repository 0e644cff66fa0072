/** How to reach a control plane: plain data, fit to be handed to another process. */
import { stringify } from 'yaml';

export interface Connection {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** Bearer token of the user `admin` in group `system:masters`. */
  readonly adminToken: string;
  /** The admin's kubeconfig file. */
  readonly kubeconfigPath: string;
  /** Directory of etcd, kube-apiserver, kube-controller-manager, kubectl. */
  readonly binaries: string;
  /** One JSON event a line; undefined where the control plane was started without `audit`. */
  readonly auditLogPath: string | undefined;
}

/** The text of a kubeconfig file for the holder of a token. */
export const kubeconfig = (server: Pick<Connection, 'url' | 'ca'>, user: string, token: string): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'embedded',
        cluster: { server: server.url, 'certificate-authority-data': Buffer.from(server.ca).toString('base64') },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'embedded', context: { cluster: 'embedded', user } }],
    'current-context': 'embedded',
  });
