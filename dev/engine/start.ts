/**
 * A Docker engine for one run, for root: with its own data, sockets, mounts and processes, so that no other engine notices and nothing
 * of it is left. It has no network of its own; containers and builds use that of the machine (`--network host`).
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startComponent } from '../control-plane/component.ts';
import { waitUntil } from '../control-plane/readiness.ts';
import { engineEnvironment } from './acquire.ts';

export interface Engine {
  /** What clients of it need: DOCKER_HOST, and a PATH with `docker` in it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it, with every container, and removes its data. */
  stop(): Promise<void>;
}

/** These directories belong to the engine of the machine, if it has one; this one gets empty ones in their place. */
const SHARED = ['/etc/docker', '/run/containerd', '/run/docker'];

/** Mounts, and processes: with the first of them all others end, however it ends. */
const OF_ITS_OWN = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Neither bridges nor rules of a firewall, which would be those of the machine. */
const WITHOUT_NETWORK = ['--bridge=none', '--iptables=false', '--ip6tables=false'];

/** The storage driver is the best that works there: overlay2, or vfs on top of another container. */
const places = (at: (name: string) => string): string[] => [
  `--config-file=${at('daemon.json')}`,
  `--pidfile=${at('pid')}`,
  `--host=unix://${at('socket')}`,
  `--data-root=${at('data')}`,
  `--exec-root=${at('run')}`,
];

/** `root` is from `acquireEngine`. Resolves when it answers. Throws with the end of its log where it does not come to that. */
export const startEngine = async (root: string): Promise<Engine> => {
  const directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-engine-'));
  const at = (name: string): string => join(directory, name);
  await writeFile(at('daemon.json'), '{}');
  for (const path of SHARED) await mkdir(path, { recursive: true });
  const environment = engineEnvironment(root);
  const hidden = SHARED.map((path) => `mount -t tmpfs tmpfs ${path}`).join(' && ');
  const component = startComponent('dockerd', {
    program: 'unshare',
    flags: [...OF_ITS_OWN, 'sh', '-c', `${hidden} && exec "$@"`, 'sh', 'dockerd', ...WITHOUT_NETWORK, ...places(at)],
    log: at('log'),
    environment,
    removeIfAbandoned: directory,
    onCrash: (error) => process.stderr.write(`${error.message}\n`),
  });
  const stop = async (): Promise<void> => {
    await component.stop('SIGKILL');
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    await waitUntil(component, 'answer', () => answers(at('socket')));
    const { PATH = '' } = environment;
    const host = `unix://${at('socket')}`;
    // testcontainers, in a container itself, would ask for the bridge
    return { environment: { DOCKER_HOST: host, TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1', PATH }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    request({ socketPath, path: '/_ping', timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('error', () => resolve(false))
      .on('timeout', () => resolve(false))
      .end();
  });
