import { createServer } from 'node:net';

/** Below the range from which systems take the ports of outgoing connections, so that nobody else gets ours while a server restarts. */
const range = { from: 20_000, to: 30_000 };

/** That many free loopback ports, all different. Another process can still take one before its use. */
export const freePorts = async (count: number): Promise<number[]> => {
  const ports = new Set<number>();
  while (ports.size < count) {
    const candidate = range.from + Math.floor(Math.random() * (range.to - range.from));
    if (await isFree(candidate)) ports.add(candidate);
  }
  return [...ports];
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
