import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';

export type Tls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;

/** How to reach the API server, and as whom. Never logged. */
export interface Access {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Prefix of every path, for servers behind a gateway; without a slash at the end. */
  readonly basePath: string;
  readonly proxyUrl: string | undefined;
  readonly tls: Tls;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CredentialsOptions {
  /** Reads the kubeconfig, or the files of a Pod, anew. */
  readonly load: () => KubeConfig;
  /** How long what was read is used before it is read again; the kubelet rotates tokens on disk. Milliseconds, default 60,000. */
  readonly maxAgeMs?: number;
  /** Two refused credentials within this time read once. Milliseconds, default 1000. */
  readonly minIntervalMs?: number;
}

/** The `load` of `CredentialsOptions`: a kubeconfig file, or with undefined KUBECONFIG, ~/.kube/config, or the Pod's own account. */
export const kubeConfigLoader = (file: string | undefined, context: string | undefined) => (): KubeConfig => {
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  if (context !== undefined) config.setCurrentContext(context);
  return config;
};

/** A plugin's own words tell a person what to do; anything in them that looks like a token is cut. */
const publicWords = (error: unknown): string => {
  if (!(error instanceof Error) || error instanceof SyntaxError) return 'the answer is not valid';
  return error.message
    .trim()
    .slice(0, 300)
    .replaceAll(/[\w~+=-]{24,}/g, '…');
};

const headersOf = (options: RequestOptions): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {}))
    if (typeof value === 'string') headers[name.toLowerCase()] = value.trim();
  if (typeof options.auth === 'string')
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
};

/** Without the keys that are absent: to `tls.connect`, an undefined `rejectUnauthorized` is not the default. */
const tlsOf = ({ ca, cert, key, rejectUnauthorized, servername }: RequestOptions): Tls => ({
  ...(ca !== undefined && { ca }),
  ...(cert !== undefined && { cert }),
  ...(key !== undefined && { key }),
  ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  ...(servername !== undefined && { servername }),
});

const accessOf = async (config: KubeConfig): Promise<Access> => {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`the kubeconfig has no cluster for context "${config.getCurrentContext()}"`);
  const options: RequestOptions = {};
  // The failure itself is no cause to hand on: it holds what a plugin printed.
  const failure = await config.applyToHTTPSOptions(options).then(() => undefined, publicWords);
  if (failure !== undefined) throw new Error(`unable to get credentials for ${cluster.server}: ${failure}`);
  const url = new URL(cluster.server);
  return {
    origin: url.origin,
    basePath: url.pathname.replace(/\/+$/, ''),
    proxyUrl: cluster.proxyUrl,
    tls: tlsOf(options),
    headers: headersOf(options),
  };
};

/** Credentials that follow their source: read again by age, and when the server refused them. */
export class Credentials {
  readonly #load: () => KubeConfig;
  readonly #maxAgeMs: number;
  readonly #minIntervalMs: number;
  #config: KubeConfig;
  #access: Access;
  #readAt = performance.now();
  #refusedAt = -Infinity;
  #reading: Promise<Access> | undefined;

  private constructor(options: CredentialsOptions, config: KubeConfig, access: Access) {
    this.#load = options.load;
    this.#maxAgeMs = options.maxAgeMs ?? 60_000;
    this.#minIntervalMs = options.minIntervalMs ?? 1000;
    this.#config = config;
    this.#access = access;
  }

  static async read(options: CredentialsOptions): Promise<Credentials> {
    const config = options.load();
    return new Credentials(options, config, await accessOf(config));
  }

  /** For each request. Costs nothing but once in `maxAgeMs`; a source that cannot be read then leaves what was read before in use. */
  current(): Access | Promise<Access> {
    if (performance.now() - this.#readAt < this.#maxAgeMs) return this.#access;
    // A plugin and an identity provider say themselves how long theirs are good for; asking them anew every minute would not do.
    return this.#read(this.#isExec || this.#isOidc).catch(() => this.#access);
  }

  /** After a 401 to `refused`: what to try instead, or `refused` itself when there is nothing newer. Throws when the source fails. */
  async renew(refused: Access): Promise<Access> {
    if (this.#access !== refused) return this.#access;
    if (this.#reading === undefined && performance.now() - this.#refusedAt < this.#minIntervalMs) return refused;
    this.#refusedAt = performance.now();
    // An identity provider may take each refresh token once, and the newest is in memory only.
    return this.#read(this.#isOidc);
  }

  async #read(sameConfig: boolean): Promise<Access> {
    this.#reading ??= this.#readOnce(sameConfig).finally(() => {
      this.#reading = undefined;
      this.#readAt = performance.now();
    });
    return this.#reading;
  }

  async #readOnce(sameConfig: boolean): Promise<Access> {
    const config = sameConfig ? this.#config : this.#load();
    // The operator holds one cluster's objects: another `current-context` must not move it to another cluster.
    config.setCurrentContext(this.#config.getCurrentContext());
    const access = await accessOf(config);
    if (access.origin !== this.#access.origin || access.basePath !== this.#access.basePath)
      throw new Error('the kubeconfig names another server since start');
    this.#config = config;
    if (!isDeepStrictEqual(access, this.#access)) this.#access = access;
    return this.#access;
  }

  get #isExec(): boolean {
    return Boolean(this.#config.getCurrentUser()?.exec);
  }

  get #isOidc(): boolean {
    const provider: unknown = this.#config.getCurrentUser()?.authProvider;
    return typeof provider === 'object' && provider !== null && 'name' in provider && provider.name === 'oidc';
  }
}
