/** One run of a container's program as a process of this machine. */
import { existsSync } from 'node:fs';

import { freePorts } from '../../dev/control-plane/ports.ts';
import { type Supervised, supervise } from '../../dev/supervised.mjs';
import type { Image } from './image.ts';
import { type Container, type Pod, type Probe, fieldOf } from './pod-object.ts';

const sandbox = new URL('sandbox.ts', import.meta.url).href;

export interface ContainerOptions {
  readonly pod: Pod;
  readonly container: Container;
  readonly image: Image;
  /** Directory on this machine by the name of the volume. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Where the API server is. */
  readonly server: URL;
}

export class RunningContainer {
  readonly #child: Supervised;
  readonly #ports: Readonly<Record<string, number>>;
  readonly #container: Container;
  #log = '';
  /** Undefined while it runs. */
  exitStatus: number | undefined;

  private constructor(options: ContainerOptions, ports: Readonly<Record<string, number>>) {
    const { container, image } = options;
    this.#container = container;
    this.#ports = ports;
    const [program = '', ...args] = [...(container.command ?? image.entrypoint), ...(container.args ?? [])];
    if (program !== 'node') throw new Error(`the image has no program "${program}"`);
    this.#child = supervise(process.execPath, [...sandboxed(container), ...args.map(moved(mountsOf(options)))], {
      environment: environmentOf(options, ports),
      output: (text) => (this.#log += text),
    });
    void this.#child.exited.then((status) => (this.exitStatus = status));
  }

  static async start(options: ContainerOptions): Promise<RunningContainer> {
    const declared = (options.container.ports ?? []).map(({ containerPort }) => containerPort);
    const free = await freePorts(declared.length);
    return new RunningContainer(options, Object.fromEntries(declared.map((port, index) => [port, free[index] ?? 0])));
  }

  get log(): string {
    return this.#log;
  }

  get exited(): Promise<number> {
    return this.#child.exited;
  }

  /** Where a port of the container is reached. */
  url(containerPort: number): string {
    return `http://127.0.0.1:${this.#ports[containerPort] ?? 0}`;
  }

  /** Whether a probe succeeds; without one it does while the process runs. */
  async passes(probe: Probe | undefined): Promise<boolean> {
    if (this.exitStatus !== undefined) return false;
    if (probe === undefined) return true;
    if (probe.httpGet === undefined) throw new Error('the stand-in for a kubelet knows httpGet alone');
    const { path, port } = probe.httpGet;
    const named = this.#container.ports?.find(({ name }) => name === port)?.containerPort;
    try {
      return (await fetch(this.url(named ?? Number(port)) + path, { signal: AbortSignal.timeout(5000) })).ok;
    } catch {
      return false;
    }
  }

  terminate(): void {
    this.#child.terminate('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#child.kill();
  }
}

/** Node takes no file to write to, no process and no thread where the root file system is read-only. */
const sandboxed = ({ securityContext }: Container): string[] => [
  `--import=${sandbox}`,
  ...(securityContext?.readOnlyRootFilesystem === true ? ['--permission', '--allow-fs-read=*'] : []),
];

type Mounts = readonly (readonly [mountPath: string, directory: string])[];

const mountsOf = ({ container, volumes }: Pick<ContainerOptions, 'container' | 'volumes'>): Mounts =>
  (container.volumeMounts ?? []).map(({ name, mountPath }) => [mountPath, volumes.get(name) ?? ''] as const);

/** A path below a mount as it is on this machine; any other text as it is. */
const moved =
  (mounts: Mounts) =>
  (text: string): string => {
    const [mountPath, directory] = mounts.find(([mount]) => text.startsWith(`${mount}/`)) ?? ['', ''];
    const path = directory + text.slice(mountPath.length);
    return mountPath !== '' && existsSync(path) ? path : text;
  };

/** The whole environment: what the image, the kubelet and the Pod say. */
const environmentOf = (
  { pod, container, image, volumes, server }: ContainerOptions,
  ports: Readonly<Record<string, number>>,
): Record<string, string> => {
  const mounts = mountsOf({ container, volumes });
  return {
    ...image.environment,
    PATH: '/usr/bin:/bin',
    HOSTNAME: pod.metadata.name,
    KUBERNETES_SERVICE_HOST: server.hostname,
    KUBERNETES_SERVICE_PORT: server.port,
    ...Object.fromEntries(
      (container.env ?? []).map(({ name, value, valueFrom }) => {
        const path = valueFrom?.fieldRef?.fieldPath;
        return [name, moved(mounts)(path === undefined ? (value ?? '') : fieldOf(pod, path))];
      }),
    ),
    SANDBOX_MOUNTS: JSON.stringify(Object.fromEntries(mounts)),
    SANDBOX_PORTS: JSON.stringify(ports),
  };
};
