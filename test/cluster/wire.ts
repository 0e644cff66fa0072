/** What may stand between a client and a server. */
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Wire extends AsyncDisposable {
  readonly port: number;
  /** Connections, or for a proxy the targets that it was asked for. */
  readonly seen: string[];
}

const listening = async (server: Server, seen: string[]): Promise<Wire> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};

const join = (a: Socket, b: Socket): void => {
  for (const [socket, other] of [
    [a, b],
    [b, a],
  ] as const) {
    socket.on('error', () => {});
    socket.on('close', () => other.destroy());
  }
  a.pipe(b).pipe(a);
};

/** Takes connections, and lets their bytes through when `open` resolves. */
export const heldWire = async (target: number, open: Promise<void>): Promise<Wire> => {
  const seen: string[] = [];
  const server = createServer((client) => {
    seen.push('connection');
    void open.then(() => join(client, connect(target, '127.0.0.1')));
  });
  return listening(server, seen);
};

/** An HTTP proxy that makes tunnels. */
export const tunnelProxy = async (): Promise<Wire> => {
  const seen: string[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url = '' }, client: Socket) => {
    seen.push(url);
    const [host, port] = url.split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      join(client, upstream);
    });
  });
  return listening(server, seen);
};
