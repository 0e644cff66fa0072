/** Where the kinds of another project come from, as CRDs: the first of three sources that works. */
import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '../acquire.ts';
import { acquire, fillCache, userCache } from '../acquire.ts';
import { downloadFile, downloader } from '../control-plane/download.ts';
import { runToEnd } from '../supervised.mjs';
import type { Project } from './projects.ts';

export interface AcquireKindsOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Told in one line where they are from, and of each source why it was passed over. */
  readonly report: (line: string) => void;
}

/** A directory of CRDs, to be applied as it is. Throws with the ways to help when no source works. */
export const acquireKinds = async (project: Project, { environment, report }: AcquireKindsOptions): Promise<string> => {
  const cache = kindsCache(project, environment);
  return acquire({
    what: `kinds of ${project.name}`,
    cache,
    given: [],
    cached: cached(project, cache),
    made: [release(project, cache, environment), goModule(project, cache, environment)],
    report,
  });
};

export const kindsCache = ({ cache, version }: Project, environment: NodeJS.ProcessEnv): string =>
  userCache(environment, cache, version);

const cached = (project: Project, cache: string): Source => ({
  name: 'the cache',
  remedy: `put the directory ${project.directory} of ${project.module} ${project.version} there`,
  find: () => complete(project, cache),
});

const release = (project: Project, cache: string, environment: NodeJS.ProcessEnv): Source => ({
  name: 'the official repository',
  remedy: `make it reachable, or name a mirror in ${project.mirrorVariable}`,
  find: () => fillCache(cache, (partial) => download(project, partial, environment)),
});

const goModule = (project: Project, cache: string, environment: NodeJS.ProcessEnv): Source => ({
  name: 'a Go module',
  remedy: 'install Go 1.26 or later, and make a Go module proxy reachable',
  find: () => fillCache(cache, (partial) => copyFromModule(project, partial, environment)),
});

const download = async (
  { repository, version, directory: place, mirrorVariable, files }: Project,
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> => {
  const base =
    environment[mirrorVariable] || `https://raw.githubusercontent.com/${repository}/refs/tags/${version}/${place}`;
  const dispatcher = downloader();
  try {
    for (const [name, sha256] of Object.entries(files))
      await downloadFile(dispatcher, {
        url: `${base}/${name}`,
        sha256,
        path: join(directory, name),
        onProgress: () => undefined,
      });
  } finally {
    await dispatcher.destroy();
  }
};

/** Nothing is compiled. */
const copyFromModule = async (project: Project, directory: string, environment: NodeJS.ProcessEnv): Promise<void> => {
  const { module, version, directory: place, files } = project;
  const { status, output } = await runToEnd('go', ['mod', 'download', '-json', `${module}@${version}`], {
    cwd: directory,
    environment: { ...environment, GOFLAGS: '', GOWORK: 'off' },
  });
  const path = /^\s*"Dir": (?<path>".*"),?$/m.exec(output)?.groups?.['path'];
  if (status !== 0 || path === undefined)
    throw new Error(`go mod download ended with status ${status}: ${output.trim()}`);
  for (const name of Object.keys(files))
    await copyFile(join(JSON.parse(path) as string, place, name), join(directory, name));
  await complete(project, directory);
};

const complete = async ({ files }: Project, directory: string): Promise<string> => {
  for (const [name, sha256] of Object.entries(files)) {
    const content = await readFile(join(directory, name)).catch(() => {
      throw new Error(`${directory} lacks ${name}`);
    });
    const actual = createHash('sha256').update(content).digest('hex');
    if (actual !== sha256) throw new Error(`${name} has checksum ${actual}, expected is ${sha256}`);
  }
  return directory;
};
