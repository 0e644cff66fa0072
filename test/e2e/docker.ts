/** The Docker engine of this machine, by its own command line. */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { getContainerRuntimeClient } from 'testcontainers';
import { runToEnd } from '../../dev/supervised.mjs';

// What testcontainers cleans up with is an image of its own, which cannot be had everywhere: tests remove what they make.
process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';

/** Why an image cannot be built and run; empty where it can. */
export const whyNoEngine = async (): Promise<string> => {
  // containers reach the control plane by the network of the machine
  if (process.platform !== 'linux') return `containers of ${process.platform} have no network in common with it`;
  try {
    await getContainerRuntimeClient();
    await docker('version');
    return '';
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
};

/** What it printed. @throws with that where it fails. */
export const docker = async (...args: readonly string[]): Promise<string> => dockerWith({}, ...args);

const dockerWith = async (more: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> => {
  const { status, output } = await runToEnd('docker', args, { environment: { ...process.env, ...more } });
  if (status !== 0) throw new Error(`docker ${args.join(' ')} ended with status ${status}: ${output.trimEnd()}`);
  return output.trim();
};

/** By BuildKit where the command line has it: version 20 has it built in, later ones have a plugin. */
export const buildImage = async (directory: string, image: string, ...args: readonly string[]): Promise<void> => {
  const client = await docker('version', '--format', '{{.Client.Version}}');
  const hasBuildKit = client.startsWith('20.') || (await runToEnd('docker', ['buildx', 'version'])).status === 0;
  const environment = { DOCKER_BUILDKIT: hasBuildKit ? '1' : '0' };
  await dockerWith(environment, 'build', '--network=host', '--force-rm', `--tag=${image}`, ...args, directory);
};

/** An image of the files below a directory. */
export const importImage = async (
  directory: string,
  image: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const changes = Object.entries(environment).map(([name, value]) => `--change=ENV ${name}=${value}`);
  const tar = spawn('tar', ['-C', directory, '--owner=0', '--group=0', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const load = spawn('docker', ['import', ...changes, '-', image], { stdio: [tar.stdout, 'ignore', 'inherit'] });
  const [packed, loaded] = await Promise.all([tar, load].map(exitStatus));
  if (packed !== 0 || loaded !== 0) throw new Error(`unable to import ${image}: tar ${packed}, docker ${loaded}`);
};

const exitStatus = (child: ReturnType<typeof spawn>): Promise<number> =>
  new Promise((resolve, reject) => {
    child.on('error', reject).on('exit', (code) => resolve(code ?? 1));
  });

/** Calls with a container of an image that does not run. */
export const withContainer = async <T>(image: string, use: (container: string) => Promise<T>): Promise<T> => {
  const container = await docker('create', image, 'no-command');
  try {
    return await use(container);
  } finally {
    await docker('rm', container);
  }
};

/** Paths of all files of an image but directories, as `usr/bin/env`, by what can be done with them. */
export interface Files {
  readonly all: readonly string[];
  /** Those that are started by their name. */
  readonly programs: readonly string[];
}

const ON_THE_PATH = /^(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/;

export const filesOf = async (image: string): Promise<Files> =>
  withContainer(image, async (container) => {
    const { status, output } = await runToEnd('sh', ['-c', 'docker export "$0" | tar -t', container]);
    if (status !== 0) throw new Error(`unable to look into ${image}: ${output}`);
    const all = output.split('\n').filter((path) => path !== '' && !path.endsWith('/'));
    return { all, programs: all.filter((path) => ON_THE_PATH.test(path)) };
  });

/** Shells, and what brings more programs along, wherever they are. */
const TOOLS = new Set(
  'sh bash dash ash zsh ksh busybox toybox apt apt-get dpkg apk rpm dnf yum npm npx yarn pnpm corepack pip'.split(' '),
);

export const toolsAmong = ({ all }: Files): string[] => all.filter((path) => TOOLS.has(basename(path)));
