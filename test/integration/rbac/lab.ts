/** Two API servers on one store, with the gate and without, and a way to ask them as anybody. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireBinaries } from '../../../dev/control-plane/acquire.ts';
import { type ControlPlane, startControlPlane } from '../../../dev/control-plane/start.ts';
import { authority } from '../../cluster/certificates.ts';
import { AuditLog } from './audit-log.ts';
import { Client } from './client.ts';

/** One of the API servers. */
export interface Server {
  readonly name: string;
  /** Whether its gate ConstrainedImpersonation is on. */
  readonly constrained: boolean;
  readonly admin: Client;
  /** Says who it is by headers, as an authenticating proxy does. */
  readonly proxy: Client;
  readonly audit: AuditLog;
}

export interface Lab {
  readonly on: Server;
  readonly off: Server;
  stop(): Promise<void>;
}

/** Whoever holds a certificate of this authority may say whom a request is from: any user, groups and extras, without an account or a token. */
const proxyFlags = (caFile: string): string[] => [
  `--requestheader-client-ca-file=${caFile}`,
  '--requestheader-username-headers=X-Remote-User',
  '--requestheader-group-headers=X-Remote-Group',
  '--requestheader-extra-headers-prefix=X-Remote-Extra-',
];

export const startLab = async (report: (line: string) => void): Promise<Lab> => {
  const directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-lab-'));
  const proxyAuthority = authority('front-proxy');
  const proxyCertificate = proxyAuthority.issue('front-proxy');
  const caFile = join(directory, 'front-proxy.crt');
  await writeFile(caFile, proxyAuthority.cert);
  const options = { audit: true, apiServerFlags: proxyFlags(caFile) };
  const binaries = await acquireBinaries({ environment: process.env, report });
  let plane: ControlPlane | undefined;
  const clients: Client[] = [];
  const stop = async (keepLogs: boolean): Promise<void> => {
    await Promise.all(clients.map((client) => client.close()));
    await plane?.stop({ keepLogs });
    await rm(directory, { recursive: true, force: true });
  };
  try {
    plane = await startControlPlane({ ...options, binaries });
    const { ca, adminToken } = plane;
    const server = (name: string, constrained: boolean, url: string, auditLogPath: string | undefined): Server => {
      const admin = new Client(url, { ca }, ['Authorization', `Bearer ${adminToken}`]);
      const proxy = new Client(url, { ca, ...proxyCertificate }, []);
      clients.push(admin, proxy);
      return { name, constrained, admin, proxy, audit: new AuditLog(auditLogPath ?? '') };
    };
    const on = server('with the gate', true, plane.url, plane.auditLogPath);
    const second = await plane.addApiServer({ ...options, featureGates: { ConstrainedImpersonation: false } });
    const off = server('without the gate', false, second.url, second.auditLogPath);
    return { on, off, stop: () => stop(false) };
  } catch (error) {
    await stop(true);
    throw error;
  }
};
