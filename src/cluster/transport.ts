import { isDeepStrictEqual } from 'node:util';
import { Pool, ProxyAgent, type Dispatcher } from 'undici';
import type { Access, Credentials } from './credentials.ts';

/** Connections of one purpose. A lane that is full delays its own requests and no others. */
export type Lane = 'requests' | 'lease' | 'streams';

export interface TransportOptions {
  readonly credentials: Credentials;
  /** Our version, for `User-Agent`. */
  readonly version: string;
  /** Connections for requests. Default 8. */
  readonly connections?: number;
  /** Milliseconds to make a connection. Default 10,000. */
  readonly connectTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Shorter than the API server's 90 s: the side that closes an idle connection is ours, so no request meets a closing one. */
const IDLE_MS = 30_000;

/** A peer that vanished without a word is noticed after this idle time and ten probes, a second apart. */
const PROBE_AFTER_MS = 10_000;

/** What a request is sent with: its credentials, and the connections made with these. */
export interface Route {
  readonly access: Access;
  readonly dispatcher: Dispatcher;
  /** As name, value, name, value. */
  readonly headers: readonly string[];
}

/** The connections to the API server, made anew when a certificate changes. */
export class Transport {
  readonly #credentials: Credentials;
  readonly #userAgent: string;
  readonly #connections: Readonly<Record<Lane, number | undefined>>;
  readonly #connectTimeoutMs: number;
  readonly #dispatchers = new Map<Lane, Dispatcher>();
  #access: Access | undefined;
  #closed = false;
  #headers: readonly string[] = [];
  readonly #listeners: ((lane: Lane) => void)[] = [];

  constructor(options: TransportOptions) {
    this.#credentials = options.credentials;
    this.#userAgent = `impersonation-operator/${options.version}`;
    this.#connections = { requests: options.connections ?? 8, lease: 1, streams: undefined };
    this.#connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  }

  /** How many requests a lane carries at a time; more would queue where nobody asks them whether they still may be sent. */
  limit(lane: Lane): number {
    return this.#connections[lane] ?? Infinity;
  }

  /** Registers a listener, called for each connection that is made; not for those through a proxy. */
  onConnect(listener: (lane: Lane) => void): void {
    this.#listeners.push(listener);
  }

  async route(lane: Lane): Promise<Route> {
    return this.#routeFor(await this.#credentials.current(), lane);
  }

  /** After a 401: a route with newer credentials, undefined when there are none. */
  async renewedRoute(lane: Lane, refused: Access): Promise<Route | undefined> {
    const access = await this.#credentials.renew(refused);
    return access === refused ? undefined : this.#routeFor(access, lane);
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
  }

  #routeFor(access: Access, lane: Lane): Route {
    if (this.#closed) throw new Error('the connections to the API server are closed');
    if (access !== this.#access) this.#adopt(access);
    let dispatcher = this.#dispatchers.get(lane);
    if (dispatcher === undefined) {
      dispatcher = dispatcherFor(access, this.#connections[lane], this.#connectTimeoutMs);
      dispatcher.on('connect', () => this.#listeners.forEach((listener) => listener(lane)));
      this.#dispatchers.set(lane, dispatcher);
    }
    return { access, dispatcher, headers: this.#headers };
  }

  #adopt(access: Access): void {
    const before = this.#access;
    this.#access = access;
    this.#headers = Object.entries({ 'user-agent': this.#userAgent, ...access.headers }).flat();
    if (before === undefined || isDeepStrictEqual(before.tls, access.tls)) return;
    // A connection keeps the identity it was made with: what is under way ends on the old ones, the rest goes over new ones.
    for (const dispatcher of this.#dispatchers.values()) dispatcher.close().catch(() => {});
    this.#dispatchers.clear();
  }
}

/** Connections of their own: `connections` undefined for as many as are asked for. */
export const dispatcherFor = (
  { origin, proxyUrl, tls }: Access,
  connections: number | undefined,
  connectTimeoutMs = CONNECT_TIMEOUT_MS,
): Dispatcher => {
  const options = {
    connections: connections ?? null,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: IDLE_MS,
    connectTimeout: connectTimeoutMs,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const connect = { ...tls, allowH2: false, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS };
  return proxyUrl === undefined
    ? new Pool(origin, { ...options, connect: { ...connect, timeout: connectTimeoutMs } })
    : new ProxyAgent({ ...options, uri: proxyUrl, requestTls: connect });
};
