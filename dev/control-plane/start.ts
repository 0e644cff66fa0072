/** A real control plane on loopback: etcd, kube-apiserver, kube-controller-manager. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Component } from './component.ts';
import { startComponent } from './component.ts';
import type { Connection } from './connection.ts';
import { kubeconfig } from './connection.ts';
import type { DataDirectory, TokenUser } from './data-directory.ts';
import { createDataDirectory, keepLogsOnly, removeDataDirectory } from './data-directory.ts';
import type { ApiServerOptions, Ports } from './flags.ts';
import { apiServerFlags, apiServerUrl, controllerManagerFlags, etcdFlags } from './flags.ts';
import type { KubectlOptions, KubectlResult } from './kubectl.ts';
import { kubectl } from './kubectl.ts';
import { freePorts } from './ports.ts';
import { answersOk, servingCa, waitUntil } from './readiness.ts';

export interface ControlPlaneOptions extends ApiServerOptions {
  /** Directory of the four programs, from `acquireBinaries`. */
  readonly binaries: string;
  /** Who may sign in besides the admin. */
  readonly users?: readonly TokenUser[];
  /** Called when one of the programs ends though nobody stopped it; absent, standard error is told. */
  readonly onCrash?: (error: Error) => void;
}

export interface ControlPlane extends Connection {
  readonly dataDirectory: string;
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  /** SIGTERM lets requests in flight end, SIGKILL cuts them. */
  stopApiServer(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same port and the same data; options that are given replace those of the start. Resolves when ready. */
  startApiServer(options?: ApiServerOptions): Promise<void>;
  /** Starts one more API server on the same data. Resolves when ready; it is stopped with the rest. */
  addApiServer(options: ApiServerOptions): Promise<Pick<Connection, 'url' | 'auditLogPath'>>;
  /** Ends everything and removes the data directory; with `keepLogs`, all of it but the logs. */
  stop(options?: { readonly keepLogs: boolean }): Promise<void>;
}

const attempts = 3;

/**
 * Resolves when the API server is ready and the controllers have made the default ServiceAccount.
 * Throws with the end of the log of whatever did not start; then nothing runs any more and the logs are kept.
 */
export const startControlPlane = async (options: ControlPlaneOptions): Promise<ControlPlane> => {
  for (let attempt = 1; ; attempt += 1) {
    const directory = createDataDirectory(options.users);
    const [etcdClient = 0, etcdPeer = 0, apiServer = 0] = await freePorts(3);
    const programs = new Programs(directory, { etcdClient, etcdPeer, apiServer }, options);
    try {
      await programs.start();
      return controlPlane(programs);
    } catch (error) {
      await programs.stop();
      // Somebody else was faster at one of the ports.
      const portTaken = error instanceof Error && error.message.includes('address already in use');
      if (portTaken && attempt < attempts) await removeDataDirectory(directory);
      else {
        await keepLogsOnly(directory);
        throw error;
      }
    }
  }
};

const controlPlane = (programs: Programs): ControlPlane => {
  const { directory, options, server } = programs;
  const connection: Connection = {
    ...server,
    kubeconfigPath: directory.kubeconfig,
    binaries: options.binaries,
    auditLogPath: options.audit === true ? directory.auditLog : undefined,
  };
  return {
    ...connection,
    dataDirectory: directory.path,
    kubectl: (args, kubectlOptions) => kubectl(connection, args, kubectlOptions),
    stopApiServer: (signal = 'SIGTERM') => programs.stopOne('kube-apiserver', signal),
    startApiServer: (overrides = {}) => programs.startApiServer({ ...options, ...overrides }),
    addApiServer: (more) => programs.addApiServer(more),
    stop: async ({ keepLogs } = { keepLogs: false }) => {
      await programs.stop();
      await (keepLogs ? keepLogsOnly(directory) : removeDataDirectory(directory));
    },
  };
};

interface StartOptions {
  /** Absent: that of the name. */
  readonly program?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The running programs of one control plane. */
class Programs {
  readonly directory: DataDirectory;
  readonly options: ControlPlaneOptions;
  readonly #ports: Ports;
  readonly #running = new Map<string, Component>();
  #ca = '';

  constructor(directory: DataDirectory, ports: Ports, options: ControlPlaneOptions) {
    this.directory = directory;
    this.options = options;
    this.#ports = ports;
  }

  get server(): Pick<Connection, 'url' | 'ca' | 'adminToken'> {
    return { url: apiServerUrl(this.#ports), ca: this.#ca, adminToken: this.directory.adminToken };
  }

  async start(): Promise<void> {
    this.#startOne('etcd', etcdFlags(this.directory, this.#ports));
    await this.startApiServer(this.options);
    await writeFile(this.directory.kubeconfig, kubeconfig(this.server, 'admin', this.server.adminToken), {
      mode: 0o600,
    });
    await writeFile(this.directory.ca, this.#ca);
    const controllers = this.#startOne('kube-controller-manager', controllerManagerFlags(this.directory));
    const [account, rootCa] = ['serviceaccounts/default', 'configmaps/kube-root-ca.crt'];
    for (const object of [account, rootCa]) {
      const path = `/api/v1/namespaces/default/${object}`;
      await waitUntil(controllers, object, () => answersOk(this.server, path));
    }
  }

  async startApiServer(options: ApiServerOptions): Promise<void> {
    if (this.#running.has('kube-apiserver')) throw new Error('kube-apiserver runs already');
    const flags = apiServerFlags(this.directory, this.#ports, options);
    const apiServer = this.#startOne('kube-apiserver', flags, { environment: options.apiServerEnvironment ?? {} });
    await waitUntil(apiServer, 'ready API server', async () => {
      this.#ca = (await servingCa(this.directory.certificates)) ?? '';
      return this.#ca !== '' && answersOk(this.server, '/readyz');
    });
  }

  async addApiServer(options: ApiServerOptions): Promise<Pick<Connection, 'url' | 'auditLogPath'>> {
    const name = `kube-apiserver-${this.#running.size}`;
    const auditLogPath = join(this.directory.path, `${name}-audit.log`);
    const [apiServer = 0] = await freePorts(1);
    const ports = { ...this.#ports, apiServer };
    const flags = [
      ...(options.apiServerFlags ?? []),
      ...(options.audit === true ? [`--audit-log-path=${auditLogPath}`] : []),
    ];
    const component = this.#startOne(
      name,
      apiServerFlags(this.directory, ports, { ...options, apiServerFlags: flags }),
      {
        program: 'kube-apiserver',
        environment: options.apiServerEnvironment ?? {},
      },
    );
    const url = apiServerUrl(ports);
    await waitUntil(component, 'ready API server', () => answersOk({ ...this.server, url }, '/readyz'));
    return { url, auditLogPath: options.audit === true ? auditLogPath : undefined };
  }

  async stopOne(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const component = this.#running.get(name);
    this.#running.delete(name);
    await component?.stop(signal);
  }

  /** The data is thrown away, so nobody needs time to put it in order. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.stopOne(name, 'SIGKILL')));
  }

  #startOne(name: string, flags: string[], { program = name, environment = {} }: StartOptions = {}): Component {
    const component = startComponent(name, {
      program: join(this.options.binaries, program),
      flags,
      log: join(this.directory.logs, `${name}.log`),
      environment,
      removeIfAbandoned: this.directory.path,
      onCrash: this.options.onCrash ?? ((error) => process.stderr.write(`${error.message}\n`)),
    });
    this.#running.set(name, component);
    return component;
  }
}
