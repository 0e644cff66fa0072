import type { Clock } from './clock.ts';

/** A moment on both clocks. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

export const moment = (clock: Pick<Clock, 'monotonic' | 'wall'>): Moment => ({
  monotonic: clock.monotonic(),
  wall: clock.wall(),
});

/**
 * The time in which this replica may write: `lengthMs` from the *sending* of the renewal that opened it. Others leave the lease alone
 * for longer than that from when they saw the renewal, which is later; so no two windows of one lease are open at the same time.
 */
export class WriteWindow {
  readonly #clock: Pick<Clock, 'monotonic' | 'wall'>;
  readonly #lengthMs: number;
  #opened: Moment = { monotonic: -Infinity, wall: -Infinity };

  constructor(clock: Pick<Clock, 'monotonic' | 'wall'>, lengthMs: number) {
    this.#clock = clock;
    this.#lengthMs = lengthMs;
  }

  /** `sentAt` is from before the request left; its answer says that it took effect. */
  open(sentAt: Moment): void {
    this.#opened = sentAt;
  }

  close(): void {
    this.#opened = { monotonic: -Infinity, wall: -Infinity };
  }

  get isOpen(): boolean {
    return this.remainingMs > 0;
  }

  /** The clock that went further counts: one of them may have stood still, or stepped. */
  get remainingMs(): number {
    const { monotonic, wall } = this.#opened;
    return this.#lengthMs - Math.max(this.#clock.monotonic() - monotonic, this.#clock.wall() - wall);
  }
}
