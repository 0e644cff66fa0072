import type { Clock } from '../../../src/runtime/clock.ts';

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

/** Simulated true time, in milliseconds: what was scheduled happens in order, and between two happenings every promise settles. */
export class World {
  #now = 0;
  #order = 0;
  readonly #agenda: Happening[] = [];

  get now(): number {
    return this.#now;
  }

  after(ms: number, happen: () => void): void {
    const happening = { at: this.#now + Math.max(0, ms), order: this.#order++, happen };
    const index = this.#agenda.findIndex(({ at }) => at > happening.at);
    this.#agenda.splice(index === -1 ? this.#agenda.length : index, 0, happening);
  }

  /** Runs until `end`, and calls `check` after each happening. */
  async run(end: number, check: () => void = () => {}): Promise<void> {
    await settle();
    for (let next = this.#agenda[0]; next !== undefined && next.at <= end; next = this.#agenda[0]) {
      this.#agenda.shift();
      this.#now = next.at;
      next.happen();
      await settle();
      check();
    }
    this.#now = end;
    check();
  }
}

const settle = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A machine in the world, with clocks of its own, that can be stopped. */
export class Machine implements Clock {
  readonly #world: World;
  /** Seconds of its monotonic clock in one true second. */
  readonly #rate: number;
  #wallOffset: number;
  /** Monotonic time at true time `#countedFrom`. */
  #counted: number;
  #countedFrom: number;
  #halted: 'no' | 'paused' | 'suspended' = 'no';
  #haltedUntil = 0;
  #crashed = false;

  constructor(world: World, { rate = 1, wallOffset = 0 }: { rate?: number; wallOffset?: number } = {}) {
    this.#world = world;
    this.#rate = rate;
    this.#wallOffset = wallOffset;
    this.#counted = 1000 * rate;
    this.#countedFrom = world.now;
  }

  monotonic(): number {
    const elapsed = this.#halted === 'suspended' ? 0 : this.#world.now - this.#countedFrom;
    return this.#counted + elapsed * this.#rate;
  }

  wall(): number {
    return this.#world.now + this.#wallOffset;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const wakeAt = this.monotonic() + Math.max(1, ms);
    return new Promise((resolve) => {
      const wake = (): void => {
        const leftMs = (wakeAt - this.monotonic()) / this.#rate;
        if (leftMs <= 1e-6 || signal.aborted) resolve();
        else this.#world.after(leftMs, () => this.run(wake));
      };
      signal.addEventListener('abort', () => resolve());
      wake();
    });
  }

  /** Calls back now, or as soon as the machine runs again, or never. */
  run(callback: () => void): void {
    if (this.#crashed) return;
    if (this.#halted === 'no') callback();
    else this.#world.after(this.#haltedUntil - this.#world.now, () => this.run(callback));
  }

  /** Like SIGKILL. */
  crash(): void {
    this.#crashed = true;
  }

  /** Whether a write could leave it at this moment or, for a stopped process, as the first thing when it goes on. */
  get isAlive(): boolean {
    return !this.#crashed && this.#halted !== 'suspended';
  }

  stepWall(ms: number): void {
    this.#wallOffset += ms;
  }

  /** Like SIGSTOP: nothing runs, every clock goes on. */
  pause(ms: number): void {
    this.#halt('paused', ms);
  }

  /** The whole machine sleeps: the monotonic clock stands still, the wall clock is right again afterwards. */
  suspend(ms: number): void {
    this.#halt('suspended', ms);
  }

  #halt(kind: 'paused' | 'suspended', ms: number): void {
    if (this.#halted !== 'no') return;
    this.#counted = this.monotonic();
    this.#countedFrom = this.#world.now;
    this.#halted = kind;
    this.#haltedUntil = this.#world.now + ms;
    this.#world.after(ms, () => {
      this.#counted = kind === 'suspended' ? this.#counted : this.monotonic();
      this.#countedFrom = this.#world.now;
      this.#halted = 'no';
    });
  }
}
