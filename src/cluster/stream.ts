import type { Dispatcher } from 'undici';
import { Cancellation } from './cancellation.ts';
import { headerOf, TimeoutError } from './exchange.ts';
import type { Answer } from './status.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

export interface StreamOptions {
  readonly signal: AbortSignal;
  /** The stream fails when no byte came for so long, milliseconds. */
  readonly silenceMs: number;
  /** The stream ends, as if the server had ended it, after so long, milliseconds. */
  readonly maxMs: number;
  /** Called when the server has agreed to send it. */
  readonly onOpen?: () => void;
  /** What it throws, the stream fails with. */
  readonly onData: (chunk: Buffer) => void;
}

export interface StreamHooks extends StreamOptions {
  readonly onDate: (date: string, sentAt: number, receivedAt: number) => void;
}

class MaxAgeReached extends Error {}

/** One request whose answer comes bit by bit. */
export class StreamExchange implements Dispatcher.DispatchHandler {
  /** Resolves to undefined when the server ended a stream of status 200, to the answer when it gave none. */
  readonly ended: Promise<Answer | undefined>;
  readonly #hooks: StreamHooks;
  readonly #cancellation = new Cancellation();
  readonly #resolve: (answer: Answer | undefined) => void;
  readonly #reject: (error: Error) => void;
  readonly #silence: NodeJS.Timeout;
  readonly #age: NodeJS.Timeout;
  readonly #refusal: Buffer[] = [];
  #sentAt = 0;
  #status = 0;
  #retryAfter: string | undefined;

  constructor(hooks: StreamHooks) {
    const { promise, resolve, reject } = Promise.withResolvers<Answer | undefined>();
    this.ended = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#hooks = hooks;
    const { silenceMs, maxMs, signal } = hooks;
    this.#silence = setTimeout(() => this.#end(new TimeoutError(`silent for ${silenceMs} ms`)), silenceMs);
    this.#age = setTimeout(() => this.#end(new MaxAgeReached()), maxMs);
    signal.addEventListener('abort', this.#onAbort);
    if (signal.aborted) this.#onAbort();
  }

  onRequestStart(controller: Controller): void {
    this.#cancellation.begin(controller);
    this.#sentAt = performance.now();
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    this.#status = status;
    this.#retryAfter = headerOf(headers, 'retry-after');
    const date = headerOf(headers, 'date');
    if (date !== undefined) this.#hooks.onDate(date, this.#sentAt, performance.now());
    this.#silence.refresh();
    if (status === 200) this.#hooks.onOpen?.();
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#silence.refresh();
    if (this.#status === 200) this.#hooks.onData(chunk);
    else this.#refusal.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle();
    const body = Buffer.concat(this.#refusal).toString('utf8');
    this.#resolve(this.#status === 200 ? undefined : { status: this.#status, retryAfter: this.#retryAfter, body });
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#settle();
    if (error instanceof MaxAgeReached) this.#resolve(undefined);
    else this.#reject(error);
  }

  get status(): number {
    return this.#status;
  }

  readonly #onAbort = (): void => this.#end(new Error('stopped'));

  #end(reason: Error): void {
    if (this.#cancellation.cancel(reason)) return;
    this.#settle();
    this.#reject(reason);
  }

  #settle(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#age);
    this.#hooks.signal.removeEventListener('abort', this.#onAbort);
  }
}
