import { OperatorProcess, type OperatorOptions } from './operator.ts';

/** The operator of a test file: one process at a time, started again as often as a test likes. */
export class Installed {
  readonly #options: () => OperatorOptions;
  readonly #logs: string[] = [];
  #process: OperatorProcess | undefined;

  /** `options` is asked at each start. */
  constructor(options: () => OperatorOptions) {
    this.#options = options;
  }

  /** Resolves once it is ready; running already is fine. */
  async start(): Promise<void> {
    if (this.#process?.running === true) return;
    this.#process = await OperatorProcess.start(this.#options());
  }

  /** SIGTERM; resolves with the exit status when it has ended. */
  async stop(): Promise<number> {
    const status = (await this.#process?.stop()) ?? 0;
    this.#forget();
    return status;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#process?.kill();
    this.#forget();
  }

  /** SIGSTOP; it stands still until `resume`. */
  pause(): void {
    this.#process?.pause();
  }

  /** SIGCONT. */
  resume(): void {
    this.#process?.resume();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Whether the process of the last start is still there. */
  get running(): boolean {
    return this.#process?.running === true;
  }

  /** Where it serves /metrics, /healthz and /readyz. */
  get port(): number {
    return this.#process?.port ?? 0;
  }

  /** Everything that the process of the last start logged. */
  get wholeLog(): string {
    return this.#process?.wholeLog ?? '';
  }

  /** What it logged since the last call, earlier processes included. */
  takeLog(): string {
    const log = [...this.#logs, this.#process?.log ?? ''].join('\n--- the operator ended ---\n');
    this.#logs.length = 0;
    return log;
  }

  #forget(): void {
    if (this.#process !== undefined) this.#logs.push(this.#process.log);
    this.#process = undefined;
  }
}
