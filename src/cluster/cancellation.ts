import type { Dispatcher } from 'undici';

/** Ends a request whether or not it has a connection yet. */
export class Cancellation {
  #controller: Dispatcher.DispatchController | undefined;
  #reason: Error | undefined;

  /** Called when the connection is there and nothing was sent; throws if the request was ended before. */
  begin(controller: Dispatcher.DispatchController): void {
    if (this.#reason !== undefined) throw this.#reason;
    this.#controller = controller;
  }

  /** Answers whether the dispatcher will report the end itself. */
  cancel(reason: Error): boolean {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
    return this.#controller !== undefined;
  }
}
