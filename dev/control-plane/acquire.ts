import { cacheDirectory, missingBinaries } from './binary-directory.ts';

export interface AcquireOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Told in one line what each step did, or why it was passed over. */
  readonly report: (line: string) => void;
}

/** The directory of etcd, kube-apiserver, kube-controller-manager and kubectl. */
export const acquireBinaries = async ({ environment, report }: AcquireOptions): Promise<string> => {
  const assets = environment['KUBEBUILDER_ASSETS'] ?? '';
  if (assets !== '' && (await missingBinaries(assets)).length === 0) return assets;
  const cache = cacheDirectory(environment);
  const missing = await missingBinaries(cache);
  if (missing.length === 0) {
    report(`control plane: from ${cache}`);
    return cache;
  }
  throw new Error(`${cache} lacks ${missing.join(', ')}`);
};
