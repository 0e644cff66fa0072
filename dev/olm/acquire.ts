/** Where the kinds of the Operator Lifecycle Manager come from, as CRDs: the first of three sources that works. */
import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '../acquire.ts';
import { acquire, fillCache, userCache } from '../acquire.ts';
import { downloadFile, downloader } from '../control-plane/download.ts';
import { runToEnd } from '../supervised.mjs';

export const olmApiVersion = 'v0.45.0';

/** Base URL of a mirror with the same paths; absent or empty, the official host. */
export const mirrorVariable = 'OLM_API_URL';

const MODULE = 'github.com/operator-framework/api';

/** Files with their SHA-256, whatever they come from. */
const CRDS = {
  'operators.coreos.com_clusterserviceversions.yaml':
    '931be19938daf0f8dcb09e23924993b1082271154d1c3074881257a6a9b2cac6',
  'operators.coreos.com_operatorgroups.yaml': 'dbde712a47a115c4522728645cc02eba6e099f17c3d17dda84dbafcf6fd2935c',
  'operators.coreos.com_subscriptions.yaml': 'ef3f881564f0a89e8a637cb417d7a4d3e9c465099d34bf27db2187f603cadd59',
} as const;

export interface AcquireOlmOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Told in one line where they are from, and of each source why it was passed over. */
  readonly report: (line: string) => void;
}

/** A directory of CRDs, to be applied as it is. Throws with the ways to help when no source works. */
export const acquireOlmKinds = async ({ environment, report }: AcquireOlmOptions): Promise<string> => {
  const cache = olmCache(environment);
  return acquire({
    what: 'kinds of OLM',
    cache,
    given: [],
    cached: cached(cache),
    made: [release(cache, environment), goModule(cache, environment)],
    report,
  });
};

export const olmCache = (environment: NodeJS.ProcessEnv): string => userCache(environment, 'olm', olmApiVersion);

const cached = (cache: string): Source => ({
  name: 'the cache',
  remedy: `put the directory crds of ${MODULE} ${olmApiVersion} there`,
  find: () => complete(cache),
});

const release = (cache: string, environment: NodeJS.ProcessEnv): Source => ({
  name: 'the official repository',
  remedy: `make it reachable, or name a mirror in ${mirrorVariable}`,
  find: () => fillCache(cache, (partial) => download(partial, environment)),
});

const goModule = (cache: string, environment: NodeJS.ProcessEnv): Source => ({
  name: 'a Go module',
  remedy: 'install Go 1.26 or later, and make a Go module proxy reachable',
  find: () => fillCache(cache, (partial) => copyFromModule(partial, environment)),
});

const download = async (directory: string, environment: NodeJS.ProcessEnv): Promise<void> => {
  const base =
    environment[mirrorVariable] ||
    `https://raw.githubusercontent.com/operator-framework/api/refs/tags/${olmApiVersion}/crds`;
  const dispatcher = downloader();
  try {
    for (const [name, sha256] of Object.entries(CRDS))
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
const copyFromModule = async (directory: string, environment: NodeJS.ProcessEnv): Promise<void> => {
  const { status, output } = await runToEnd('go', ['mod', 'download', '-json', `${MODULE}@${olmApiVersion}`], {
    cwd: directory,
    environment: { ...environment, GOFLAGS: '', GOWORK: 'off' },
  });
  const module = /^\s*"Dir": (?<path>".*"),?$/m.exec(output)?.groups?.['path'];
  if (status !== 0 || module === undefined)
    throw new Error(`go mod download ended with status ${status}: ${output.trim()}`);
  for (const name of Object.keys(CRDS))
    await copyFile(join(JSON.parse(module) as string, 'crds', name), join(directory, name));
  await complete(directory);
};

const complete = async (directory: string): Promise<string> => {
  for (const [name, sha256] of Object.entries(CRDS)) {
    const content = await readFile(join(directory, name)).catch(() => {
      throw new Error(`${directory} lacks ${name}`);
    });
    const actual = createHash('sha256').update(content).digest('hex');
    if (actual !== sha256) throw new Error(`${name} has checksum ${actual}, expected is ${sha256}`);
  }
  return directory;
};
