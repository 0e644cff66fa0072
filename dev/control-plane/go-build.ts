/** The four programs compiled from Go modules, for machines that reach a module proxy and no release host. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../progress.mjs';
import { startProgress } from '../progress.mjs';
import { runToEnd, supervise } from '../supervised.mjs';
import { kubernetesVersion } from './versions.ts';

const moduleDirectory = fileURLToPath(new URL('.', import.meta.url));
const kept = 20;

/** Builds into the directory; takes minutes. An interrupted build leaves what is compiled in Go's own cache, so that the next one goes on from there. */
export const buildFromModules = async (directory: string, inherited: NodeJS.ProcessEnv): Promise<void> => {
  const temporary = join(directory, 'tmp');
  await mkdir(temporary);
  // Go's temporary files lie in our directory: a killed build leaves none elsewhere.
  const go = new Go({
    ...inherited,
    CGO_ENABLED: '0',
    GOOS: '',
    GOARCH: '',
    GOFLAGS: '',
    GOWORK: 'off',
    GOTMPDIR: temporary,
  });
  await go.requirePresent();
  await go.run('downloading Go modules', ['mod', 'download', '-x'], (lines) => {
    const modules = lines.filter((line) => /\.zip: 200/.test(line)).length;
    return `${modules} downloaded`;
  });
  const total = await go.count(['list', '-deps', 'tool']);
  const build = ['build', '-v', '-trimpath', '-ldflags', linkerFlags(), '-o', `${directory}/`, 'tool'];
  await go.run('compiling the control plane', build, (lines) => `${lines.length} of at most ${total} packages`);
  await rename(join(directory, 'server'), join(directory, 'etcd'));
  await rm(temporary, { recursive: true, force: true });
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

class Go {
  readonly #options: { readonly cwd: string; readonly environment: NodeJS.ProcessEnv };

  constructor(environment: NodeJS.ProcessEnv) {
    this.#options = { cwd: moduleDirectory, environment };
  }

  async requirePresent(): Promise<void> {
    const { status, output } = await runToEnd('go', ['version'], this.#options);
    if (status !== 0) throw new Error(output.trim());
  }

  /** The number of lines that a command prints. */
  async count(args: readonly string[]): Promise<number> {
    const { status, output } = await runToEnd('go', args, this.#options);
    if (status !== 0) throw new Error(`go ${args.join(' ')} ended with status ${status}: ${output.trim()}`);
    return output.trim().split('\n').length;
  }

  /** Runs a long command; `detail` makes of the lines so far what is shown. */
  async run(title: string, args: readonly string[], detail: (lines: readonly string[]) => string): Promise<void> {
    const progress: Progress = startProgress(title);
    const lines: string[] = [];
    progress.update(detail(lines));
    let rest = '';
    const { exited } = supervise('go', args, {
      ...this.#options,
      output: (text) => {
        const parts = `${rest}${text}`.split('\n');
        rest = parts.pop() ?? '';
        lines.push(...parts);
        progress.update(detail(lines));
      },
    });
    const status = await exited;
    progress.end(status === 0 ? 'done' : 'failed');
    if (status === 0) return;
    const tail = [...lines, rest].slice(-kept).join('\n  ');
    throw new Error(`go ${args[0]} ended with status ${status}; its last lines:\n  ${tail}`);
  }
}
