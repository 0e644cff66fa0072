/** An API server that answers as a test says: for what a real one cannot be made to do. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { ApiClient, type RequestReport } from '../../src/cluster/client.ts';
import { Credentials } from '../../src/cluster/credentials.ts';
import { Transport } from '../../src/cluster/transport.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly socket: Socket;
  /** Common name of the client's certificate; empty without one. */
  readonly client: string;
}

export type Answer = (request: Received, response: ServerResponse) => void;

export class ScriptedServer implements AsyncDisposable {
  readonly requests: Received[] = [];
  readonly sockets = new Set<Socket>();
  /** Connections since the start. */
  connections = 0;
  readonly #server: Server;
  readonly #scheme: string;
  answer: Answer;

  private constructor(server: Server, scheme: string, answer: Answer) {
    this.#server = server;
    this.#scheme = scheme;
    this.answer = answer;
    server.on('request', (request, response) => void this.#receive(request, response));
    server.on(scheme === 'https' ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => {});
    });
  }

  static async start(answer: Answer, tls?: ServerOptions): Promise<ScriptedServer> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    const scripted = new ScriptedServer(server, tls === undefined ? 'http' : 'https', answer);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return scripted;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  paths(method: string): string[] {
    return this.requests.filter((request) => request.method === method).map(({ path }) => path);
  }

  cutConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '', this.url);
    const received: Received = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      socket: request.socket,
      client: clientName(request.socket),
    };
    this.requests.push(received);
    this.answer(received, response);
  }
}

const clientName = (socket: Socket): string => {
  const name = socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : undefined;
  return typeof name === 'string' ? name : '';
};

export const json = (
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

export const statusObject = (code: number, reason: string, message = reason): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: code < 400 ? 'Success' : 'Failure',
  message,
  reason,
  code,
});

/** A kubeconfig for a plain server; without TLS, client-node wants to be told that nothing is verified. */
export const kubeConfig = (
  server: ScriptedServer,
  user: Partial<KubeConfig['users'][number]> = { token: 'secret' },
): KubeConfig => {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'test', server: server.url, skipTLSVerify: true }],
    users: [{ name: 'test', ...user }],
    contexts: [{ name: 'test', cluster: 'test', user: 'test' }],
    currentContext: 'test',
  });
  return config;
};

export interface TestClient extends AsyncDisposable {
  readonly client: ApiClient;
  readonly transport: Transport;
  readonly reports: RequestReport[];
}

export const clientOf = async (
  load: () => KubeConfig,
  options: { connections?: number; maxAgeMs?: number; minIntervalMs?: number } = {},
): Promise<TestClient> => {
  const reports: RequestReport[] = [];
  const credentials = await Credentials.read({ load, minIntervalMs: 0, ...options });
  const transport = new Transport({ credentials, version: '1.2.3', ...options });
  const client = new ApiClient({ transport, onRequest: (report) => reports.push(report) });
  return { client, transport, reports, [Symbol.asyncDispose]: () => transport.close() };
};
