/** The operator as a process of its own, as it runs in a cluster. */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { freePorts } from '../../dev/control-plane/ports.ts';
import { type Supervised, supervise } from '../../dev/supervised.mjs';
import type { Settings } from '../oracle/objects.ts';

export interface OperatorOptions {
  /** Path of the kubeconfig that it reaches the API server by. */
  readonly kubeconfig: string;
  readonly settings: Settings;
  /** What it writes into kubeconfigs. */
  readonly endpoint: { readonly url: string; readonly caFile: string };
  /** More flags, as `--log-level=debug`; the harness gives those of `settings`, no leader election and no guard. */
  readonly flags?: readonly string[];
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** It is started hundreds of times, and half of that is compiling. Keyed by content, so never stale. */
const compiled = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));

const PATIENCE_MS = 60_000;
const LONGEST_LOG = 5000;

const list = (flag: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`--${flag}=${names.join(',')}`];

const flagsOf = ({ settings, endpoint, flags = [] }: OperatorOptions, port: number): string[] => [
  `--operator-namespace=${settings.operatorNamespace}`,
  ...list('credential-namespaces', settings.credentialNamespaces),
  ...list('privileged-namespaces', settings.privilegedNamespaces),
  ...list('privileged-users', settings.privilegedUsers),
  ...list('privileged-groups', settings.privilegedGroups),
  ...list('privileged-service-accounts', settings.privilegedServiceAccounts),
  ...list('privileged-nodes', settings.privilegedNodes),
  `--require-expiry=${settings.requireExpiry}`,
  ...(settings.maxGrantSeconds === undefined ? [] : [`--max-grant-duration=${settings.maxGrantSeconds}s`]),
  `--api-server-url=${endpoint.url}`,
  `--api-server-ca-file=${endpoint.caFile}`,
  `--listen-address=127.0.0.1:${port}`,
  '--log-format=json',
  ...(flags.some((flag) => flag.startsWith('--profile')) ? [] : ['--profile=none']),
  ...(flags.some((flag) => flag.startsWith('--leader-elect')) ? [] : ['--leader-elect=false']),
  ...flags,
];

/** One process; a restart is a new one. */
export class OperatorProcess {
  /** Where it serves /metrics, /healthz and /readyz. */
  readonly port: number;
  readonly #child: Supervised;
  #log = '';
  #exitStatus: number | undefined;

  private constructor(options: OperatorOptions, port: number) {
    this.port = port;
    this.#child = supervise(process.execPath, [main, ...flagsOf(options, port)], {
      environment: { ...process.env, KUBECONFIG: options.kubeconfig, NODE_COMPILE_CACHE: compiled },
      output: (text) => (this.#log += text),
    });
    void this.#child.exited.then((status) => (this.#exitStatus = status));
  }

  /** Starts it without waiting for anything. */
  static async spawn(options: OperatorOptions): Promise<OperatorProcess> {
    const [port = 0] = await freePorts(1);
    return new OperatorProcess(options, port);
  }

  /** Resolves once /readyz says so. @throws with the log when it ends before. */
  static async start(options: OperatorOptions): Promise<OperatorProcess> {
    const operator = await OperatorProcess.spawn(options);
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await operator.isReady())) {
      if (operator.#exitStatus === undefined && performance.now() < deadline) await delay(50);
      else {
        await operator.kill();
        throw new Error(`the operator did not become ready\n${operator.log}`);
      }
    }
    return operator;
  }

  /** The end of what it logged. */
  get log(): string {
    return this.#log.slice(-LONGEST_LOG);
  }

  /** Everything that it logged. */
  get wholeLog(): string {
    return this.#log;
  }

  get running(): boolean {
    return this.#exitStatus === undefined;
  }

  /** SIGTERM; resolves with the exit status. SIGKILL when it has not ended within a minute. */
  async stop(): Promise<number> {
    this.#child.terminate('SIGTERM');
    const timer = setTimeout(() => void this.#child.kill(), PATIENCE_MS);
    const status = await this.#child.exited;
    clearTimeout(timer);
    return status;
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#child.kill();
  }

  /** SIGSTOP: it stands still, until `resume`. */
  pause(): void {
    process.kill(this.#pid, 'SIGSTOP');
  }

  /** SIGCONT; running already, or ended, is fine. */
  resume(): void {
    if (this.running) process.kill(this.#pid, 'SIGCONT');
  }

  /** Its own, not that of its supervisor: it is in every line of its log. */
  get #pid(): number {
    const pid = Number(/"pid":(\d+)/.exec(this.#log)?.[1]);
    if (Number.isNaN(pid)) throw new Error('the operator has logged nothing yet');
    return pid;
  }

  async isReady(): Promise<boolean> {
    try {
      const { statusCode, body } = await request(`http://127.0.0.1:${this.port}/readyz`);
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }
}
