/** Puts into a control plane what is in `config/`, but for the Deployment: here the operator runs as a process. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kubeconfig } from './control-plane/connection.ts';
import type { ControlPlane } from './control-plane/start.ts';
import { authorPolicies, operatorPolicies, policyYaml } from './generate/policy/index.ts';
import { type PolicySettings, SHIPPED } from './generate/policy/settings.ts';

const config = (path: string): string => fileURLToPath(new URL(`../config/${path}`, import.meta.url));

/** As shipped, and with what the samples and the pages hand out. */
const policies: PolicySettings = {
  ...SHIPPED,
  ceiling: {
    ...SHIPPED.ceiling,
    clusterRoles: ['view', 'edit'],
    rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }],
  },
};

const { clusterRoles, roles, rules, tokenAccounts } = policies.ceiling;

/** What the policies let user bindings hand out, for the operator to say so in its own words. */
export const ceilingFlag = `--ceiling=${JSON.stringify({ clusterRoles, roles, rules, tokenAccounts })}`;

/** Longer than anybody leaves it up. */
const tokenDuration = '8760h';

/** CRDs, namespaces, and the rights of the operator. Answers the kubeconfig file of its account. Throws with what kubectl said. */
export const install = async (
  controlPlane: Pick<ControlPlane, 'kubectl' | 'url' | 'ca' | 'dataDirectory'>,
): Promise<string> => {
  const run = async (...args: readonly string[]): Promise<string> => fed('', ...args);
  const fed = async (input: string, ...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await controlPlane.kubectl(args, { input });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with status ${code}: ${stderr.trimEnd()}`);
    return stdout;
  };
  await run('apply', '-k', config('crd'));
  await run('apply', '-f', config('manager/namespaces.yaml'));
  await run('apply', '-k', config('rbac'));
  await fed(
    policyYaml([...authorPolicies(policies), ...operatorPolicies(policies)]),
    'apply',
    '--server-side',
    '-f',
    '-',
  );
  await run('wait', 'crd', '--all', '--for=condition=Established', '--timeout=60s');
  const account = ['-n', 'impersonation-system', 'create', 'token', 'impersonation-operator'];
  const token = await run(...account, `--duration=${tokenDuration}`);
  const path = join(controlPlane.dataDirectory, 'operator.kubeconfig');
  await writeFile(path, kubeconfig(controlPlane, 'impersonation-operator', token), { mode: 0o600 });
  return path;
};
