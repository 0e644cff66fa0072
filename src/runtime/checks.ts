import type { Check } from './server.ts';

/** Milliseconds, monotonic. */
type Now = () => number;

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** Longer than any reconcile takes: each request in it has a time limit, and the first that fails ends it. */
const LONGEST_RUN_MS = 300_000;

/** A key waits only while every worker is busy, so one that waits long after the last was taken means that none of them will come back. */
export class WorkerCheck {
  readonly #now: Now;
  #takenAt: number | undefined;

  constructor(now: Now) {
    this.#now = now;
  }

  /** The workers started, or one of them took a key. */
  took(): void {
    this.#takenAt = this.#now();
  }

  check(waiting: number): Check {
    const idleMs = this.#takenAt === undefined ? 0 : this.#now() - this.#takenAt;
    const ok = waiting === 0 || idleMs < LONGEST_RUN_MS;
    return { name: 'workers', ok, message: `${waiting} objects wait and none was taken for ${seconds(idleMs)}` };
  }
}

/** So long a server may be away, as it is while it restarts, before this replica calls itself not ready. */
const PATIENCE_MS = 30_000;

/** Whether the API server answers those who ask it. Nobody asks much when all is quiet, so silence alone says nothing. */
export class ReachabilityCheck {
  readonly #now: Now;
  #answeredAt: number | undefined;
  #isFailing = false;

  constructor(now: Now) {
    this.#now = now;
  }

  /** Takes the end of each request; `code` is 0 where no answer came. */
  requested(code: number): void {
    this.#isFailing = code === 0;
    if (code !== 0) this.#answeredAt = this.#now();
  }

  check(): Check {
    const name = 'api-server';
    if (this.#answeredAt === undefined) return { name, ok: false, message: 'it has not answered yet' };
    const agoMs = this.#now() - this.#answeredAt;
    const ok = !this.#isFailing || agoMs < PATIENCE_MS;
    return { name, ok, message: `it answers no request; the last answer came ${seconds(agoMs)} ago` };
  }
}

/** Whether every cache is complete. */
export const cacheCheck = (informers: Iterable<{ readonly resource: string; readonly synced: boolean }>): Check => {
  const missing = [...informers].filter(({ synced }) => !synced).map(({ resource }) => resource);
  return { name: 'caches', ok: missing.length === 0, message: `not complete yet: ${missing.join(', ')}` };
};

/** Whether what holds authors and the operator to their rights is in force. */
export const guardCheck = ({
  missing,
  unreadable,
}: {
  readonly missing: readonly string[];
  readonly unreadable: string | undefined;
}): Check => ({
  name: 'guard',
  ok: missing.length === 0,
  message:
    unreadable === undefined
      ? `missing or not bound, so nothing new is granted: ${missing.join(', ')}`
      : `not known, so nothing new is granted: the operator may not ${unreadable}`,
});

export const shutdownCheck = (isStopping: boolean): Check => ({
  name: 'shutdown',
  ok: !isStopping,
  message: 'the process is being stopped',
});
