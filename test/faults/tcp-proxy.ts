/** A wire to the API server that can be cut, frozen, or cut after so many bytes. TLS passes through it unseen. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Wire {
  readonly client: Socket;
  readonly server: Socket;
}

export class TcpProxy implements AsyncDisposable {
  /** Connections since the start. */
  connections = 0;
  /** Bytes from the server after which the next connections are cut. */
  cutAfterBytes: () => number = () => Infinity;
  readonly #server: Server;
  readonly #wires = new Set<Wire>();
  readonly #target: URL;

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client: Socket) => this.#connect(client));
  }

  static async start(url: string): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new TcpProxy(server, new URL(url));
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get open(): number {
    return this.#wires.size;
  }

  /** A reset in both directions. */
  cut(): void {
    for (const { client, server } of this.#wires) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** From now on nothing passes on the open connections, and neither side is told. */
  freeze(): void {
    for (const { client, server } of this.#wires) {
      server.unpipe(client);
      client.unpipe(server);
      server.pause();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #connect(client: Socket): void {
    this.connections += 1;
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const wire = { client, server };
    this.#wires.add(wire);
    let left = this.cutAfterBytes();
    server.on('data', (chunk) => {
      if ((left -= chunk.length) < 0) client.resetAndDestroy();
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#wires.delete(wire);
        other.destroy();
      });
    }
    client.pipe(server).pipe(client);
  }
}
