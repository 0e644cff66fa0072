/**
 * A lock between the processes of one machine. Each contender puts a claim, a file of its own, into the lock's directory,
 * and holds the lock if it then finds no other live claim; else it withdraws its own and tries again later.
 * Of two contenders at least one sees the other, so both never hold. A claim of a dead process counts for nothing:
 * there is nothing to take over, hence no race about it, and a killed holder needs no cleaning up.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs `hold` while holding the lock.
 * @template T
 * @param {string} directory made if absent, never removed
 * @param {(pid: number) => void} onWait called with the id of the holder, once for each
 * @param {() => Promise<T>} hold
 * @returns {Promise<T>}
 */
export const withLock = async (directory, onWait, hold) => {
  await mkdir(directory, { recursive: true });
  const claim = `${process.pid}-${await startTime(process.pid)}-${randomUUID()}`;
  let waitedFor = 0;
  for (;;) {
    let holder = await otherHolder(directory, claim);
    if (holder === undefined) {
      await writeFile(join(directory, claim), '');
      try {
        holder = await otherHolder(directory, claim);
        if (holder === undefined) return await hold();
      } finally {
        await rm(join(directory, claim), { force: true });
      }
    }
    if (holder !== waitedFor) onWait(holder);
    waitedFor = holder;
    await delay(100 + Math.random() * 400);
  }
};

/**
 * The process with another live claim; claims of dead ones are removed on the way.
 * @param {string} directory
 * @param {string} own
 * @returns {Promise<number | undefined>}
 */
const otherHolder = async (directory, own) => {
  for (const claim of await readdir(directory)) {
    const [pid = '', started = ''] = claim.split('-');
    if (claim === own || !/^\d+$/.test(pid)) continue;
    if (await isAlive(Number(pid), started)) return Number(pid);
    await rm(join(directory, claim), { force: true });
  }
  return undefined;
};

/**
 * @param {number} pid
 * @param {string} started what `startTime` said when the claim was made: another process may have the id by now
 */
const isAlive = async (pid, started) => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM is the answer of somebody else's process.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return (await startTime(pid)) === started;
};

/**
 * When the process started, in ticks since boot; empty where the system does not tell or the process is dead and only not reaped.
 * @param {number} pid
 */
const startTime = async (pid) => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field, the name, may hold anything; the state follows it, and the start time 19 fields on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
};
