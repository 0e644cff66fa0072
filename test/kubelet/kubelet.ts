/**
 * A small stand-in for a node: it takes the Pods that the real controllers made, and runs the program of each as a process of this
 * machine, with the command, environment, volumes, token and probes that the Pod says, and the rights of its account. What it is not:
 * there is no image, no other user, no limit of resources, and no network of its own.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../../dev/control-plane/connection.ts';
import { Admin } from '../integration/admin.ts';
import type { Image } from './image.ts';
import { PodOnNode } from './pod.ts';
import type { Pod } from './pod-object.ts';

export interface KubeletOptions {
  readonly connection: Connection;
  /** By the name in the Pod; undefined for an image that cannot be pulled. */
  readonly image: (name: string) => Image | undefined;
  /** Where volumes are written; the caller removes it. */
  readonly directory: string;
}

export const NODE = 'this-machine';

const PERIOD_MS = 150;
const HEARTBEAT_MS = 5000;

export class Kubelet {
  readonly #admin: Admin;
  readonly #options: KubeletOptions;
  readonly #pods = new Map<string, PodOnNode>();
  readonly #loop: Promise<unknown>;
  #isStopping = false;
  #heartbeatAt = -Infinity;

  private constructor(options: KubeletOptions) {
    this.#options = options;
    this.#admin = new Admin(options.connection);
    this.#loop = this.#run();
  }

  static async start(options: KubeletOptions): Promise<Kubelet> {
    const admin = new Admin(options.connection);
    await admin.send('POST', '/api/v1/nodes', { body: { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } } });
    await admin.close();
    return new Kubelet(options);
  }

  /** The Pods that run here or have run here, of a namespace. */
  pods(namespace: string): PodOnNode[] {
    return [...this.#pods.values()].filter(({ pod }) => pod.metadata.namespace === namespace);
  }

  /** Kills everything; the objects stay. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#loop;
    await Promise.all([...this.#pods.values()].map((pod) => pod.kill()));
    await this.#admin.close();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#beat();
        await this.#sync();
      } catch {
        // The API server is away or restarts; it is asked again.
      }
      await delay(PERIOD_MS);
    }
  }

  async #sync(): Promise<void> {
    const { body } = await this.#admin.send('GET', '/api/v1/pods');
    const { items } = JSON.parse(body) as { readonly items: readonly Pod[] };
    for (const pod of items) {
      const { metadata, spec } = pod;
      const here = this.#pods.get(metadata.uid);
      if (metadata.deletionTimestamp !== undefined) void (here ?? this.#take(pod)).terminate();
      else if (spec.nodeName === undefined) await this.#bind(pod);
      else if (spec.nodeName === NODE && here === undefined) this.#take(pod).start();
    }
    const live = new Set(items.map(({ metadata }) => metadata.uid));
    for (const [uid, pod] of this.#pods) {
      if (live.has(uid)) continue;
      this.#pods.delete(uid);
      void pod.kill();
    }
  }

  #take(pod: Pod): PodOnNode {
    const { connection, image, directory } = this.#options;
    const taken = new PodOnNode(pod, { admin: this.#admin, server: new URL(connection.url), image, directory });
    this.#pods.set(pod.metadata.uid, taken);
    return taken;
  }

  /** There is no scheduler. */
  async #bind({ metadata: { name, namespace } }: Pod): Promise<void> {
    await this.#admin.send('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
      body: {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name },
        target: { apiVersion: 'v1', kind: 'Node', name: NODE },
      },
    });
  }

  /** Without it the node's controller takes the Pods away. */
  async #beat(): Promise<void> {
    if (performance.now() - this.#heartbeatAt < HEARTBEAT_MS) return;
    const now = new Date().toISOString();
    await this.#admin.send('PATCH', `/api/v1/nodes/${NODE}/status`, {
      type: 'application/merge-patch+json',
      body: {
        status: {
          conditions: [
            { type: 'Ready', status: 'True', reason: 'StandIn', lastHeartbeatTime: now, lastTransitionTime: now },
          ],
        },
      },
    });
    this.#heartbeatAt = performance.now();
  }
}
