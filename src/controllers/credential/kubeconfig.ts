import { stringify } from 'yaml';
import type { Endpoint } from '../installation.ts';
import type { ActingAs } from './spec.ts';

/** A kubeconfig that works as it is: the holder of the token, acting as this identity. */
export const kubeconfig = (endpoint: Endpoint, token: string, { user, uid, groups, extra }: ActingAs): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: endpoint.clusterName,
        cluster: {
          server: endpoint.server,
          ...(endpoint.certificateAuthority === undefined
            ? {}
            : { 'certificate-authority-data': Buffer.from(endpoint.certificateAuthority).toString('base64') }),
        },
      },
    ],
    users: [
      {
        name: USER,
        user: {
          token,
          ...(user === undefined ? {} : { as: user }),
          ...(uid === undefined ? {} : { 'as-uid': uid }),
          ...(groups.length === 0 ? {} : { 'as-groups': groups }),
          ...(extra.length === 0
            ? {}
            : { 'as-user-extra': Object.fromEntries(extra.map(({ key, values }) => [key, values])) }),
        },
      },
    ],
    contexts: [{ name: endpoint.clusterName, context: { cluster: endpoint.clusterName, user: USER } }],
    'current-context': endpoint.clusterName,
  });

/** The name of the entry in the file; it means nothing to the API server. */
const USER = 'impersonator';
