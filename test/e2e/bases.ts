/** The two images that the Dockerfile begins with, made of Debian's packages, for machines that can pull none. */
import { execFile } from 'node:child_process';
import { cp, glob, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unpackPackages } from '../../dev/engine/debian.ts';
import { runToEnd } from '../../dev/supervised.mjs';
import { importImage } from './docker.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** What Node needs, and nothing that could be started. */
const RUNTIME = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6'];

/** A shell in one program that needs nothing. */
const SHELL = 'busybox-static';

export interface Bases {
  /** For `docker build`; none where those of the Dockerfile are pulled. */
  readonly buildArgs: readonly string[];
  /** What it is built with. */
  readonly node: string;
  /** To be removed in the end. */
  readonly made: readonly string[];
}

/** Those that the environment names by `NODE_IMAGE` and `BASE_IMAGE`; else of Debian's packages; elsewhere those of the Dockerfile. */
export const basesFor = async (directory: string, tag: string): Promise<Bases> => {
  const { NODE_IMAGE: node = '', BASE_IMAGE: base = '' } = process.env;
  if (node !== '' && base !== '') return { ...named(node, base), made: [] };
  if ((await runToEnd('apt-get', ['--version'])).status === 0) return importBases(directory, tag);
  const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
  const [, pulled = ''] = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile) ?? [];
  return { buildArgs: [], node: pulled, made: [] };
};

const named = (node: string, base: string): Pick<Bases, 'buildArgs' | 'node'> => ({
  buildArgs: [`--build-arg=NODE_IMAGE=${node}`, `--build-arg=BASE_IMAGE=${base}`],
  node,
});

/** `directory` is empty; `tag` is that of both. */
const importBases = async (directory: string, tag: string): Promise<Bases> => {
  const [base, node] = [`localhost/test-base:${tag}`, `localhost/test-node:${tag}`];
  const files = join(directory, 'files');
  await unpackPackages(RUNTIME, join(directory, 'runtime'), files);
  await importImage(files, base);
  await addShell(files, join(directory, 'shell'));
  await addNode(files);
  await importImage(files, node, await addSettings(files));
  return { ...named(node, base), made: [node, base] };
};

/** `sh`, and `env`, by which npm finds Node. */
const addShell = async (files: string, archives: string): Promise<void> => {
  await unpackPackages([SHELL], archives, files);
  for (const name of ['bin/sh', 'usr/bin/env']) await symlink('/bin/busybox', join(files, name));
};

/** As the official images have it, below /usr/local; npm is that of this machine. */
const addNode = async (files: string): Promise<void> => {
  const local = (path: string): string => join(files, 'usr/local', path);
  const { stdout } = await run('which', ['npm']);
  const npm = dirname(dirname(await realpath(stdout.trim())));
  await mkdir(local('bin'), { recursive: true });
  await cp(process.execPath, local('bin/node'));
  await cp(await licenseOfNode(), local('LICENSE'));
  await cp(npm, local('lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', local('bin/npm'));
};

/** Comes with the package of the platform, which the package `node` installs. */
const licenseOfNode = async (): Promise<string> => {
  for await (const path of glob(join(root, 'node_modules/node/node_modules/node-*/LICENSE'))) return path;
  throw new Error('node_modules/node lacks the license of Node');
};

/** How npm reaches its registry from here, which a base image can bring along, as a company's does. Answers its environment. */
const addSettings = async (files: string): Promise<Readonly<Record<string, string>>> => {
  const { stdout } = await run('npm', ['config', 'list', '--json'], { cwd: files });
  const settings = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  const lines = ['registry', 'cafile', 'proxy', 'https-proxy', 'strict-ssl']
    .filter((key) => ['string', 'boolean'].includes(typeof settings[key]))
    .map((key) => `${key}=${String(settings[key])}\n`);
  await mkdir(join(files, 'usr/local/etc'), { recursive: true });
  await writeFile(join(files, 'usr/local/etc/npmrc'), lines.join(''));
  const { NODE_EXTRA_CA_CERTS: more = '' } = process.env;
  for (const path of new Set([settings['cafile'], more]))
    if (typeof path === 'string' && path !== '') await cp(await realpath(path), join(files, path), { recursive: true });
  return more === '' ? {} : { NODE_EXTRA_CA_CERTS: more };
};
