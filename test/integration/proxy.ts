/** Stands between the operator and the API server: sees every request, and can hold writes and shift the server's clock. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import type { Connection } from '../../dev/control-plane/connection.ts';
import { authority } from '../cluster/certificates.ts';

export interface Seen {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Undefined while there is no answer. */
  status: number | undefined;
}

const isWrite = ({ method }: IncomingMessage): boolean => method !== 'GET';

/** What a test may set at any time. */
export interface Hooks {
  /** Called with every request before it goes on; a rejection cuts the connection. */
  before: (seen: Seen) => Promise<void> | void;
  /** Called with every write after the server carried it out and before the operator hears so. While it is set, writes go one by one. */
  afterWrite: ((seen: Seen) => Promise<void> | void) | undefined;
}

export class Proxy {
  readonly hooks: Hooks = { before: () => undefined, afterWrite: undefined };
  /** Added to the `Date` of every answer, milliseconds: the operator goes by the server's clock. */
  clockShiftMs = 0;
  /** Every request so far. */
  readonly seen: Seen[] = [];
  readonly #agent: Agent;
  readonly #upstream: URL;
  readonly #authority = authority('proxy');
  readonly #server = createServer(
    this.#authority.issue('127.0.0.1'),
    (incoming, outgoing) => void this.#pass(incoming, outgoing),
  );
  #writes: Promise<unknown> = Promise.resolve();

  constructor({ url, ca }: Pick<Connection, 'url' | 'ca'>) {
    this.#upstream = new URL(url);
    this.#agent = new Agent({ ca, keepAlive: true });
    this.#server.keepAliveTimeout = 120_000;
  }

  /** Listens on a free loopback port. */
  async start(): Promise<Pick<Connection, 'url' | 'ca'>> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return { url: `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`, ca: this.#authority.cert };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#agent.destroy();
  }

  /** Cuts every connection; the server goes on. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const seen: Seen = { method: incoming.method ?? '', path: incoming.url ?? '', status: undefined };
    this.seen.push(seen);
    try {
      await this.hooks.before(seen);
      if (!isWrite(incoming) || this.hooks.afterWrite === undefined) {
        await this.#forward(incoming, outgoing, seen);
        return;
      }
      const mine = this.#writes.then(async () => this.#forward(incoming, outgoing, seen));
      this.#writes = mine.catch(() => undefined);
      await mine;
    } catch {
      outgoing.destroy();
    }
  }

  async #forward(incoming: IncomingMessage, outgoing: ServerResponse, seen: Seen): Promise<void> {
    const answer = await this.#send(incoming, outgoing);
    seen.status = answer.statusCode;
    if (isWrite(incoming)) await this.hooks.afterWrite?.(seen);
    const date = new Date(Date.parse(answer.headers.date ?? '') + this.clockShiftMs).toUTCString();
    outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, date });
    outgoing.flushHeaders();
    await new Promise<void>((resolve) => {
      pipeline(answer, outgoing, () => resolve());
    });
  }

  #send(incoming: IncomingMessage, back: ServerResponse): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#upstream;
      const outgoing = request(
        {
          hostname,
          port,
          agent: this.#agent,
          method: incoming.method,
          path: incoming.url,
          headers: { ...incoming.headers, host: this.#upstream.host },
        },
        resolve,
      );
      outgoing.on('error', reject);
      pipeline(incoming, outgoing, (error) => {
        if (error) reject(error);
      });
      // a watch ends when the operator leaves it
      back.once('close', () => outgoing.destroy());
    });
  }
}
