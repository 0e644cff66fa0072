/** The four programs compiled from Go modules. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Go } from '../go.ts';
import { kubernetesVersion } from './versions.ts';

const moduleDirectory = fileURLToPath(new URL('.', import.meta.url));

/** Builds into the directory; takes minutes. An interrupted build leaves what is compiled in Go's own cache, so that the next one goes on from there. */
export const buildFromModules = async (directory: string, environment: NodeJS.ProcessEnv): Promise<void> => {
  await Go.using({ cwd: moduleDirectory, directory, environment }, async (go) => {
    await go.run('downloading Go modules', ['mod', 'download', '-x'], (lines) => {
      const modules = lines.filter((line) => /\.zip: 200/.test(line)).length;
      return `${modules} downloaded`;
    });
    const total = await go.count(['list', '-deps', 'tool']);
    const build = ['build', '-v', '-trimpath', '-ldflags', linkerFlags(), '-o', `${directory}/`, 'tool'];
    await go.run('compiling the control plane', build, (lines) => `${lines.length} of at most ${total} packages`);
  });
  await rename(join(directory, 'server'), join(directory, 'etcd'));
};

/** Without these the programs call themselves v0.0.0-master. */
const linkerFlags = (): string => {
  const [major = '', minor = ''] = kubernetesVersion.slice(1).split('.');
  const values = {
    'k8s.io/component-base/version.gitVersion': kubernetesVersion,
    'k8s.io/component-base/version.gitMajor': major,
    'k8s.io/component-base/version.gitMinor': minor,
    'k8s.io/component-base/version.gitTreeState': 'clean',
    'k8s.io/client-go/pkg/version.gitVersion': kubernetesVersion,
  };
  return ['-s', '-w', ...Object.entries(values).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
};
