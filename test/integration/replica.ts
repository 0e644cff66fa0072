/** One of several operators on one cluster: its process, and everything that it sends. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { kubeconfig } from '../../dev/control-plane/connection.ts';
import { Installed } from './installed.ts';
import { metricsOf } from './metrics-of.ts';
import { Proxy, type Seen } from './proxy.ts';
import { isGuarded } from './traffic.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

export class Replica {
  readonly operator: Installed;
  readonly proxy: Proxy;

  constructor({ operator, proxy }: Pick<Replica, 'operator' | 'proxy'>) {
    this.operator = operator;
    this.proxy = proxy;
  }

  /** Every write that it sent, those of its lease aside. */
  get writes(): Seen[] {
    return this.proxy.seen.filter(isGuarded);
  }

  async leads(): Promise<boolean> {
    return /^impersonation_leader 1$/m.test(await metricsOf(this.operator.port));
  }

  async untilItLeads(): Promise<void> {
    await untilTrue('leader', async () => this.leads());
  }
}

/** An operator beside that of the harness, until the end of the test; it has a proxy of its own. */
export const anotherReplica = async (world: World, flags: readonly string[]): Promise<Replica> => {
  const { connection, settings } = world;
  const directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-replica-'));
  const [kubeconfigPath, caFile] = [join(directory, 'kubeconfig'), join(directory, 'ca.crt')];
  const proxy = new Proxy(connection);
  const operator = new Installed(() => ({
    kubeconfig: kubeconfigPath,
    settings,
    endpoint: { url: connection.url, caFile },
    flags,
  }));
  onTestFinished(async () => {
    operator.resume();
    await operator.stop();
    await proxy.stop();
    await rm(directory, { recursive: true });
  });
  await writeFile(kubeconfigPath, kubeconfig(await proxy.start(), 'operator', connection.adminToken));
  await writeFile(caFile, connection.ca);
  await operator.start();
  return new Replica({ operator, proxy });
};
