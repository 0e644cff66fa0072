/** Where the programs of the control plane come from: the first of four sources that works. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Source } from '../acquire.ts';
import { acquire, fillCache } from '../acquire.ts';
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

/** The directory of etcd, kube-apiserver, kube-controller-manager and kubectl. Throws with the ways to help when no source works. */
export const acquireBinaries = async ({ environment, report }: AcquireOptions): Promise<string> => {
  const cache = cacheDirectory(environment);
  return acquire({
    what: 'control plane',
    cache,
    given: [kubebuilderAssets(environment)],
    cached: cached(cache),
    made: [release(cache, environment), goBuild(cache, environment)],
    report,
  });
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
  find: () => filled(cache, (partial) => downloadRelease(partial, environment)),
});

const goBuild = (cache: string, environment: NodeJS.ProcessEnv): Source => ({
  name: 'go build',
  remedy: 'install Go 1.26 or later, and make a Go module proxy reachable',
  find: () => filled(cache, (partial) => buildFromModules(partial, environment)),
});

const complete = async (directory: string): Promise<string> => {
  const missing = await missingBinaries(directory);
  if (missing.length > 0) throw new Error(`${directory} lacks ${missing.join(', ')}`);
  return directory;
};

const filled = (cache: string, fill: (partial: string) => Promise<void>): Promise<string> =>
  fillCache(cache, async (partial) => {
    await fill(partial);
    await complete(partial);
    for (const name of binaryNames) await requireRuns(partial, name);
  });

/** A program for another platform, or of another version, is found out before it is kept. */
const requireRuns = async (directory: string, name: BinaryName): Promise<void> => {
  const version = (name === 'etcd' ? etcdVersion : kubernetesVersion).slice(1);
  const args = name === 'kubectl' ? ['version', '--client'] : ['--version'];
  const { stdout } = await promisify(execFile)(join(directory, name), args);
  if (!stdout.includes(version)) throw new Error(`${name} is not of version ${version}: ${stdout.trim()}`);
};
