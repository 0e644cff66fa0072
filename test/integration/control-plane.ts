/** One control plane for all integration tests; `inject('controlPlane')` tells a test how to reach it. */
import type { TestProject } from 'vitest/node';
import { acquireBinaries } from '../../dev/control-plane/acquire.ts';
import type { Connection } from '../../dev/control-plane/connection.ts';
import { startControlPlane } from '../../dev/control-plane/start.ts';
import { PEOPLE } from './people.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    controlPlane: Connection;
  }
}

const report = (line: string): void => void process.stdout.write(`${line}\n`);

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const binaries = await acquireBinaries({ environment: process.env, report });
  const controlPlane = await startControlPlane({ binaries, audit: true, users: PEOPLE });
  const { url, ca, adminToken, kubeconfigPath, auditLogPath } = controlPlane;
  project.provide('controlPlane', { url, ca, adminToken, kubeconfigPath, binaries, auditLogPath });
  return async () => {
    const keepLogs = project.vitest.state.getCountOfFailedTests() > 0;
    await controlPlane.stop({ keepLogs });
    if (keepLogs) report(`logs of the control plane are kept in ${controlPlane.dataDirectory}`);
  };
};
