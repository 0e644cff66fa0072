/** The token of a service account, as a program on a node has it. */
import type { UserInfo } from '../../../src/rbac/index.ts';
import type { Client } from './client.ts';

const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const AUTHENTICATION = '/apis/authentication.k8s.io/v1';
export const SELF_REVIEWS = `${AUTHENTICATION}/selfsubjectreviews`;

const create = (admin: Client, path: string, name: string, more: object): Promise<unknown> =>
  admin.do({ method: 'POST', path, body: { metadata: { name }, ...more } });

/** Makes the account `agent`, which may become the node that its token is bound to, `worker-1`, and no other. */
export const boundToken = async (admin: Client): Promise<string> => {
  const apiGroups = ['authentication.k8s.io'];
  const rules = [
    { verbs: ['impersonate:associated-node'], apiGroups, resources: ['nodes'], resourceNames: ['*'] },
    { verbs: ['impersonate-on:associated-node:create'], apiGroups, resources: ['selfsubjectreviews'] },
  ];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'agent' };
  const subjects = [{ kind: 'ServiceAccount', namespace: 'default', name: 'agent' }];
  await create(admin, '/api/v1/nodes', 'worker-1', {});
  await create(admin, ACCOUNTS, 'agent', {});
  await create(admin, `${RBAC}/clusterroles`, 'agent', { rules });
  await create(admin, `${RBAC}/clusterrolebindings`, 'agent', { roleRef, subjects });
  const spec = { boundObjectRef: { apiVersion: 'v1', kind: 'Node', name: 'worker-1' } };
  const answer = await admin.do({ method: 'POST', path: `${ACCOUNTS}/agent/token`, body: { spec } });
  return (answer as { status: { token: string } }).status.token;
};

interface Review {
  readonly status: {
    readonly user: {
      readonly username: string;
      readonly uid: string;
      readonly groups: readonly string[];
      readonly extra?: Readonly<Record<string, readonly string[]>>;
    };
  };
}

/** Who the server takes the holder of a token for. */
export const holderOf = async (admin: Client, token: string): Promise<UserInfo> => {
  const path = `${AUTHENTICATION}/tokenreviews`;
  const review = (await admin.do({ method: 'POST', path, body: { spec: { token } } })) as Review;
  const { username: name, uid, groups, extra = {} } = review.status.user;
  return { name, uid, groups, extra: Object.entries(extra).map(([key, values]) => ({ key, values })) };
};
