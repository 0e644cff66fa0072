/**
 * The integration harness: `const test = integration()` at the top of a file gives its tests a `world`.
 * Before the first test the CRDs, the namespaces and one operator are there; after each, the matrix must equal what the live objects
 * say, and everything that the test made is removed again.
 */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, inject, test as base, type TestAPI } from 'vitest';
import { parse } from 'yaml';
import { type Connection, kubeconfig } from '../../dev/control-plane/connection.ts';
import type { Settings } from '../oracle/objects.ts';
import type { Depth } from '../oracle/attempts.ts';
import { Admin, type AnyObject } from './admin.ts';
import { planeOfWorker } from './connection.ts';
import { Installed } from './installed.ts';
import { Proxy } from './proxy.ts';
import { untilTrue } from './waiting.ts';
import { NAMESPACES, World } from './world.ts';

export interface IntegrationOptions {
  /** What the installer decided; the rest is as in `SETTINGS`. */
  readonly settings?: Partial<Settings>;
  /** More flags of the operator, as `--relist-interval=10s`. */
  readonly flags?: readonly string[];
  /** Puts `world.proxy` between the operator and the API server. */
  readonly proxy?: boolean;
  /** A control plane of the file's own, for tests that restart its parts; absent is the shared one. */
  readonly connection?: () => Connection;
  /** What the oracle tries; absent is all that makes a difference in the dialect of the project. */
  readonly depth?: Depth;
}

export const SETTINGS: Settings = {
  operatorNamespace: 'impersonation-system',
  credentialNamespaces: ['impersonation-credentials', 'impersonation-tenants'],
  privilegedNamespaces: [],
  privilegedUsers: [],
  privilegedGroups: [],
  privilegedServiceAccounts: [],
  privilegedNodes: [],
  requireExpiry: false,
  maxGrantSeconds: undefined,
};

const crds = fileURLToPath(new URL('../../crds/', import.meta.url));

/** The CRDs as they are shipped. */
export const definitions = async (): Promise<AnyObject[]> => {
  const files = (await readdir(crds)).filter((file) => file.endsWith('.yaml'));
  return Promise.all(files.map(async (file) => parse(await readFile(join(crds, file), 'utf8')) as AnyObject));
};

/** Resolves when the API server serves both kinds. */
export const installDefinitions = async (admin: Admin): Promise<void> => {
  for (const definition of await definitions()) await admin.apply(definition);
  for (const kind of ['ImpersonationGrant', 'UserBinding'] as const)
    await untilTrue(`API for ${kind}`, async () => {
      try {
        await admin.list(kind);
        return true;
      } catch {
        return false;
      }
    });
};

const namespace = (name: string): AnyObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** What a file has, from its first test to its last. */
class Installation {
  readonly connection: Connection;
  readonly admin: Admin;
  readonly operator: Installed;
  readonly proxy: Proxy | undefined;
  readonly #options: IntegrationOptions;
  #settings: Settings;
  #isChanged = false;
  #directory = '';

  constructor(options: IntegrationOptions) {
    this.#options = options;
    this.#settings = { ...SETTINGS, ...options.settings };
    this.connection = options.connection?.() ?? planeOfWorker();
    this.admin = new Admin(this.connection);
    this.proxy = options.proxy === true ? new Proxy(this.connection) : undefined;
    this.operator = new Installed(() => ({
      kubeconfig: join(this.#directory, 'kubeconfig'),
      settings: this.#settings,
      endpoint: { url: this.connection.url, caFile: join(this.#directory, 'ca.crt') },
      flags: this.#options.flags ?? [],
    }));
  }

  async start(): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-integration-'));
    const server = (await this.proxy?.start()) ?? this.connection;
    await writeFile(join(this.#directory, 'kubeconfig'), kubeconfig(server, 'operator', this.connection.adminToken));
    await writeFile(join(this.#directory, 'ca.crt'), this.connection.ca);
    await installDefinitions(this.admin);
    const { operatorNamespace, credentialNamespaces } = this.#settings;
    for (const name of [...NAMESPACES, operatorNamespace, ...credentialNamespaces])
      await this.admin.apply(namespace(name));
    await this.operator.start();
  }

  get depth(): Depth {
    return this.#options.depth ?? (inject('dialect') === 'constrained' ? 'actions' : 'identities');
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Whether the settings are not those of the file. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Starts the operator again with other settings; without any, with those of the file. */
  async reinstall(change: Partial<Settings> = {}): Promise<void> {
    this.#settings = { ...SETTINGS, ...this.#options.settings, ...change };
    this.#isChanged = Object.keys(change).length > 0;
    await this.operator.restart();
  }

  async stop(): Promise<void> {
    await this.operator.stop();
    await this.proxy?.stop();
    await this.admin.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

export type IntegrationTest = TestAPI<{ world: World }>;

/** Call once, at the top of a file. */
export const integration = (options: IntegrationOptions = {}): IntegrationTest => {
  let installation: Installation;
  let world: World;
  beforeAll(async () => {
    installation = new Installation(options);
    await installation.start();
  });
  afterAll(async () => {
    await installation.stop();
  });
  beforeEach(async ({ onTestFailed }) => {
    await installation.operator.start();
    installation.operator.takeLog();
    const id = Math.random().toString(36).slice(2, 7);
    world = new World(id, installation);
    onTestFailed(() => void process.stderr.write(`--- log of the operator\n${installation.operator.takeLog()}\n`));
  });
  afterEach(async ({ task }) => {
    try {
      if (task.result?.state !== 'fail') await world.settled();
    } finally {
      if (installation.proxy !== undefined) {
        installation.proxy.clockShiftMs = 0;
        installation.proxy.hooks.afterWrite = undefined;
        installation.proxy.hooks.before = () => undefined;
      }
      if (installation.isChanged) await installation.reinstall();
      await installation.operator.start();
      await world.clean();
      await world.close();
    }
  });
  return base.extend<{ world: World }>({
    // oxlint-disable-next-line no-empty-pattern -- vitest reads the pattern
    world: async ({}, use) => use(world),
  });
};
