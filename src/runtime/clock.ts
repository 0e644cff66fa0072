import { setTimeout as sleep } from 'node:timers/promises';

/** Time as this process feels it. Neither clock is ever compared with another machine's. */
export interface Clock {
  /** Milliseconds; never steps, but may stand still while the machine sleeps. */
  monotonic(): number;
  /** Milliseconds since the epoch; goes on while the machine sleeps, but may step. */
  wall(): number;
  /** Resolves after `ms` on the monotonic clock, or when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  sleep: async (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
};
