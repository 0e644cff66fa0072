import type { Cluster, Ref, StoredObject } from '../cluster/port.ts';
import type { Clock } from './clock.ts';
import { heldLease, LEASE, leaseRecord, newLease } from './lease.ts';
import type { Logger } from './logger.ts';
import { moment, WriteWindow } from './write-window.ts';

/** Whether this replica is the one that writes. */
export interface Leadership {
  /** To be asked right before each write leaves. */
  mayWrite(): boolean;
  start(): void;
  /** Gives the lease up, so that another replica need not wait for it to run out. Drain first. */
  stop(): Promise<void>;
}

export interface LeadershipCallbacks {
  /** Called on each change of leadership, alternating with `onStopped`. */
  readonly onStarted: () => void;
  readonly onStopped: () => void;
}

export interface ElectorOptions extends LeadershipCallbacks {
  /** Answers each request, or fails it, well within `renewDeadlineMs`. */
  readonly leases: Pick<Cluster, 'get' | 'create' | 'replace'>;
  readonly lease: Pick<Ref, 'namespace' | 'name'>;
  /** Unique to this start of this process. */
  readonly identity: string;
  /** Longer than `renewDeadlineMs`. */
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** The lease as last seen, and the monotonic time since when no write to it was seen. */
interface Sighting {
  readonly stored: StoredObject;
  readonly since: number;
}

/** Leader election by a Lease, with the rules of client-go but for the end: who loses the lease stands by again. */
export class Elector implements Leadership {
  readonly #options: ElectorOptions;
  readonly #window: WriteWindow;
  readonly #stopping = new AbortController();
  #seen: Sighting | undefined;
  /** Our last write succeeded and nothing failed since: the next renewal needs no read. */
  #current = false;
  #leading = false;
  #loop: Promise<void> | undefined;

  constructor(options: ElectorOptions) {
    this.#options = options;
    this.#window = new WriteWindow(options.clock, options.renewDeadlineMs);
  }

  mayWrite(): boolean {
    return this.#window.isOpen;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#loop === undefined) return;
    await this.#loop;
    this.#window.close();
    this.#announce();
    await this.#release();
  }

  async #run(): Promise<void> {
    const { clock, retryPeriodMs, random } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#announceDuring(this.#attempt());
      // Replicas that started together must not ask together for ever.
      const jitteredMs = retryPeriodMs * (1 + random() / 5);
      const pauseMs = this.#leading ? Math.min(retryPeriodMs, this.#window.remainingMs) : jitteredMs;
      await clock.sleep(pauseMs, signal);
    }
  }

  /** An attempt may still hang when the window closes; the engine is told then, not later. */
  async #announceDuring(attempt: Promise<void>): Promise<void> {
    const done = new AbortController();
    const settled = attempt.finally(() => done.abort());
    if (this.#leading && this.mayWrite()) await this.#options.clock.sleep(this.#window.remainingMs, done.signal);
    this.#announce();
    await settled;
    this.#announce();
  }

  #announce(): void {
    if (this.#leading === this.mayWrite()) return;
    this.#leading = !this.#leading;
    const { identity, logger, onStarted, onStopped } = this.#options;
    logger.info({ identity }, this.#leading ? 'leading' : 'no longer leading');
    if (this.#leading) onStarted();
    else onStopped();
  }

  async #attempt(): Promise<void> {
    try {
      if (!this.#current || !this.mayWrite()) await this.#look();
      if (this.#seen === undefined) await this.#create();
      else if (this.#isFree(this.#seen)) await this.#hold(this.#seen.stored);
    } catch (error) {
      this.#current = false;
      this.#options.logger.warn({ err: error, identity: this.#options.identity }, 'unable to take or renew the lease');
    }
  }

  async #look(): Promise<void> {
    const { leases, lease, identity } = this.#options;
    const stored = await leases.get({ type: LEASE, ...lease });
    if (stored === undefined || leaseRecord(stored).holder !== identity) this.#window.close();
    // Whoever held a lease that was deleted may write on for as long as it was promised.
    if (stored === undefined && this.#seen !== undefined && !this.#isFree(this.#seen)) return;
    this.#see(stored);
  }

  /** Called after the answer: what it shows was written before this moment. */
  #see(stored: StoredObject | undefined): void {
    if (stored === undefined) this.#seen = undefined;
    else if (this.#seen === undefined || !isSameWrite(this.#seen.stored, stored)) {
      this.#seen = { stored, since: this.#options.clock.monotonic() };
    }
  }

  #isFree({ stored, since }: Sighting): boolean {
    const { clock, identity, leaseDurationMs } = this.#options;
    const { holder, durationMs } = leaseRecord(stored);
    if (holder === '' || holder === identity) return true;
    return clock.monotonic() - since > Math.max(durationMs, leaseDurationMs);
  }

  async #create(): Promise<void> {
    const { leases, lease } = this.#options;
    const sentAt = moment(this.#options.clock);
    this.#see(await leases.create(LEASE, newLease(lease, this.#holding(sentAt.wall))));
    this.#hasRenewed(sentAt);
  }

  async #hold(stored: StoredObject): Promise<void> {
    const sentAt = moment(this.#options.clock);
    this.#see(await this.#options.leases.replace(LEASE, heldLease(stored, this.#holding(sentAt.wall))));
    this.#hasRenewed(sentAt);
  }

  #hasRenewed(sentAt: ReturnType<typeof moment>): void {
    this.#window.open(sentAt);
    this.#current = true;
  }

  #holding(wall: number): { holder: string; durationMs: number; wall: number } {
    return { holder: this.#options.identity, durationMs: this.#options.leaseDurationMs, wall };
  }

  async #release(): Promise<void> {
    const { leases, lease, clock, identity, logger } = this.#options;
    try {
      const stored = await leases.get({ type: LEASE, ...lease });
      if (stored === undefined || leaseRecord(stored).holder !== identity) return;
      await leases.replace(LEASE, heldLease(stored, { holder: '', durationMs: 1000, wall: clock.wall() }));
      logger.info({ identity }, 'released the lease');
    } catch (error) {
      logger.warn({ err: error, identity }, 'unable to release the lease; it runs out by itself');
    }
  }
}

const isSameWrite = ({ metadata: left }: StoredObject, { metadata: right }: StoredObject): boolean =>
  left.uid === right.uid && left.resourceVersion === right.resourceVersion;

/** Leadership without election, for an installation of one replica. */
export const soleReplica = ({ onStarted, onStopped }: LeadershipCallbacks): Leadership => ({
  mayWrite: () => true,
  start: onStarted,
  stop: async () => onStopped(),
});
