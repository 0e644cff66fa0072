import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Connection } from './connection.ts';

export interface KubectlOptions {
  /** Standard input, for `apply -f -`. */
  readonly input?: string;
  /** Another kubeconfig file than the admin's. */
  readonly kubeconfig?: string;
  /** Ends the program, such as a `get --watch`. */
  readonly signal?: AbortSignal;
}

export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status; -1 where a signal ended the program. */
  readonly code: number;
}

/** Runs kubectl as the admin; what it prints is the result, never an exception. */
export const kubectl = async (
  connection: Pick<Connection, 'binaries' | 'kubeconfigPath'>,
  args: readonly string[],
  options: KubectlOptions = {},
): Promise<KubectlResult> => {
  const child = spawn(join(connection.binaries, 'kubectl'), args, {
    stdio: 'pipe',
    env: {
      ...process.env,
      KUBECONFIG: options.kubeconfig ?? connection.kubeconfigPath,
      // Neither the user's preferences nor the user's cache: what is tested is the same on every machine.
      KUBERC: 'off',
      KUBECACHEDIR: join(dirname(connection.kubeconfigPath), 'kubectl-cache'),
    },
    ...(options.signal !== undefined && { signal: options.signal, killSignal: 'SIGKILL' }),
  });
  const exited = new Promise<number>((resolve, reject) => {
    child.on('close', (code) => resolve(code ?? -1));
    child.on('error', (error) => {
      if (error.name !== 'AbortError') reject(new Error('unable to start kubectl', { cause: error }));
    });
  });
  // A program that ends before it has read everything is no failure of ours.
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { stdout, stderr, code };
};
