/** Programs from the first of several sources that has them; what was got once stays in a cache. */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';

export interface Source {
  readonly name: string;
  /** What a user can do to make it work. */
  readonly remedy: string;
  /** The directory of the programs. Throws where the source has none. */
  readonly find: () => Promise<string>;
}

export interface Wanted {
  /** What the programs are together, as in `control plane from the cache`. */
  readonly what: string;
  /** Directory that the sources of `made` fill; its lock is beside it. */
  readonly cache: string;
  /** Asked first, without the lock. */
  readonly given: readonly Source[];
  readonly cached: Source;
  /** Asked in turn while nobody else does: these take long. */
  readonly made: readonly Source[];
  /** Told in one line where the programs are from, and of each source why it was passed over. */
  readonly report: (line: string) => void;
}

/** The directory of the programs. Throws with the ways to help when no source works. */
export const acquire = async ({ what, cache, given, cached, made, report }: Wanted): Promise<string> => {
  const failures: string[] = [];
  const firstOf = async (sources: readonly Source[]): Promise<string | undefined> => {
    for (const source of sources) {
      try {
        const directory = await source.find();
        report(`${what} from ${source.name}: ${directory}`);
        return directory;
      } catch (error) {
        report(`${what} not from ${source.name}: ${explained(error)}`);
        failures.push(`- ${source.name}: ${explained(error)}; ${source.remedy}`);
      }
    }
    return undefined;
  };
  const present = await firstOf([...given, cached]);
  if (present !== undefined) return present;
  const onWait = (pid: number): void => report(`${what}: process ${pid} is getting it, waiting`);
  const found = await withLock(`${cache}.lock`, onWait, async () => {
    // Whoever held the lock before us may have got it.
    const isThere = await cached.find().then(
      () => true,
      () => false,
    );
    return firstOf(isThere ? [cached] : made);
  });
  if (found !== undefined) return found;
  throw new Error(`${what}: not to be had; any one of these would do:\n${failures.join('\n')}`);
};

/** A directory of ours among what the user's programs keep, outside of any checkout. */
export const userCache = (environment: NodeJS.ProcessEnv, ...path: readonly string[]): string => {
  const base = environment['XDG_CACHE_HOME'] ?? '';
  const root = base === '' ? join(homedir(), '.cache') : base;
  return join(root, 'impersonation-operator', ...path);
};

/** The cache is complete or absent: what is unfinished has another name, and whoever holds the lock removes what others left of it. */
export const fillCache = async (cache: string, fill: (partial: string) => Promise<void>): Promise<string> => {
  const parent = dirname(cache);
  const prefix = `${basename(cache)}.partial-`;
  await mkdir(parent, { recursive: true });
  for (const entry of await readdir(parent)) {
    if (entry.startsWith(prefix)) await rm(join(parent, entry), { recursive: true, force: true });
  }
  const partial = await mkdtemp(join(parent, prefix));
  try {
    await fill(partial);
    await rm(cache, { recursive: true, force: true });
    await rename(partial, cache);
    return cache;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
};

/** An error with its causes, in one line as far as they are. */
const explained = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const message = error.message === '' ? ('code' in error ? String(error.code) : error.name) : error.message;
  return error.cause === undefined ? message : `${message}: ${explained(error.cause)}`;
};
