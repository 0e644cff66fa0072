/** What the control plane consists of. The versions are those of `go.mod`, wherever the programs come from. */
import { readFileSync } from 'node:fs';

export const binaryNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;
export type BinaryName = (typeof binaryNames)[number];

const goMod = readFileSync(new URL('go.mod', import.meta.url), 'utf8');

const required = (module: string): string => {
  const line = goMod.split('\n').find((candidate) => candidate.startsWith(`\t${module} v`));
  const version = line?.trim().split(' ')[1];
  if (version === undefined) throw new Error(`dev/control-plane/go.mod requires no ${module}`);
  return version;
};

/** For example `v1.37.2`. */
export const kubernetesVersion = required('k8s.io/kubernetes');
/** For example `v3.7.0`. */
export const etcdVersion = required('go.etcd.io/etcd/server/v3');

/** This machine in Go's words, as release files are named. */
export const goOs: string = process.platform;
export const goArch: string = process.arch === 'x64' ? 'amd64' : process.arch;
