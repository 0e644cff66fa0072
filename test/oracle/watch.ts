import { setTimeout as delay } from 'node:timers/promises';

/** What is allowed, in words. */
export type Allowed = ReadonlySet<string>;

/** Keeps what was allowed on the way and was not at the beginning. */
export class Watch {
  readonly #look: () => Promise<Allowed>;
  readonly #old: Allowed;
  readonly #more = new Set<string>();
  readonly #loop: Promise<void>;
  #stopped = false;

  constructor(look: () => Promise<Allowed>, old: Allowed, continuous: boolean) {
    this.#look = look;
    this.#old = old;
    this.#loop = continuous ? this.#run() : Promise.resolve();
  }

  /** Tries everything once, from now on. */
  async round(): Promise<void> {
    if (this.#stopped) return;
    try {
      for (const right of await this.#look()) if (!this.#old.has(right)) this.#more.add(right);
    } catch {
      // no answer is neither a denial nor a right; whether the server answers in the end is asked elsewhere
      await delay(50);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
  }

  /** What was allowed though it was not at the beginning, and is not in the end. */
  beyond(now: Allowed): string[] {
    return [...this.#more].filter((right) => !now.has(right));
  }

  async #run(): Promise<void> {
    while (!this.#stopped) await this.round();
  }
}
