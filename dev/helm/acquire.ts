/** Where Helm comes from: the first of three sources that works. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Source } from '../acquire.ts';
import { acquire, fillCache, userCache } from '../acquire.ts';
import { goArch, goOs } from '../control-plane/versions.ts';
import { Go } from '../go.ts';
import { downloadRelease, mirrorVariable } from './release.ts';

export const helmVersion = 'v4.3.1';

export interface AcquireHelmOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Told in one line where Helm is from, and of each source why it was passed over. */
  readonly report: (line: string) => void;
}

/** The path of the program. Throws with the ways to help when no source works. */
export const acquireHelm = async ({ environment, report }: AcquireHelmOptions): Promise<string> => {
  const cache = helmCache(environment);
  const directory = await acquire({
    what: 'Helm',
    cache,
    given: [],
    cached: cached(cache),
    made: [release(cache, environment), goBuild(cache, environment)],
    report,
  });
  return join(directory, 'helm');
};

export const helmCache = (environment: NodeJS.ProcessEnv): string =>
  userCache(environment, 'helm', `${helmVersion}-${goOs}-${goArch}`);

const cached = (cache: string): Source => ({
  name: 'the cache',
  remedy: `put helm ${helmVersion} there`,
  find: async () => {
    await access(join(cache, 'helm'), constants.X_OK).catch(() => {
      throw new Error(`${cache} lacks helm`);
    });
    return cache;
  },
});

const release = (cache: string, environment: NodeJS.ProcessEnv): Source => ({
  name: 'the official release',
  remedy: `make it reachable, or name a mirror in ${mirrorVariable}`,
  find: () => filled(cache, (partial) => downloadRelease(partial, helmVersion, environment)),
});

const goBuild = (cache: string, environment: NodeJS.ProcessEnv): Source => ({
  name: 'go install',
  remedy: 'install Go 1.26 or later, and make a Go module proxy reachable',
  find: () => filled(cache, (partial) => build(partial, environment)),
});

/** Takes minutes; an interrupted build leaves what is compiled in Go's own cache, so that the next one goes on from there. */
const build = (directory: string, environment: NodeJS.ProcessEnv): Promise<void> =>
  Go.using({ cwd: directory, directory, environment }, (go) =>
    go.run(
      'compiling Helm',
      ['install', '-v', '-trimpath', '-ldflags', linkerFlags, `helm.sh/helm/v4/cmd/helm@${helmVersion}`],
      (lines) => `${lines.filter((line) => !line.startsWith('go: ')).length} packages`,
    ),
  );

/** Without these it calls itself by its branch. */
const linkerFlags = [
  '-s',
  '-w',
  `-X helm.sh/helm/v4/internal/version.version=${helmVersion}`,
  '-X helm.sh/helm/v4/internal/version.gitTreeState=clean',
].join(' ');

/** A program for another platform, or of another version, is found out before it is kept. */
const filled = (cache: string, fill: (partial: string) => Promise<void>): Promise<string> =>
  fillCache(cache, async (partial) => {
    await fill(partial);
    const { stdout } = await promisify(execFile)(join(partial, 'helm'), ['version', '--short']);
    if (!stdout.startsWith(helmVersion)) throw new Error(`helm is not of version ${helmVersion}: ${stdout.trim()}`);
  });
