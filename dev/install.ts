/** Puts into a control plane what the operator needs to be there. */
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from './control-plane/start.ts';

const crds = fileURLToPath(new URL('../crds', import.meta.url));
const namespaces = ['impersonation-system', 'impersonation-credentials'];

/** CRDs and namespaces. Throws with what kubectl said. */
export const install = async (controlPlane: Pick<ControlPlane, 'kubectl'>): Promise<void> => {
  const run = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await controlPlane.kubectl(args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with status ${code}: ${stderr}`);
  };
  await run('apply', '-f', crds);
  await run('wait', '--for=condition=Established', '--timeout=60s', '-f', crds);
  for (const namespace of namespaces) await run('create', 'namespace', namespace);
};
