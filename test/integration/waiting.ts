import { setTimeout as delay } from 'node:timers/promises';

/** How long a state may take to come; no test asserts less. */
export const PATIENCE_MS = 60_000;

/**
 * Polls until `look` answers something, and answers that.
 * @throws after a minute with what was waited for and what `seen` tells of the last look.
 */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined>,
  seen: () => unknown = () => undefined,
): Promise<T> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline)
      throw new Error(`no ${what} within a minute; last seen: ${JSON.stringify(seen())}`);
    await delay(50);
  }
};

/** `until` for a state that is either there or not. */
export const untilTrue = async (what: string, look: () => Promise<boolean>, seen?: () => unknown): Promise<void> => {
  await until(what, async () => ((await look()) ? true : undefined), seen);
};
