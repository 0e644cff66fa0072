/** Where the programs of a Docker engine come from: this machine, the cache, or Debian's packages, which are unpacked and not installed. */
import { constants } from 'node:fs';
import { access, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Source, acquire, fillCache, userCache } from '../acquire.ts';
import { runToEnd } from '../supervised.mjs';
import { unpackWithDependencies } from './debian.ts';

export interface AcquireEngineOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Told in one line where the engine is from, and of each source why it was passed over. */
  readonly report: (line: string) => void;
}

/** The directory that is `/` for its programs. Throws with the ways to help when no source works. */
export const acquireEngine = async ({ environment, report }: AcquireEngineOptions): Promise<string> => {
  const cache = userCache(environment, 'engine', await distribution());
  return acquire({
    what: 'Docker engine',
    cache,
    given: [installed(environment)],
    cached: cached(cache),
    made: [debian(cache)],
    report,
  });
};

/** How programs of the engine are found and started. */
export const engineEnvironment = (root: string): Readonly<Record<string, string>> => {
  const path = process.env['PATH'] ?? '';
  if (root === '/') return { PATH: path };
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch as string] ?? '';
  const within = (...paths: readonly string[]): string => paths.map((one) => join(root, one)).join(':');
  return {
    PATH: `${within('usr/sbin', 'usr/bin')}:${path}`,
    LD_LIBRARY_PATH: within(`usr/lib/${triplet}`, `lib/${triplet}`),
  };
};

/** As `debian-12-x64`. */
const distribution = async (): Promise<string> => {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (key: string): string => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${value('ID')}-${value('VERSION_ID')}-${process.arch}`;
};

const installed = (environment: NodeJS.ProcessEnv): Source => ({
  name: 'this machine',
  remedy: 'install docker.io',
  find: async () => {
    for (const directory of (environment['PATH'] ?? '').split(delimiter))
      if (await isProgram(join(directory, 'dockerd'))) return '/';
    throw new Error('it has no dockerd');
  },
});

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

const cached = (cache: string): Source => ({
  name: 'the cache',
  remedy: 'unpack docker.io and what it depends on there',
  find: async () => {
    if (await isProgram(join(cache, 'usr/sbin/dockerd'))) return cache;
    throw new Error(`${cache} lacks dockerd`);
  },
});

/** What cannot run here is found out before it is kept. */
const debian = (cache: string): Source => ({
  name: "Debian's packages",
  remedy: 'make them reachable for apt-get',
  find: () =>
    fillCache(cache, async (partial) => {
      const archives = join(partial, 'archives');
      await unpackWithDependencies('docker.io', archives, partial);
      await rm(archives, { recursive: true });
      const environment = { ...process.env, ...engineEnvironment(partial) };
      const { status, output } = await runToEnd(join(partial, 'usr/sbin/dockerd'), ['--version'], { environment });
      if (status !== 0) throw new Error(`dockerd --version ended with status ${status}: ${output.trim()}`);
    }),
});
