/** Directories that hold the four programs. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { userCache } from '../acquire.ts';
import type { BinaryName } from './versions.ts';
import { goArch, goOs, kubernetesVersion, binaryNames } from './versions.ts';

/** Where programs that were downloaded or built once are kept, outside of any checkout. */
export const cacheDirectory = (environment: NodeJS.ProcessEnv): string =>
  userCache(environment, 'control-plane', `${kubernetesVersion}-${goOs}-${goArch}`);

/** The programs that the directory lacks. */
export const missingBinaries = async (directory: string): Promise<BinaryName[]> => {
  const usable = await Promise.all(binaryNames.map((name) => isExecutableFile(join(directory, name))));
  return binaryNames.filter((_, index) => usable[index] !== true);
};

const isExecutableFile = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    const { size } = await stat(path);
    return size > 0;
  } catch {
    return false;
  }
};
