/** A release host on loopback, with programs that are shell scripts and say the right version. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { binaryNames, etcdVersion, goArch, goOs, kubernetesVersion } from '../../dev/control-plane/versions.ts';
import { temporaryDirectory } from './temporary.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves until the test ends; the base URL. */
export const serve = async (handler: Handler): Promise<string> => {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

export const script = (version: string): string => `#!/bin/sh\necho ${version}\n`;

export interface Release {
  readonly url: string;
  /** Content by path; a test changes it. */
  readonly files: Map<string, Buffer>;
  /** Paths asked for. */
  readonly requests: string[];
}

export const etcdFolder = `etcd-${etcdVersion}-${goOs}-${goArch}`;

export const programPath = (name: string): string => `/${kubernetesVersion}/bin/${goOs}/${goArch}/${name}`;

/** Both hosts in one: their paths differ. Files are answered when `permission` resolves. */
export const startRelease = async (permission = Promise.resolve()): Promise<Release> => {
  const files = new Map<string, Buffer>();
  for (const name of binaryNames.filter((candidate) => candidate !== 'etcd')) {
    const content = Buffer.from(script(kubernetesVersion));
    files.set(programPath(name), content);
    files.set(`${programPath(name)}.sha256`, Buffer.from(sha256(content)));
  }
  const archive = await etcdArchive();
  files.set(`/${etcdVersion}/${etcdFolder}.tar.gz`, archive);
  const sums = `${sha256('another')}  etcd-another.tar.gz\n${sha256(archive)}  ${etcdFolder}.tar.gz\n`;
  files.set(`/${etcdVersion}/SHA256SUMS`, Buffer.from(sums));
  const requests: string[] = [];
  const url = await serve((request, response) => {
    const asked = request.url ?? '';
    requests.push(asked);
    const content = files.get(asked);
    if (content === undefined) response.writeHead(404).end('no such file');
    else void permission.then(() => response.end(content));
  });
  return { url, files, requests };
};

const etcdArchive = async (): Promise<Buffer> => {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, etcdFolder));
  await writeFile(join(directory, etcdFolder, 'etcd'), script(etcdVersion), { mode: 0o755 });
  await writeFile(join(directory, etcdFolder, 'etcdctl'), 'not wanted');
  await promisify(execFile)('tar', ['-czf', 'archive.tar.gz', etcdFolder], { cwd: directory });
  return readFile(join(directory, 'archive.tar.gz'));
};
