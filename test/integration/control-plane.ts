/** The control planes of a project, one for each worker: `planeOfWorker()` is that of a file. */
import type { TestProject } from 'vitest/node';
import { acquireBinaries } from '../../dev/control-plane/acquire.ts';
import type { Connection } from '../../dev/control-plane/connection.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/start.ts';
import { featureGates } from './connection.ts';
import { TOKEN_USERS } from './people.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    controlPlanes: readonly Connection[];
  }
}

const report = (line: string): void => void process.stdout.write(`${line}\n`);

const connection = ({ url, ca, adminToken, kubeconfigPath, binaries, auditLogPath }: ControlPlane): Connection => ({
  url,
  ca,
  adminToken,
  kubeconfigPath,
  binaries,
  auditLogPath,
});

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const binaries = await acquireBinaries({ environment: process.env, report });
  const { gate } = project.getProvidedContext();
  const planes = await Promise.all(
    Array.from({ length: project.config.maxWorkers }, () =>
      startControlPlane({
        binaries,
        audit: true,
        users: TOKEN_USERS,
        featureGates: featureGates(gate),
      }),
    ),
  );
  project.provide('controlPlanes', planes.map(connection));
  return async () => {
    const keepLogs = project.vitest.state.getCountOfFailedTests() > 0;
    for (const plane of planes) {
      await plane.stop({ keepLogs });
      if (keepLogs) report(`logs of the control plane are kept in ${plane.dataDirectory}`);
    }
  };
};
