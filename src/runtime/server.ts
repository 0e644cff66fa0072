import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Address } from '../config.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** The answer to one question about the process, at this moment. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What is the matter; shown when not ok. */
  readonly message: string;
}

export interface ServerOptions {
  readonly address: Address;
  readonly metrics: Pick<Metrics, 'contentType' | 'render'>;
  /** Asked on each request. A restart helps where one of `healthz` fails; `readyz` is about whether this replica could do its work. */
  readonly healthz: () => readonly Check[];
  readonly readyz: () => readonly Check[];
  readonly logger: Pick<Logger, 'error'>;
}

export interface RunningServer {
  /** With the port that the system chose where the address left it open. */
  readonly address: Address;
  /** Resolves when no connection is open any more; waits for no client. */
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const text = (status: number, body: string): Reply => ({ status, contentType: 'text/plain; charset=utf-8', body });

/** As the API server's own: "ok", or one line for each check where one fails or `?verbose` asks for them. */
const health = (endpoint: string, checks: readonly Check[], verbose: boolean): Reply => {
  const ok = checks.every((check) => check.ok);
  if (ok && !verbose) return text(200, 'ok');
  const lines = checks.map(({ name, ok: passed, message }) =>
    passed ? `[+]${name} ok` : `[-]${name} failed: ${message}`,
  );
  return text(ok ? 200 : 503, [...lines, `${endpoint} check ${ok ? 'passed' : 'failed'}`, ''].join('\n'));
};

const reply = async ({ method, url }: IncomingMessage, options: ServerOptions): Promise<Reply> => {
  const { pathname, searchParams } = URL.parse(url ?? '/', 'http://localhost') ?? new URL('invalid:');
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'method not allowed\n');
  switch (pathname) {
    case '/healthz':
      return health('healthz', options.healthz(), searchParams.has('verbose'));
    case '/readyz':
      return health('readyz', options.readyz(), searchParams.has('verbose'));
    case '/metrics':
      return { status: 200, contentType: options.metrics.contentType, body: await options.metrics.render() };
    default:
      return text(404, 'not found; there are /healthz, /readyz and /metrics\n');
  }
};

const answer = async (request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> => {
  const { status, contentType, body } = await reply(request, options).catch((error: unknown) => {
    options.logger.error({ err: error, path: request.url }, 'unable to answer a request');
    return text(500, 'internal error\n');
  });
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
};

/** Serves health and metrics over plain HTTP. Rejects when the address cannot be listened on. */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const server = createServer((request, response) => void answer(request, response, options));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.address.port, options.address.host, resolve);
  await promise;
  server.on('error', (error) => options.logger.error({ err: error }, 'the health and metrics server failed'));
  const bound = server.address();
  return {
    address: typeof bound === 'object' && bound !== null ? { host: bound.address, port: bound.port } : options.address,
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
};
