/** The operator put together for tests, until src/main.ts does it: `node composition.ts FLAGS`, with KUBECONFIG. */
import { createServer } from 'node:http';
import { ApiClient } from '../../src/cluster/client.ts';
import { Credentials, kubeConfigLoader } from '../../src/cluster/credentials.ts';
import { HttpCluster } from '../../src/cluster/http.ts';
import { HttpInformer } from '../../src/cluster/informer.ts';
import type { Cached, InformerOptions } from '../../src/cluster/port.ts';
import { Transport } from '../../src/cluster/transport.ts';
import { parseConfig } from '../../src/config.ts';
import { controllers } from '../../src/controllers/index.ts';
import { Engine } from '../../src/reconcile/engine.ts';

const parsed = parseConfig({ arguments: process.argv.slice(2), environment: {}, podNamespace: undefined });
if (parsed.kind !== 'config') throw new Error(JSON.stringify(parsed));
const { config } = parsed;
const say = (...words: unknown[]): void => void process.stdout.write(`${words.join(' ')}\n`);

const credentials = await Credentials.read({ load: kubeConfigLoader(process.env['KUBECONFIG'], undefined) });
const transport = new Transport({ credentials, version: '0' });
const client = new ApiClient({ transport });
const informers: HttpInformer<Cached>[] = [];
const informer = <T extends Cached>(options: InformerOptions<T>): HttpInformer<T> => {
  const made = new HttpInformer<T>({ ...options, client, onError: (error) => say('informer', error) });
  informers.push(made as unknown as HttpInformer<Cached>);
  return made;
};
const wired = controllers(
  {
    operatorNamespace: config.operatorNamespace,
    credentialNamespaces: config.credentialNamespaces as [string, ...string[]],
    privilegedNamespaces: new Set(['kube-system', ...config.privilegedNamespaces]),
    ceiling: {
      users: new Set(config.privilegedUsers),
      groups: new Set(config.privilegedGroups),
      serviceAccounts: new Set(config.privilegedServiceAccounts),
    },
    requireExpiry: config.requireExpiry,
    maxGrantMs: config.maxGrantDurationMs,
    endpoint: {
      clusterName: config.clusterName ?? 'kubernetes',
      server: config.apiServerUrl ?? '',
      certificateAuthority: config.apiServerCA,
    },
  },
  informer,
);
const engine = new Engine({
  cluster: new HttpCluster({ client, mayWrite: () => true }),
  clock: client.clock,
  ...wired,
  mayWrite: () => true,
  workers: config.concurrency,
  sweepMs: config.relistIntervalMs,
  instance: 'test',
  observer: {
    reconciled: (kind, name, reason) => say('reconciled', kind, name, reason),
    waited: () => undefined,
    failed: (kind, name, error) => say('failed', kind, name, error),
  },
});
let isReady = false;
const { host, port } = config.listenAddress;
createServer((_, response) => response.writeHead(isReady ? 200 : 503).end()).listen(port, host);
process.on('SIGTERM', () => {
  void engine
    .drain()
    .then(async () => Promise.all(informers.map(async (one) => one.stop())))
    .then(() => process.exit(0));
});
for (const one of informers) one.start();
await Promise.all(informers.map(async (one) => one.whenSynced()));
engine.start();
isReady = true;
