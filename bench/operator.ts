/** The operator in a process of its own. What it used is what it says itself. */
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../dev/control-plane/ports.ts';
import { type Supervised, supervise } from '../dev/supervised.mjs';

export interface OperatorOptions {
  readonly file: string;
  /** Options of Node. */
  readonly options: readonly string[];
  /** The whole environment. */
  readonly environment: NodeJS.ProcessEnv;
}

export class Operator {
  readonly #child: Supervised;
  readonly #url: string;
  readonly #startedAt = performance.now();
  #log = '';
  #hasEnded = false;

  private constructor({ file, options, environment }: OperatorOptions, port: number) {
    this.#url = `http://127.0.0.1:${port}`;
    const args = [...options, file, `--listen-address=127.0.0.1:${port}`, '--log-format=json', '--profile=none'];
    this.#child = supervise(process.execPath, args, {
      environment,
      output: (text) => (this.#log += text),
    });
    void this.#child.exited.then(() => (this.#hasEnded = true));
  }

  /** Resolves when its caches are complete. Throws with its log if it ends before. */
  static async start(options: OperatorOptions): Promise<Operator> {
    const [port = 0] = await freePorts(1);
    const operator = new Operator(options, port);
    while (!(await operator.#isReady())) {
      if (operator.#hasEnded) throw new Error(`the operator ended\n${operator.#log}`);
      await delay(20);
    }
    return operator;
  }

  /** Seconds since it was started. */
  get age(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** Sum over all labels of one of its metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.#url}/metrics`)).text();
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  /** User and system time, milliseconds. */
  async cpuMs(): Promise<number> {
    return (await this.metric('process_cpu_seconds_total')) * 1000;
  }

  /** Resident set, megabytes of 10^6 bytes. */
  async memoryMB(): Promise<number> {
    return (await this.metric('process_resident_memory_bytes')) / 1e6;
  }

  async reconciles(): Promise<number> {
    return this.metric('impersonation_reconciles_total');
  }

  async stop(): Promise<void> {
    this.#child.terminate('SIGTERM');
    const status = await this.#child.exited;
    if (status !== 0) throw new Error(`the operator ended with status ${status}\n${this.#log}`);
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/readyz`)).ok;
    } catch {
      return false;
    }
  }
}
