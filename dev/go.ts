/** Programs compiled from Go modules, for machines that reach a module proxy and no release host. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from './progress.mjs';
import { startProgress } from './progress.mjs';
import { runToEnd, supervise } from './supervised.mjs';

const kept = 20;

export class Go {
  readonly #options: { readonly cwd: string; readonly environment: NodeJS.ProcessEnv };

  private constructor(cwd: string, environment: NodeJS.ProcessEnv) {
    this.#options = { cwd, environment };
  }

  /** Lets `build` work in `cwd`. Go's temporary files lie in `directory`, so that a killed build leaves none elsewhere. */
  static async using({ cwd, directory, environment }: GoOptions, build: (go: Go) => Promise<void>): Promise<void> {
    const temporary = join(directory, 'tmp');
    await mkdir(temporary);
    const go = new Go(cwd, {
      ...environment,
      CGO_ENABLED: '0',
      GOOS: '',
      GOARCH: '',
      GOFLAGS: '',
      GOWORK: 'off',
      GOTMPDIR: temporary,
      GOBIN: directory,
    });
    await go.#requirePresent();
    await build(go);
    await rm(temporary, { recursive: true, force: true });
  }

  async #requirePresent(): Promise<void> {
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

export interface GoOptions {
  readonly cwd: string;
  /** Where the programs go. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}
