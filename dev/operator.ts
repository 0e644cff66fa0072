/** The operator from its sources, as a child process. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Component } from './control-plane/component.ts';
import { startComponent } from './control-plane/component.ts';
import { freePorts } from './control-plane/ports.ts';
import { waitUntil } from './control-plane/readiness.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface OperatorOptions {
  /** By whose rights it works. */
  readonly kubeconfigPath: string;
  /** Of the control plane: where the log goes, removed with it. */
  readonly dataDirectory: string;
  /** Flags of src/config, besides those that are set here. */
  readonly flags?: readonly string[];
  /** Called when the operator ends though nobody stopped it. */
  readonly onCrash: (error: Error) => void;
}

export interface RunningOperator extends Component {
  /** Where /metrics, /healthz and /readyz are. */
  readonly url: string;
}

/** Resolves when it is ready, its caches complete. Throws with the end of its log if it does not come to that. */
export const startOperator = async (options: OperatorOptions): Promise<RunningOperator> => {
  const [port = 0] = await freePorts(1);
  const operator = startComponent('impersonation-operator', {
    program: process.execPath,
    flags: [main, `--listen-address=127.0.0.1:${port}`, '--log-format=json', ...(options.flags ?? [])],
    log: join(options.dataDirectory, 'logs', 'impersonation-operator.log'),
    environment: { KUBECONFIG: options.kubeconfigPath },
    removeIfAbandoned: options.dataDirectory,
    onCrash: options.onCrash,
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(operator, 'ready operator', () => answers(`${url}/readyz`));
  return { ...operator, url };
};

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};
