/** The commands of the pages, given as a reader gives them. */
import { spawn } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { acquireHelm } from '../../../dev/helm/acquire.ts';
import { acquireKinds } from '../../../dev/kinds/acquire.ts';
import type { Project } from '../../../dev/kinds/projects.ts';
import { root } from '../../charts/helm.ts';
import { fences, pages } from '../../docs/pages.ts';
import type { Cluster } from './cluster.ts';

/** Blocks of commands below a heading of a page. */
export const commands = (path: string, heading: string): string[] => {
  const page = pages.find((one) => one.path === path)?.text ?? '';
  const section = page.split(/^(?=#{1,3} )/mu).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return fences(section)
    .filter(({ language }) => language === 'sh')
    .map(({ text: script }) => script);
};

/** What a script prints. In the checkout; an image is neither built nor pushed here. @throws with what it prints when it fails. */
export type Give = (script: string) => Promise<string>;

/** Where `$REPOSITORY` is. */
export const REPOSITORY = 'https://git.test/team/impersonation-operator.git';

/** A shell with the kubectl and the Helm of the tests, for this cluster. */
export const shell = async (cluster: Cluster): Promise<Give> => {
  const programs = join(cluster.directory, 'bin');
  await mkdir(programs);
  await symlink(await acquireHelm({ environment: process.env, report: () => undefined }), join(programs, 'helm'));
  await symlink(join(cluster.controlPlane.binaries, 'kubectl'), join(programs, 'kubectl'));
  const env = {
    ...process.env,
    PATH: [programs, process.env['PATH']].join(delimiter),
    TMPDIR: cluster.directory,
    REGISTRY: 'registry.test/team',
    REPOSITORY,
    KUBECONFIG: cluster.controlPlane.kubeconfigPath,
    KUBERC: 'off',
    KUBECACHEDIR: join(cluster.directory, 'kubectl-cache'),
    HELM_CACHE_HOME: join(cluster.directory, 'helm', 'cache'),
    HELM_CONFIG_HOME: join(cluster.directory, 'helm', 'config'),
    HELM_DATA_HOME: join(cluster.directory, 'helm', 'data'),
  };
  return async (script) => {
    const lines = script.split('\n').filter((line) => !line.startsWith('docker '));
    const child = spawn('sh', ['-euc', `exec 2>&1\n${lines.join('\n')}`], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    });
    const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
    const [output, code] = await Promise.all([text(child.stdout), ended]);
    if (code !== 0) throw new Error(`${script} ended with status ${code}: ${output}`);
    return output;
  };
};

/** Lets the API server know the kinds of another project. */
export const giveKinds = async (give: Give, project: Project): Promise<void> => {
  const kinds = await acquireKinds(project, { environment: process.env, report: () => undefined });
  // right after the creation there is no condition yet, which kubectl takes for an error
  const established = 'until kubectl wait --for=condition=Established crd --all; do sleep 1; done';
  await give(`kubectl apply --server-side -f ${kinds}\n${established}`);
};
