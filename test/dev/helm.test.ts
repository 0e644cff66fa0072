import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { goArch, goOs } from '../../dev/control-plane/versions.ts';
import { acquireHelm, helmCache, helmVersion } from '../../dev/helm/acquire.ts';
import { devModule, eventually, startModule } from './processes.ts';
import { script, serve, sha256 } from './release-server.ts';
import { temporaryDirectory } from './temporary.ts';

const timeout = 120_000;
const archiveName = `helm-${helmVersion}-${goOs}-${goArch}.tar.gz`;

/** A release of Helm on loopback whose program says this version; `checksum` is the text of the checksum file. */
const released = async (version: string, checksum = (sum: string): string => `${sum}  ${archiveName}\n`) => {
  const directory = await temporaryDirectory();
  const folder = `${goOs}-${goArch}`;
  await mkdir(join(directory, folder));
  await writeFile(join(directory, folder, 'helm'), script(version), { mode: 0o755 });
  await promisify(execFile)('tar', ['-czf', 'archive.tar.gz', folder], { cwd: directory });
  const archive = await readFile(join(directory, 'archive.tar.gz'));
  return serve((request, response) => {
    if (request.url === `/${archiveName}`) response.end(archive);
    else if (request.url === `/${archiveName}.sha256sum`) response.end(checksum(sha256(archive)));
    else response.writeHead(404).end();
  });
};

/** A user with an empty cache and no Go. */
const user = async (HELM_RELEASE_URL: string) => {
  const home = await temporaryDirectory();
  const environment = { XDG_CACHE_HOME: join(home, 'cache'), PATH: home, HELM_RELEASE_URL };
  const reports: string[] = [];
  const report = (line: string): void => void reports.push(line);
  return {
    home,
    environment,
    reports,
    cache: helmCache(environment),
    acquire: () => acquireHelm({ environment, report }),
  };
};

test('the release of Helm is downloaded, checked and kept', { timeout }, async () => {
  const { environment, cache, reports, acquire } = await user(await released(`${helmVersion}+g0`));
  expect(await acquire()).toBe(join(cache, 'helm'));
  expect(await readdir(cache)).toEqual(['helm']);
  environment.HELM_RELEASE_URL = 'http://127.0.0.1:1';
  expect(await acquire()).toBe(join(cache, 'helm'));
  expect(reports).toEqual([
    `Helm not from the cache: ${cache} lacks helm`,
    `Helm from the official release: ${cache}`,
    `Helm from the cache: ${cache}`,
  ]);
});

test.for([
  ['a wrong checksum', () => released(helmVersion, () => `${sha256('other')}  ${archiveName}`), 'has checksum'],
  ['the checksum of another file', () => released(helmVersion, (sum) => `${sum}  other.tar.gz`), 'holds no SHA-256'],
  ['another version', () => released('v3.19.0+g0'), `helm is not of version ${helmVersion}: v3.19.0+g0`],
] as const)('%s is refused and leaves nothing', { timeout }, async ([, release, message]) => {
  const { cache, acquire } = await user(await release());
  await expect(acquire()).rejects.toThrow(message);
  expect(existsSync(cache)).toBe(false);
  expect((await readdir(dirname(cache))).filter((entry) => !entry.endsWith('.lock'))).toEqual([]);
});

/** Stands in for a compiler that takes long: it writes the program, and ends only where it may. */
const slowGo = (mayEnd: boolean): string => `#!/bin/sh
case "$1" in
version) echo fine ;;
install)
  printf '#!/bin/sh\\necho ${helmVersion}\\n' > "$GOBIN/helm"; chmod 755 "$GOBIN/helm"
  echo compiling
  ${mayEnd ? 'exit 0' : 'sleep 1000 & wait'} ;;
esac
`;

test('a killed build leaves no process, and nothing that the next run takes for whole', { timeout }, async () => {
  const { home, environment, cache } = await user('http://127.0.0.1:1');
  const withGo = { ...environment, PATH: `${home}:${process.env['PATH']}` };
  const acquiring = () =>
    startModule(
      `import { acquireHelm } from ${devModule('helm/acquire.ts')};
       console.log('got', await acquireHelm({ environment: process.env, report: console.log }));`,
      withGo,
    );
  await writeFile(join(home, 'go'), slowGo(false), { mode: 0o755 });
  const killed = acquiring();
  await eventually(async () => expect((await killed.alive()).join('\n')).toContain('sleep 1000'));
  killed.child.kill('SIGKILL');
  await eventually(async () => expect(await killed.alive()).toEqual([]));
  expect(existsSync(cache)).toBe(false);

  await writeFile(join(home, 'go'), slowGo(true), { mode: 0o755 });
  const next = acquiring();
  expect(await next.exited).toBe(0);
  expect(next.output()).toContain(`got ${join(cache, 'helm')}`);
  expect(await readdir(cache)).toEqual(['helm']);
});
