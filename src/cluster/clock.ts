import type { ServerClock } from './port.ts';

/** `Date` has whole seconds: the server's time lay in [Date, Date + this) when it answered. */
const GRANULARITY_MS = 1000;

/**
 * The API server's clock, kept as an offset to a local monotonic clock, so that a step of the local wall clock moves nothing.
 * Each answer gives an interval that the offset must lie in; it is moved only when it lies outside, and then to the nearer end.
 */
export class DateClock implements ServerClock {
  readonly #monotonic: () => number;
  #offset: number;

  /** `monotonic` and `wall` answer milliseconds; `wall` is asked once. */
  constructor(monotonic: () => number = () => performance.now(), wall: () => number = Date.now) {
    this.#monotonic = monotonic;
    this.#offset = wall() - monotonic();
  }

  now(): number {
    return Math.round(this.#offset + this.#monotonic());
  }

  /** Takes the `Date` header of an answer to a request that went out at `sentAt` and came back at `receivedAt`, both monotonic. */
  observe(date: string, sentAt: number, receivedAt: number): void {
    const time = Date.parse(date);
    if (Number.isNaN(time)) return;
    this.#offset = Math.min(Math.max(this.#offset, time - receivedAt), time + GRANULARITY_MS - sentAt);
  }
}
