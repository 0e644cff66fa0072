import packageJson from '../../package.json' with { type: 'json' };
import { ApiClient, type RequestReport } from '../cluster/client.ts';
import { type Access, Credentials, kubeConfigLoader } from '../cluster/credentials.ts';
import { Transport } from '../cluster/transport.ts';

export interface Connection {
  readonly client: ApiClient;
  readonly transport: Transport;
  /** As it was at start. */
  readonly access: Access;
}

/** client-node's own guess where it finds nothing; nobody would serve a cluster's API there without TLS. */
const NOTHING_FOUND = 'http://localhost:8080';

/** The way to the API server that kubectl would take from here. Rejects where there is none. */
export const connect = async (onRequest: (report: RequestReport) => void): Promise<Connection> => {
  const load = kubeConfigLoader(undefined, undefined);
  if (load().getCurrentCluster()?.server === NOTHING_FOUND) {
    throw new Error('no API server to connect to: there is no KUBECONFIG, no ~/.kube/config and no account of a Pod');
  }
  const credentials = await Credentials.read({ load });
  const transport = new Transport({ credentials, version: packageJson.version });
  const client = new ApiClient({ transport, onRequest });
  return { client, transport, access: await credentials.current() };
};
