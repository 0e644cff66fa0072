/** The official builds. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startProgress } from '../progress.mjs';
import { runToEnd } from '../supervised.mjs';
import { downloadFile, downloadText, downloader } from './download.ts';
import { etcdVersion, goArch, goOs, kubernetesVersion } from './versions.ts';

/** Base URLs of mirrors with the same paths; absent or empty, the official hosts. */
export const mirrorVariables = { kubernetes: 'KUBERNETES_RELEASE_URL', etcd: 'ETCD_RELEASE_URL' } as const;

interface ReleaseFile {
  readonly name: string;
  readonly url: string;
  readonly checksumUrl: string;
}

/** Downloads the four programs into the directory. Throws where one cannot be had or is not what was published. */
export const downloadRelease = async (directory: string, environment: NodeJS.ProcessEnv): Promise<void> => {
  const dispatcher = downloader();
  try {
    const files = releaseFiles(environment);
    const checksums = new Map<ReleaseFile, string>();
    for (const file of files) {
      checksums.set(file, publishedChecksum(file, await downloadText(dispatcher, file.checksumUrl)));
    }
    for (const [file, sha256] of checksums) {
      const progress = startProgress(`downloading ${file.name}`);
      try {
        await downloadFile(dispatcher, {
          url: file.url,
          sha256,
          path: join(directory, file.name),
          onProgress: progress.update,
        });
        progress.end('done');
      } catch (error) {
        progress.end('failed');
        throw error;
      }
    }
    await extractEtcd(directory);
  } finally {
    await dispatcher.destroy();
  }
};

const releaseFiles = (environment: NodeJS.ProcessEnv): ReleaseFile[] => {
  const kubernetes = environment[mirrorVariables.kubernetes] || 'https://dl.k8s.io';
  const etcd = environment[mirrorVariables.etcd] || 'https://github.com/etcd-io/etcd/releases/download';
  const programs = ['kube-apiserver', 'kube-controller-manager', 'kubectl'].map((name) => {
    const url = `${kubernetes}/${kubernetesVersion}/bin/${goOs}/${goArch}/${name}`;
    return { name, url, checksumUrl: `${url}.sha256` };
  });
  const archive = {
    name: etcdArchive,
    url: `${etcd}/${etcdVersion}/${etcdArchive}`,
    checksumUrl: `${etcd}/${etcdVersion}/SHA256SUMS`,
  };
  return [...programs, archive];
};

const etcdArchive = `etcd-${etcdVersion}-${goOs}-${goArch}.tar.gz`;

/** The file is a checksum alone, or lines of checksum and file name. */
const publishedChecksum = (file: ReleaseFile, text: string): string => {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const found = lines.find(([sum, name]) => sum !== '' && (name === undefined || name === file.name))?.[0];
  if (found === undefined || !/^[0-9a-f]{64}$/.test(found)) {
    throw new Error(`${file.checksumUrl} holds no SHA-256 of ${file.name}`);
  }
  return found;
};

const extractEtcd = async (directory: string): Promise<void> => {
  const archive = join(directory, etcdArchive);
  const folder = etcdArchive.replace('.tar.gz', '');
  const { status, output } = await runToEnd('tar', ['-xzf', archive, '-C', directory, `${folder}/etcd`]);
  if (status !== 0) throw new Error(`tar ended with status ${status}: ${output.trim()}`);
  await rename(join(directory, folder, 'etcd'), join(directory, 'etcd'));
  await rm(join(directory, folder), { recursive: true });
  await rm(archive);
};
