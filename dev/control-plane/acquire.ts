/** Where the programs of the control plane come from: the first of four sources that works. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../lock.mjs';
import { cacheDirectory, missingBinaries } from './binary-directory.ts';
import { buildFromModules } from './go-build.ts';
import { downloadRelease, mirrorVariables } from './release.ts';
import type { BinaryName } from './versions.ts';
import { binaryNames, etcdVersion, kubernetesVersion } from './versions.ts';

export interface AcquireOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Told in one line where the programs are from, and of each source why it was passed over. */
  readonly report: (line: string) => void;
}

interface Source {
  readonly name: string;
  /** What a user can do to make it work. */
  readonly remedy: string;
  /** The directory of the programs. Throws where the source has none. */
  readonly find: () => Promise<string>;
}

/** The directory of etcd, kube-apiserver, kube-controller-manager and kubectl. Throws with the ways to help when no source works. */
export const acquireBinaries = async (options: AcquireOptions): Promise<string> => {
  const { environment, report } = options;
  const cache = cacheDirectory(environment);
  const failures: string[] = [];
  const firstOf = async (sources: readonly Source[]): Promise<string | undefined> => {
    for (const source of sources) {
      try {
        const directory = await source.find();
        report(`control plane from ${source.name}: ${directory}`);
        return directory;
      } catch (error) {
        report(`control plane not from ${source.name}: ${explained(error)}`);
        failures.push(`- ${source.name}: ${explained(error)}; ${source.remedy}`);
      }
    }
    return undefined;
  };
  const present = await firstOf([kubebuilderAssets(environment), cached(cache)]);
  if (present !== undefined) return present;
  const onWait = (pid: number): void => report(`control plane: process ${pid} is getting it, waiting`);
  const made = await withLock(`${cache}.lock`, onWait, async () => {
    // Whoever held the lock before us may have got it.
    if ((await missingBinaries(cache)).length === 0) return firstOf([cached(cache)]);
    return firstOf([release(cache, environment), goBuild(cache, environment)]);
  });
  if (made !== undefined) return made;
  throw new Error(`unable to get a control plane; any one of these would do:\n${failures.join('\n')}`);
};

const kubebuilderAssets = (environment: NodeJS.ProcessEnv): Source => ({
  name: 'KUBEBUILDER_ASSETS',
  remedy: `set it to a directory that holds ${binaryNames.join(', ')}`,
  find: async () => {
    const directory = environment['KUBEBUILDER_ASSETS'] ?? '';
    if (directory === '') throw new Error('not set');
    return complete(directory);
  },
});

const cached = (cache: string): Source => ({
  name: 'the cache',
  remedy: `put ${binaryNames.join(', ')} of Kubernetes ${kubernetesVersion} there`,
  find: () => complete(cache),
});

const release = (cache: string, environment: NodeJS.ProcessEnv): Source => ({
  name: 'the official release',
  remedy: `make it reachable, or name mirrors in ${mirrorVariables.kubernetes} and ${mirrorVariables.etcd}`,
  find: () => fillCache(cache, (partial) => downloadRelease(partial, environment)),
});

const goBuild = (cache: string, environment: NodeJS.ProcessEnv): Source => ({
  name: 'go build',
  remedy: 'install Go 1.26 or later, and make a Go module proxy reachable',
  find: () => fillCache(cache, (partial) => buildFromModules(partial, environment)),
});

const complete = async (directory: string): Promise<string> => {
  const missing = await missingBinaries(directory);
  if (missing.length > 0) throw new Error(`${directory} lacks ${missing.join(', ')}`);
  return directory;
};

/** The cache is complete or absent: what is unfinished has another name, and whoever holds the lock removes what others left of it. */
const fillCache = async (cache: string, fill: (partial: string) => Promise<void>): Promise<string> => {
  const parent = dirname(cache);
  const prefix = `${basename(cache)}.partial-`;
  await mkdir(parent, { recursive: true });
  for (const entry of await readdir(parent)) {
    if (entry.startsWith(prefix)) await rm(join(parent, entry), { recursive: true, force: true });
  }
  const partial = await mkdtemp(join(parent, prefix));
  try {
    await fill(partial);
    await complete(partial);
    for (const name of binaryNames) await requireRuns(partial, name);
    await rm(cache, { recursive: true, force: true });
    await rename(partial, cache);
    return cache;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
};

/** A program for another platform, or of another version, is found out before it is kept. */
const requireRuns = async (directory: string, name: BinaryName): Promise<void> => {
  const version = (name === 'etcd' ? etcdVersion : kubernetesVersion).slice(1);
  const args = name === 'kubectl' ? ['version', '--client'] : ['--version'];
  const { stdout } = await promisify(execFile)(join(directory, name), args);
  if (!stdout.includes(version)) throw new Error(`${name} is not of version ${version}: ${stdout.trim()}`);
};

/** An error with its causes, in one line as far as they are. */
const explained = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const message = error.message === '' ? ('code' in error ? String(error.code) : error.name) : error.message;
  return error.cause === undefined ? message : `${message}: ${explained(error.cause)}`;
};
