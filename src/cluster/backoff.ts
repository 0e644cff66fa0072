export interface BackoffOptions {
  /** Delay before the first retry, milliseconds. */
  readonly baseMs: number;
  /** No delay of our own is longer. */
  readonly capMs: number;
}

/** A server may ask for more than our cap, but not for ever. */
const MAX_RETRY_AFTER_SECONDS = 60;

/** Delays between retries: each about twice the one before, with jitter, so that many clients do not come back at once. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  get failures(): number {
    return this.#failures;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Milliseconds to wait after another failure: half to one and a half of the step, never less than the server asked for. */
  next(retryAfterSeconds: number | undefined): number {
    const { baseMs, capMs } = this.#options;
    const step = Math.min(baseMs * 2 ** Math.min(this.#failures, 30), capMs);
    this.#failures += 1;
    const asked = Math.min(retryAfterSeconds ?? 0, MAX_RETRY_AFTER_SECONDS) * 1000;
    return Math.max(Math.min(step * (0.5 + Math.random()), capMs), asked + (asked > 0 ? Math.random() * baseMs : 0));
  }
}
