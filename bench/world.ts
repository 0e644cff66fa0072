/** A control plane of the benchmark's own, and what is counted there. */
import { setTimeout as delay } from 'node:timers/promises';
import { acquireBinaries } from '../dev/control-plane/acquire.ts';
import { type ControlPlane, startControlPlane } from '../dev/control-plane/start.ts';
import { install } from '../dev/install.ts';
import { ApiClient } from '../src/cluster/client.ts';
import { Credentials, kubeConfigLoader } from '../src/cluster/credentials.ts';
import { HttpCluster } from '../src/cluster/http.ts';
import { HttpInformer } from '../src/cluster/informer.ts';
import { collectionPath } from '../src/cluster/paths.ts';
import type { Cached, ResourceType, StoredObject } from '../src/cluster/port.ts';
import { Transport } from '../src/cluster/transport.ts';
import { type Writes, writesOf } from './writes.ts';
import { atOnce } from './at-once.ts';
import { foreignObjects } from './foreign.ts';
import { holdLease } from './lease.ts';
import { CLUSTER_ROLE, CLUSTER_ROLE_BINDING, EVENT, EVENT_NAMESPACE, GRANT, grant } from './objects.ts';
import { endAll, unbindAll } from './revocation.ts';

interface Watched extends Cached {
  readonly ready: boolean;
}

const POLL_MS = 20;

/** Query for what belongs to grants. */
const CHILDREN = 'labelSelector=impersonation.dev/owner-uid';

const isReady = ({ status }: StoredObject): boolean => {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  return conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
};

export class World {
  /** Kubeconfig of the operator's own account, with the rights that are installed. */
  readonly kubeconfigPath: string;
  readonly #controlPlane: ControlPlane;
  readonly #client: ApiClient;
  readonly #cluster: HttpCluster;
  readonly #grants: HttpInformer<Watched>;
  #ready = 0;
  #total = 0;
  /** Monotonic times of the first and the last grant to become ready. */
  #first = 0;
  #last = 0;

  private constructor(controlPlane: ControlPlane, kubeconfigPath: string, client: ApiClient) {
    this.#controlPlane = controlPlane;
    this.kubeconfigPath = kubeconfigPath;
    this.#client = client;
    this.#cluster = new HttpCluster({ client, mayWrite: () => true });
    this.#grants = new HttpInformer<Watched>({
      client,
      type: GRANT,
      onError: (error) => process.stderr.write(`${String(error)}\n`),
      project: (object) => {
        const { name, uid, resourceVersion } = object.metadata;
        return { namespace: '', name, uid, resourceVersion, ready: isReady(object) };
      },
    });
    this.#grants.onChange(({ before, after }) => {
      this.#total += Number(after !== undefined) - Number(before !== undefined);
      this.#ready += Number(after?.ready === true) - Number(before?.ready === true);
      if (after?.ready !== true || before?.ready === true) return;
      this.#last = performance.now();
      if (this.#ready === 1) this.#first = this.#last;
    });
  }

  static async start(report: (line: string) => void): Promise<World> {
    const binaries = await acquireBinaries({ environment: process.env, report });
    const controlPlane = await startControlPlane({ binaries });
    const kubeconfigPath = await install(controlPlane);
    const credentials = await Credentials.read({ load: kubeConfigLoader(controlPlane.kubeconfigPath, undefined) });
    const world = new World(
      controlPlane,
      kubeconfigPath,
      new ApiClient({ transport: new Transport({ credentials, version: 'bench' }) }),
    );
    world.#grants.start();
    await world.#grants.whenSynced();
    return world;
  }

  /** So many grants, and nothing else of the benchmark. */
  async fill(count: number): Promise<void> {
    await this.clear();
    const indexes = Array.from({ length: count }, (_, index) => index);
    await atOnce(indexes, async (index) => this.#cluster.create(GRANT, grant(index)));
    await this.#until(() => this.#total === count);
  }

  /** Roles and bindings of others, which stay. */
  async addForeign(count: number): Promise<void> {
    await atOnce(foreignObjects(count), async ([type, object]) => this.#cluster.create(type, object));
  }

  async clear(): Promise<void> {
    await this.#deleteAll(GRANT, '');
    await this.#until(() => this.#total === 0);
    for (const type of [CLUSTER_ROLE_BINDING, CLUSTER_ROLE]) await this.#deleteAll(type, CHILDREN);
    await this.#deleteAll(EVENT, '');
  }

  /** Resolves when every grant is ready; how many became so in a second, between the first and the last. */
  async rate(): Promise<number> {
    await this.#until(() => this.#ready === this.#total);
    return ((this.#total - 1) / (this.#last - this.#first)) * 1000;
  }

  /** Gives every grant the same end; milliseconds since the epoch, in full seconds. */
  async endAll(at: number): Promise<void> {
    await endAll(this.#cluster, this.#total, at);
  }

  /** Deletes the binding of every grant; milliseconds that this takes. */
  async unbindAll(): Promise<number> {
    return unbindAll(this.#cluster, this.#total);
  }

  /** Resolves when no binding of a grant is left. */
  async unbound(): Promise<void> {
    while (await this.#exists(CLUSTER_ROLE_BINDING, CHILDREN)) await delay(POLL_MS);
  }

  async writes(): Promise<Writes> {
    return writesOf((await this.#send('GET', '/metrics')).body);
  }

  /** As it is stored, or undefined. */
  async get(type: ResourceType, name: string): Promise<StoredObject | undefined> {
    return this.#cluster.get({ type, namespace: '', name });
  }

  async events(name: string): Promise<StoredObject[]> {
    const path = `${collectionPath(EVENT, EVENT_NAMESPACE)}?fieldSelector=regarding.name=${name}`;
    return (JSON.parse((await this.#send('GET', path)).body) as { items: StoredObject[] }).items;
  }

  /** Holds the lease, so that the operator waits; resolves to what lets it go on. */
  async holdLease(): Promise<() => Promise<void>> {
    return holdLease(this.#cluster);
  }

  async stop(): Promise<void> {
    await this.#grants.stop();
    await this.#client.transport.close();
    await this.#controlPlane.stop();
  }

  /** Some at a time: the API server ends a request that takes a minute. */
  async #deleteAll(type: ResourceType, query: string): Promise<void> {
    const path = collectionPath(type, type.namespaced ? EVENT_NAMESPACE : '');
    for (;;) {
      if (!(await this.#exists(type, query))) return;
      const { status, body } = await this.#send('DELETE', `${path}?${query}&limit=100`);
      if (status !== 200) throw new Error(`unable to delete ${type.plural}: ${status} ${body}`);
    }
  }

  async #exists(type: ResourceType, query: string): Promise<boolean> {
    const path = collectionPath(type, type.namespaced ? EVENT_NAMESPACE : '');
    const { body } = await this.#send('GET', `${path}?${query}&limit=1`);
    return (JSON.parse(body) as { items: unknown[] }).items.length > 0;
  }

  async #send(method: 'GET' | 'DELETE', path: string) {
    return this.#client.send({
      verb: method === 'GET' ? 'get' : 'delete',
      method,
      path,
      accept: '*/*',
      body: undefined,
      lane: 'requests',
      timeoutMs: 300_000,
      maySend: () => true,
      signal: undefined,
    });
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await delay(POLL_MS);
  }
}
