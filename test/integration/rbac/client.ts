import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Tls {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

export interface Request {
  readonly method: Method;
  readonly path: string;
  /** Name, value, name, value: one for each line. */
  readonly headers?: readonly string[];
  readonly body?: unknown;
}

const CONNECTIONS = 12;
const ATTEMPTS = 20;

/** The bytes of UTF-8, one character each, as headers are written. */
const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Requests to one server over connections of its own, with headers exactly as they are given. */
export class Client {
  readonly #pool: Pool;
  readonly #headers: readonly string[];

  constructor(url: string, tls: Tls, headers: readonly string[]) {
    this.#pool = new Pool(url, {
      connections: CONNECTIONS,
      pipelining: 1,
      allowH2: false,
      connect: { ...tls, allowH2: false },
    });
    this.#headers = headers;
  }

  /** Asks again while the server has too much to do. @throws for 401 and for errors of the server: they are no answers. */
  async send({ method, path, headers = [], body }: Request): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#pool.request({
        method,
        path,
        headers: [...this.#headers, ...headers.map(asBytes), 'Content-Type', 'application/json'],
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      const status = answer.statusCode;
      if (status === 429 && attempt < ATTEMPTS) await delay(100 * attempt);
      else if (status === 401 || status === 429 || status >= 500)
        throw new Error(`${method} ${path} is answered with ${status}: ${text.slice(0, 500)}`);
      else return { status, text };
    }
  }

  /** @throws for anything but a success. */
  async do(request: Request): Promise<unknown> {
    const { status, text } = await this.send(request);
    if (status >= 300)
      throw new Error(`${request.method} ${request.path} is answered with ${status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
