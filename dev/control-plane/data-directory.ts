/** The throw-away directory of one control plane: keys, configuration, etcd's data, logs. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

export interface DataDirectory {
  readonly path: string;
  readonly etcd: string;
  readonly certificates: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly tokens: string;
  readonly auditPolicy: string;
  readonly auditLog: string;
  readonly ca: string;
  readonly kubeconfig: string;
  readonly logs: string;
  readonly adminToken: string;
  /** Removes it when this process exits: until a program that uses it has started nobody else would. */
  readonly removeAtExit: () => void;
}

/** Somebody who signs in with a token of their own. */
export interface TokenUser {
  readonly token: string;
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

const prefix = 'impersonation-operator-control-plane-';

/** Metadata of every request, once, when it is answered; a watch once when it begins and once when it ends. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

/** A line of the API server's token file. */
const tokenLine = ({ token, user, uid, groups }: TokenUser): string =>
  `${[token, user, uid, groups.join(',')].map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\n`;

/**
 * Makes the directory, the service-account keys, and the tokens: the admin's (group `system:masters`) and those of `users`.
 * Nothing here is awaited: a signal that came meanwhile ends this process at the next await, while a write that
 * goes on in another thread puts a file back into the directory that is being removed.
 */
export const createDataDirectory = (users: readonly TokenUser[] = []): DataDirectory => {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const path = mkdtempSync(join(tmpdir(), prefix));
  const directory: DataDirectory = {
    path,
    etcd: join(path, 'etcd'),
    certificates: join(path, 'certificates'),
    serviceAccountKey: join(path, 'service-account.key'),
    serviceAccountPublicKey: join(path, 'service-account.pub'),
    tokens: join(path, 'tokens.csv'),
    auditPolicy: join(path, 'audit-policy.yaml'),
    auditLog: join(path, 'audit.log'),
    ca: join(path, 'ca.crt'),
    kubeconfig: join(path, 'kubeconfig'),
    logs: join(path, 'logs'),
    adminToken: randomBytes(32).toString('base64url'),
    removeAtExit: () => {
      try {
        rmSync(path, { recursive: true, force: true });
      } catch {
        // A program still writes there; whoever ends it removes the rest.
      }
    },
  };
  process.on('exit', directory.removeAtExit);
  mkdirSync(directory.logs);
  writeFileSync(directory.serviceAccountKey, keys.privateKey, { mode: 0o600 });
  writeFileSync(directory.serviceAccountPublicKey, keys.publicKey);
  const admin: TokenUser = { token: directory.adminToken, user: 'admin', uid: 'admin', groups: ['system:masters'] };
  writeFileSync(directory.tokens, [admin, ...users].map(tokenLine).join(''), { mode: 0o600 });
  writeFileSync(directory.auditPolicy, stringify(auditPolicy));
  return directory;
};

export const removeDataDirectory = async (directory: DataDirectory): Promise<void> => {
  await rm(directory.path, { recursive: true, force: true, maxRetries: 10 });
  process.off('exit', directory.removeAtExit);
};

/** Removes all but the logs: secrets and data serve nobody after the processes are gone. */
export const keepLogsOnly = async (directory: DataDirectory): Promise<void> => {
  process.off('exit', directory.removeAtExit);
  for (const entry of await readdir(directory.path)) {
    const path = join(directory.path, entry);
    if (path !== directory.logs) await rm(path, { recursive: true, force: true });
  }
};
