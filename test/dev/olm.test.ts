import { existsSync } from 'node:fs';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireOlmKinds, olmCache } from '../../dev/olm/acquire.ts';
import { serve } from './release-server.ts';
import { temporaryDirectory } from './temporary.ts';

const kinds = acquireOlmKinds({ environment: process.env, report: () => undefined });

/** The files as they are published, each with something after it. */
const published = async (after = ''): Promise<string> => {
  const directory = join(await temporaryDirectory(), 'crds');
  await cp(await kinds, directory, { recursive: true });
  for (const file of await readdir(directory)) await writeFile(join(directory, file), after, { flag: 'a' });
  return directory;
};

const served = (directory: string): Promise<string> =>
  serve((request, response) => {
    const path = join(directory, basename(request.url ?? ''));
    void readFile(path).then((content) => response.end(content));
  });

/** A user with an empty cache, and a Go that has the module in this directory, or none. */
const user = async (OLM_API_URL: string, module?: string) => {
  const home = await temporaryDirectory();
  const environment = { XDG_CACHE_HOME: join(home, 'cache'), PATH: home, OLM_API_URL };
  if (module !== undefined)
    await writeFile(join(home, 'go'), `#!/bin/sh\necho '{\n\t"Dir": "${module}"\n}'\n`, { mode: 0o755 });
  const reports: string[] = [];
  const report = (line: string): void => void reports.push(line);
  return {
    cache: olmCache(environment),
    acquire: () => acquireOlmKinds({ environment, report }),
    /** The names of the sources that were tried last. */
    source: () => reports.at(-1)?.replace(/:.*/, ''),
  };
};

const nowhere = 'http://127.0.0.1:1';

test('the kinds of OLM are downloaded, and kept', async () => {
  const { cache, acquire, source } = await user(await served(await published()));
  expect(await acquire()).toBe(cache);
  expect(source()).toBe('kinds of OLM from the official repository');
  expect(await readdir(cache)).toHaveLength(3);
  expect(await acquire()).toBe(cache);
  expect(source()).toBe('kinds of OLM from the cache');
});

test('where no repository answers, they are read from a Go module', async () => {
  const { cache, acquire, source } = await user(nowhere, dirname(await published()));
  expect(await acquire()).toBe(cache);
  expect(source()).toBe('kinds of OLM from a Go module');
});

test('files that are not those known are refused, and leave nothing', async () => {
  const changed = await published('# changed\n');
  const { cache, acquire } = await user(await served(changed), dirname(changed));
  await expect(acquire()).rejects.toThrow(/the official repository: .* has checksum [^]* a Go module: .* has checksum/);
  expect(existsSync(cache)).toBe(false);
});

test('a cache that was changed is not taken', async () => {
  const { cache, acquire, source } = await user(await served(await published()));
  await acquire();
  const [file = ''] = await readdir(cache);
  await writeFile(join(cache, file), '');
  expect(await acquire()).toBe(cache);
  expect(source()).toBe('kinds of OLM from the official repository');
});
