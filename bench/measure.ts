/** The runs that the benchmark consists of. */
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { runToEnd } from '../dev/supervised.mjs';
import { CLUSTER_ROLE, CLUSTER_ROLE_BINDING, GRANT, comparable, needed } from './objects.ts';
import type { Operator } from './operator.ts';
import type { World } from './world.ts';
import { type Writes, difference, total } from './writes.ts';

export interface OperatorRun {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly writes: Writes;
  readonly reconciles: number;
  readonly memoryMB: number;
}

export interface RestartRun {
  readonly readySeconds: number;
  readonly settledSeconds: number;
  readonly cpuMs: number;
  readonly writes: Writes;
  readonly memoryMB: number;
}

export interface DriverRun {
  readonly perSecond: number;
  readonly cpuMs: number;
}

export interface BenchOptions {
  readonly world: World;
  readonly objects: number;
  /** Starts the operator; resolves when its caches are complete. */
  readonly start: () => Promise<Operator>;
  /** Path of the bundled driver. */
  readonly driver: string;
}

const REST_MS = 20_000;
/** To give all grants an end, and to have that told, before it comes. */
const LEAD_MS = 10_000;
const LEAD_MS_EACH = 15;

export class Bench {
  readonly #options: BenchOptions;

  constructor(options: BenchOptions) {
    this.#options = options;
  }

  /** Megabytes of the operator where there is no object. */
  async emptyRun(): Promise<number> {
    const operator = await this.#options.start();
    await delay(REST_MS);
    const memoryMB = await operator.memoryMB();
    await operator.stop();
    return memoryMB;
  }

  /** Every object is new, and made by nobody yet. */
  async operatorRun(): Promise<OperatorRun> {
    const { world, objects, start } = this.#options;
    await world.fill(objects);
    const release = await world.holdLease();
    const operator = await start();
    const [cpu, writes] = [await operator.cpuMs(), await this.#settled()];
    await release();
    const perSecond = await world.rate();
    const made = difference(writes, await this.#settled());
    const used = (await operator.cpuMs()) - cpu;
    const reconciles = await operator.reconciles();
    await delay(REST_MS);
    const memoryMB = await operator.memoryMB();
    await operator.stop();
    return { perSecond, cpuMs: used / objects, writes: made, reconciles: reconciles / objects, memoryMB };
  }

  /** Every object is settled. */
  async restartRun(): Promise<RestartRun> {
    const { objects, start } = this.#options;
    const before = await this.#settled();
    const operator = await start();
    const readySeconds = operator.age;
    while ((await operator.reconciles()) < objects) await delay(20);
    const settledSeconds = operator.age;
    const cpuMs = await operator.cpuMs();
    await delay(REST_MS);
    const memoryMB = await operator.memoryMB();
    const writes = difference(before, await this.#settled());
    await operator.stop();
    return { readySeconds, settledSeconds, cpuMs, writes, memoryMB };
  }

  /** Every grant is settled, and ends at the same moment; seconds from then until none has a binding. */
  async revocationRun(): Promise<number> {
    const { world, objects, start } = this.#options;
    const operator = await start();
    const at = Math.ceil((Date.now() + LEAD_MS + LEAD_MS_EACH * objects) / 1000) * 1000;
    await world.endAll(at);
    await this.#settled();
    const lead = at - Date.now();
    if (lead <= 0) throw new Error('the grants ended before all of them had an end');
    await delay(lead);
    await world.unbound();
    const seconds = (Date.now() - at) / 1000;
    await this.#settled();
    await operator.stop();
    return seconds;
  }

  /** Every grant has what the driver made for it; seconds that it takes to delete the bindings, and nothing else. */
  async unbindRun(): Promise<number> {
    return (await this.#options.world.unbindAll()) / 1000;
  }

  async driverRun(): Promise<DriverRun> {
    const { world, objects, driver } = this.#options;
    await world.fill(objects);
    const environment = { ...process.env, KUBECONFIG: world.kubeconfigPath };
    const [{ status, output }, perSecond] = await Promise.all([
      runToEnd(process.execPath, [driver], { environment }),
      world.rate(),
    ]);
    if (status !== 0) throw new Error(`the driver ended with status ${status}\n${output}`);
    return { perSecond, cpuMs: Number(output) / objects };
  }

  /** Throws unless the driver writes what the operator wrote: anything else would be no measure. */
  async requireSameObjects(): Promise<void> {
    const { world } = this.#options;
    const name = 'bench-0';
    const owner = await world.get(GRANT, name);
    if (owner === undefined) throw new Error(`the grant ${name} is gone`);
    const { role, binding, status, event } = needed(owner, new Date());
    const [stored] = await world.events(name);
    const pairs: (readonly [unknown, unknown])[] = [
      [role, await world.get(CLUSTER_ROLE, role.metadata.name)],
      [binding, await world.get(CLUSTER_ROLE_BINDING, binding.metadata.name)],
      [status['status'], owner['status']],
      // items of a list do not say their kind
      [event, { ...stored, apiVersion: event.apiVersion, kind: event.kind, metadata: event.metadata }],
    ];
    for (const [expected, actual] of pairs)
      if (!isDeepStrictEqual(comparable(expected), comparable(actual)))
        throw new Error(`the driver writes ${JSON.stringify(expected)}\nthe operator ${JSON.stringify(actual)}`);
  }

  /** Resolves to all writes once there was none for a second. */
  async #settled(): Promise<Writes> {
    const { world } = this.#options;
    for (let before = await world.writes(); ;) {
      await delay(1000);
      const after = await world.writes();
      if (total(difference(before, after)) === 0) return after;
      before = after;
    }
  }
}
