import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireBinaries } from '../../dev/control-plane/acquire.ts';
import { cacheDirectory } from '../../dev/control-plane/binary-directory.ts';
import type { BinaryName } from '../../dev/control-plane/versions.ts';
import { binaryNames, etcdVersion, kubernetesVersion } from '../../dev/control-plane/versions.ts';
import { devModule, eventually, startModule } from './processes.ts';
import type { Release } from './release-server.ts';
import { programPath, script, sha256, startRelease } from './release-server.ts';
import { temporaryDirectory } from './temporary.ts';

const timeout = 120_000;
const unreachable = 'http://127.0.0.1:1';

interface World {
  readonly environment: Record<string, string>;
  readonly cache: string;
  readonly reports: string[];
  readonly acquire: () => Promise<string>;
}

/** A user with an empty cache on a machine without Go, who reaches the release where there is one. */
const world = async (release?: Release): Promise<World> => {
  const home = await temporaryDirectory();
  const environment = {
    XDG_CACHE_HOME: join(home, 'cache'),
    KUBERNETES_RELEASE_URL: release?.url ?? unreachable,
    ETCD_RELEASE_URL: release?.url ?? unreachable,
    PATH: home,
  };
  const reports: string[] = [];
  const report = (line: string): void => void reports.push(line);
  return {
    environment,
    cache: cacheDirectory(environment),
    reports,
    acquire: () => acquireBinaries({ environment, report }),
  };
};

const fill = async (directory: string, names: readonly BinaryName[] = binaryNames): Promise<string> => {
  await mkdir(directory, { recursive: true });
  for (const name of names) await writeFile(join(directory, name), script('any'), { mode: 0o755 });
  return directory;
};

test('KUBEBUILDER_ASSETS comes first if all four programs are there', async () => {
  const { environment, cache } = await world();
  await fill(cache);
  const assets = await fill(await temporaryDirectory());
  const found = await acquireBinaries({
    environment: { ...environment, KUBEBUILDER_ASSETS: assets },
    report: () => undefined,
  });
  expect(found).toBe(assets);
});

test('an incomplete KUBEBUILDER_ASSETS is passed over, and the line says what it lacks', async () => {
  const { environment, cache, reports } = await world();
  await fill(cache);
  const assets = await fill(await temporaryDirectory(), ['etcd', 'kube-apiserver', 'kubectl']);
  const found = await acquireBinaries({
    environment: { ...environment, KUBEBUILDER_ASSETS: assets },
    report: (line) => reports.push(line),
  });
  expect(found).toBe(cache);
  expect(reports).toEqual([
    `control plane not from KUBEBUILDER_ASSETS: ${assets} lacks kube-controller-manager`,
    `control plane from the cache: ${cache}`,
  ]);
});

test.each([
  ['not executable', { mode: 0o644 }, script('any')],
  ['empty', { mode: 0o755 }, ''],
])('a program in the cache that is %s counts as missing', async (_, mode, content) => {
  const { cache, acquire } = await world();
  await fill(cache);
  await rm(join(cache, 'etcd'));
  await writeFile(join(cache, 'etcd'), content, mode);
  await expect(acquire()).rejects.toThrow(`${cache} lacks etcd`);
});

test('the release is downloaded, checked and kept in the cache', { timeout }, async () => {
  const release = await startRelease();
  const { cache, acquire, environment } = await world(release);
  expect(await acquire()).toBe(cache);
  expect((await readdir(cache)).toSorted()).toEqual([...binaryNames].toSorted());
  expect(await readFile(join(cache, 'etcd'), 'utf8')).toBe(script(etcdVersion));
  const { length } = release.requests;
  expect(await acquireBinaries({ environment, report: () => undefined })).toBe(cache);
  expect(release.requests).toHaveLength(length);
});

const broken: [string, (release: Release) => unknown, RegExp][] = [
  [
    'a wrong checksum of a program',
    (release) => release.files.set(programPath('kubectl'), Buffer.from('something else')),
    /kubectl has checksum [0-9a-f]{64}, published is/,
  ],
  [
    'a checksum file that holds none',
    (release) => release.files.set(`${programPath('kubectl')}.sha256`, Buffer.from('<html>')),
    /kubectl\.sha256 holds no SHA-256 of kubectl/,
  ],
  [
    'a missing program',
    (release) => release.files.delete(programPath('kube-apiserver')),
    /kube-apiserver answered 404/,
  ],
  [
    'an archive that etcd is not listed for',
    (release) => release.files.set(`/${etcdVersion}/SHA256SUMS`, Buffer.from(`${sha256('x')}  other.tar.gz\n`)),
    /SHA256SUMS holds no SHA-256 of etcd/,
  ],
  [
    'a program of another version',
    (release) => {
      const content = Buffer.from(script('v1.0.0'));
      release.files.set(programPath('kubectl'), content);
      release.files.set(`${programPath('kubectl')}.sha256`, Buffer.from(sha256(content)));
    },
    /kubectl is not of version .*: v1\.0\.0/,
  ],
];
test.each(broken)('%s ends the download and leaves nothing', { timeout }, async (_, breakIt, message) => {
  const release = await startRelease();
  breakIt(release);
  const { cache, acquire, reports } = await world(release);
  await expect(acquire()).rejects.toThrow(message);
  expect(reports.some((line) => line.startsWith('control plane not from the official release: '))).toBe(true);
  expect(await readdir(dirname(cache))).toEqual([
    `${kubernetesVersion}-${process.platform}-${cache.split('-').at(-1)}.lock`,
  ]);
});

test('where no source works the error names all four and what helps', { timeout }, async () => {
  const { cache, acquire } = await world();
  const error = await acquire().catch(String);
  expect(error).toContain('- KUBEBUILDER_ASSETS: not set; set it to a directory that holds etcd, kube-apiserver');
  expect(error).toContain(`- the cache: ${cache} lacks etcd`);
  expect(error).toContain(`- the official release: ${unreachable}`);
  expect(error).toContain('KUBERNETES_RELEASE_URL and ETCD_RELEASE_URL');
  expect(error).toContain('- go build: unable to start go');
  expect(error).toContain('install Go 1.26');
});

/** A process that acquires in that environment. */
const acquiring = (environment: NodeJS.ProcessEnv) =>
  startModule(
    `import { acquireBinaries } from ${devModule('control-plane/acquire.ts')};
     console.log('got', await acquireBinaries({ environment: process.env, report: console.log }));`,
    environment,
  );

test('two processes at once download once', { timeout }, async () => {
  const { promise: permission, resolve: permit } = Promise.withResolvers<void>();
  const release = await startRelease(permission);
  const { environment, cache } = await world(release);
  const { PATH: _, ...reachable } = environment;
  const processes = [acquiring(reachable), acquiring(reachable)];
  const outputs = (): string => processes.map(({ output }) => output()).join('');
  await eventually(() => expect(outputs()).toContain('is getting it, waiting'));
  permit();
  expect(await Promise.all(processes.map(({ exited }) => exited))).toEqual([0, 0]);
  for (const { output } of processes) expect(output()).toContain(`got ${cache}`);
  expect(release.requests.filter((path) => path === programPath('kubectl'))).toHaveLength(1);
});

/** Stands in for a compiler that takes long: `go build` writes all programs, and ends only where it may. */
const slowGo = (mayEnd: boolean): string => `#!/bin/sh
case "$1" in
version|mod|list) echo fine ;;
build)
  while [ "$1" != -o ]; do shift; done
  for name in server kube-apiserver kube-controller-manager kubectl; do
    printf '#!/bin/sh\\necho ${kubernetesVersion} ${etcdVersion}\\n' > "$2$name"; chmod 755 "$2$name"
  done
  echo compiling
  ${mayEnd ? 'exit 0' : 'sleep 1000 & wait'} ;;
esac
`;

test('a killed build leaves no process, and nothing that the next run takes for whole', { timeout }, async () => {
  const { environment, cache } = await world();
  const withGo = { ...environment, PATH: `${environment['PATH']}:${process.env['PATH']}` };
  const go = join(environment['PATH'] ?? '', 'go');
  await writeFile(go, slowGo(false), { mode: 0o755 });
  const killed = acquiring(withGo);
  await eventually(async () => expect((await killed.alive()).join('\n')).toContain('sleep 1000'));
  killed.child.kill('SIGKILL');
  await eventually(async () => expect(await killed.alive()).toEqual([]));
  expect(existsSync(cache)).toBe(false);

  await writeFile(go, slowGo(true), { mode: 0o755 });
  const next = acquiring(withGo);
  expect(await next.exited).toBe(0);
  expect(next.output()).toContain(`control plane from go build: ${cache}`);
  expect((await readdir(cache)).toSorted()).toEqual([...binaryNames].toSorted());
  expect((await readdir(dirname(cache))).filter((entry) => entry.includes('partial'))).toEqual([]);
});
