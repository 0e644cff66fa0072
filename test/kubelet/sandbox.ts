/**
 * Preloaded into the process of a container: paths below its mounts are read where the stand-in wrote them, and the ports of the
 * container are ports of this machine. All else is the program's own.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const mounts = Object.entries(JSON.parse(process.env['SANDBOX_MOUNTS'] ?? '{}') as Readonly<Record<string, string>>);
const ports = JSON.parse(process.env['SANDBOX_PORTS'] ?? '{}') as Readonly<Record<string, number>>;
delete process.env['SANDBOX_MOUNTS'];
delete process.env['SANDBOX_PORTS'];

type Call = (this: unknown, ...args: readonly unknown[]) => unknown;

const onThisMachine = (path: unknown): unknown => {
  if (typeof path !== 'string') return path;
  const [mountPath, directory] = mounts.find(([mount]) => path.startsWith(`${mount}/`)) ?? [];
  return mountPath === undefined || directory === undefined ? path : directory + path.slice(mountPath.length);
};

const redirect = (owner: object, names: readonly string[]): void => {
  const calls = owner as Record<string, Call>;
  for (const name of names) {
    const original = calls[name];
    if (original === undefined) throw new Error(`there is no ${name} to redirect`);
    calls[name] = (path, ...rest) => original.call(owner, onThisMachine(path), ...rest);
  }
};
redirect(fs, ['readFileSync', 'existsSync', 'statSync', 'accessSync', 'readFile', 'stat', 'access']);
redirect(fs.promises, ['readFile', 'stat', 'access']);
syncBuiltinESMExports();

const server = net.Server.prototype as unknown as { listen: Call };
const { listen } = server;
/** `listen(port, host, callback)` or `listen({ port, host }, callback)`. */
server.listen = function listenOnThisMachine(first, ...rest) {
  const options = typeof first === 'object' ? (first as { readonly port?: number }) : { port: Number(first) };
  const port = ports[String(options.port)] ?? options.port;
  return listen.call(this, { ...options, host: '127.0.0.1', port }, ...rest.filter((one) => typeof one === 'function'));
};
