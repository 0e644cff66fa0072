/** The official build of Helm. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFile, downloadText, downloader } from '../control-plane/download.ts';
import { goArch, goOs } from '../control-plane/versions.ts';
import { startProgress } from '../progress.mjs';
import { runToEnd } from '../supervised.mjs';

/** Base URL of a mirror with the same paths; absent or empty, the official host. */
export const mirrorVariable = 'HELM_RELEASE_URL';

/** Downloads the program into the directory. Throws where it cannot be had or is not what was published. */
export const downloadRelease = async (
  directory: string,
  version: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> => {
  const base = environment[mirrorVariable] || 'https://get.helm.sh';
  const archive = `helm-${version}-${goOs}-${goArch}.tar.gz`;
  const url = `${base}/${archive}`;
  const path = join(directory, archive);
  const dispatcher = downloader();
  const progress = startProgress(`downloading ${archive}`);
  try {
    const sha256 = checksum(await downloadText(dispatcher, `${url}.sha256sum`), archive);
    await downloadFile(dispatcher, { url, sha256, path, onProgress: progress.update });
    await extract(directory, path);
    progress.end('done');
  } catch (error) {
    progress.end('failed');
    throw error;
  } finally {
    await dispatcher.destroy();
  }
};

/** The text is a line of checksum and file name. */
const checksum = (text: string, archive: string): string => {
  const [sum = '', name] = text.trim().split(/\s+/);
  if (name === archive && /^[0-9a-f]{64}$/.test(sum)) return sum;
  throw new Error(`${archive}.sha256sum holds no SHA-256 of ${archive}`);
};

const extract = async (directory: string, archive: string): Promise<void> => {
  const folder = `${goOs}-${goArch}`;
  const { status, output } = await runToEnd('tar', ['-xzf', archive, '-C', directory, `${folder}/helm`]);
  if (status !== 0) throw new Error(`tar ended with status ${status}: ${output.trim()}`);
  await rename(join(directory, folder, 'helm'), join(directory, 'helm'));
  await rm(join(directory, folder), { recursive: true });
  await rm(archive);
};
