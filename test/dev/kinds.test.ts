import { existsSync } from 'node:fs';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acquireKinds, kindsCache } from '../../dev/kinds/acquire.ts';
import { ARGO_CD, OLM, type Project } from '../../dev/kinds/projects.ts';
import { serve } from './release-server.ts';
import { temporaryDirectory } from './temporary.ts';

/** The files as they are published, each with something after it. */
const published = async (project: Project, after = ''): Promise<{ module: string; files: string }> => {
  const module = await temporaryDirectory();
  const directory = join(module, project.directory);
  const kinds = await acquireKinds(project, { environment: process.env, report: () => undefined });
  await cp(kinds, directory, { recursive: true });
  for (const file of await readdir(directory)) await writeFile(join(directory, file), after, { flag: 'a' });
  return { module, files: directory };
};

const served = (directory: string): Promise<string> =>
  serve((request, response) => {
    const path = join(directory, basename(request.url ?? ''));
    void readFile(path).then((content) => response.end(content));
  });

/** A user with an empty cache, and a Go that has the module in this directory, or none. */
const user = async (project: Project, mirror: string, module?: string) => {
  const home = await temporaryDirectory();
  const environment = { XDG_CACHE_HOME: join(home, 'cache'), PATH: home, [project.mirrorVariable]: mirror };
  if (module !== undefined)
    await writeFile(join(home, 'go'), `#!/bin/sh\necho '{\n\t"Dir": "${module}"\n}'\n`, { mode: 0o755 });
  const reports: string[] = [];
  const report = (line: string): void => void reports.push(line);
  return {
    cache: kindsCache(project, environment),
    acquire: () => acquireKinds(project, { environment, report }),
    /** The names of the sources that were tried last. */
    source: () => reports.at(-1)?.replace(/:.*/, ''),
  };
};

const nowhere = 'http://127.0.0.1:1';

describe.for([OLM, ARGO_CD])('the kinds of $name', (project) => {
  const what = `kinds of ${project.name}`;

  test('are downloaded, and kept', async () => {
    const { files } = await published(project);
    const { cache, acquire, source } = await user(project, await served(files));
    expect(await acquire()).toBe(cache);
    expect(source()).toBe(`${what} from the official repository`);
    expect(await readdir(cache)).toEqual(Object.keys(project.files).toSorted());
    expect(await acquire()).toBe(cache);
    expect(source()).toBe(`${what} from the cache`);
  });

  test('are read from a Go module where no repository answers', async () => {
    const { module } = await published(project);
    const { cache, acquire, source } = await user(project, nowhere, module);
    expect(await acquire()).toBe(cache);
    expect(source()).toBe(`${what} from a Go module`);
  });

  test('are refused, and nothing is left, where the files are not those known', async () => {
    const { files, module } = await published(project, '# changed\n');
    const { cache, acquire } = await user(project, await served(files), module);
    await expect(acquire()).rejects.toThrow(
      /the official repository: .* has checksum [^]* a Go module: .* has checksum/,
    );
    expect(existsSync(cache)).toBe(false);
  });

  test('are not taken from a cache that was changed', async () => {
    const { files } = await published(project);
    const { cache, acquire, source } = await user(project, await served(files));
    await acquire();
    const [file = ''] = await readdir(cache);
    await writeFile(join(cache, file), '');
    expect(await acquire()).toBe(cache);
    expect(source()).toBe(`${what} from the official repository`);
  });
});
