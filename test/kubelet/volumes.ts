/** The volumes of a Pod as directories of this machine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Admin } from '../integration/admin.ts';
import { type ConfigMapSource, type Pod, type TokenSource, type Volume, fieldOf } from './pod-object.ts';

/** Text by path in the volume. */
type Files = ReadonlyMap<string, string>;

/** Writes every volume below `directory`; answers the directory by the volume's name. */
export const writeVolumes = async (pod: Pod, admin: Admin, directory: string): Promise<ReadonlyMap<string, string>> => {
  const written = new Map<string, string>();
  for (const volume of pod.spec.volumes ?? []) {
    const root = join(directory, volume.name);
    await mkdir(root, { recursive: true });
    for (const [path, text] of await filesOf(volume, pod, admin)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    written.set(volume.name, root);
  }
  return written;
};

const filesOf = async (volume: Volume, pod: Pod, admin: Admin): Promise<Files> => {
  if (volume.configMap !== undefined) return configMapFiles(volume.configMap, pod, admin);
  if (volume.emptyDir !== undefined) return new Map();
  if (volume.projected === undefined) throw new Error(`the stand-in does not know the sort of volume ${volume.name}`);
  const files = new Map<string, string>();
  for (const { serviceAccountToken, configMap, downwardAPI } of volume.projected.sources) {
    if (serviceAccountToken !== undefined)
      files.set(serviceAccountToken.path, await token(serviceAccountToken, pod, admin));
    if (configMap !== undefined)
      for (const [path, text] of await configMapFiles(configMap, pod, admin)) files.set(path, text);
    for (const { path, fieldRef } of downwardAPI?.items ?? []) files.set(path, fieldOf(pod, fieldRef.fieldPath));
  }
  return files;
};

const configMapFiles = async ({ name, items }: ConfigMapSource, pod: Pod, admin: Admin): Promise<Files> => {
  const map = await admin.get('ConfigMap', name, pod.metadata.namespace);
  if (map === undefined) throw new Error(`there is no ConfigMap ${name}`);
  const data = (map['data'] ?? {}) as Readonly<Record<string, string>>;
  return new Map(
    items === undefined ? Object.entries(data) : items.map(({ key, path }) => [path, data[key] ?? ''] as const),
  );
};

/** A token of the Pod's account that is bound to the Pod, as the kubelet asks for it: it dies with the Pod. */
const token = async ({ expirationSeconds, audience }: TokenSource, pod: Pod, admin: Admin): Promise<string> => {
  const { name, namespace, uid } = pod.metadata;
  const answer = await admin.send(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${pod.spec.serviceAccountName}/token`,
    {
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          expirationSeconds: expirationSeconds ?? 3600,
          ...(audience !== undefined && { audiences: [audience] }),
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      },
    },
  );
  if (answer.status >= 300) throw new Error(`no token for the Pod ${namespace}/${name}: ${answer.body}`);
  return (JSON.parse(answer.body) as { status: { token: string } }).status.token;
};
