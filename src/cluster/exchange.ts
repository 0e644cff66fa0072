import type { Dispatcher } from 'undici';
import { Cancellation } from './cancellation.ts';
import type { Answer } from './status.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** The time ran out. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

export interface ExchangeHooks {
  /** Asked at the last moment before the first byte leaves; what it throws, the exchange fails with, and nothing is sent. */
  readonly beforeSend: () => void;
  /** The `Date` of the answer, and the monotonic times at which the request left and the answer came. */
  readonly onDate: (date: string, sentAt: number, receivedAt: number) => void;
}

export const headerOf = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** One request and its whole answer. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  readonly #hooks: ExchangeHooks;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  readonly #chunks: Buffer[] = [];
  readonly #cancellation = new Cancellation();
  #sentAt = 0;
  #status = 0;
  #retryAfter: string | undefined;

  constructor(timeoutMs: number, signal: AbortSignal | undefined, hooks: ExchangeHooks) {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.answer = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#hooks = hooks;
    this.#timer = setTimeout(() => this.#end(new TimeoutError(`no answer within ${timeoutMs} ms`)), timeoutMs);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted === true) this.#onAbort();
  }

  onRequestStart(controller: Controller): void {
    this.#cancellation.begin(controller);
    this.#hooks.beforeSend();
    this.#sentAt = performance.now();
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    this.#status = status;
    this.#retryAfter = headerOf(headers, 'retry-after');
    const date = headerOf(headers, 'date');
    if (date !== undefined) this.#hooks.onDate(date, this.#sentAt, performance.now());
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle();
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, retryAfter: this.#retryAfter, body: body.toString('utf8') });
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#settle();
    this.#reject(error);
  }

  readonly #onAbort = (): void => this.#end(new Error('stopped'));

  #end(reason: Error): void {
    if (this.#cancellation.cancel(reason)) return;
    this.#settle();
    this.#reject(reason);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
