import type { Access } from '../cluster/credentials.ts';
import type { Config } from '../config.ts';
import type { Ceiling, Installation } from '../controllers/index.ts';

const text = (pem: Access['tls']['ca']): string | undefined =>
  pem === undefined ? undefined : [pem].flat().map(String).join('\n');

const setOf = (names: readonly string[] | undefined): ReadonlySet<string> | undefined => names && new Set(names);

const ceilingOf = (config: Config): Ceiling => {
  const { users, groups, uids, extra, serviceAccountNamespaces, actions, ...forBindings } = config.ceiling;
  return {
    privileged: {
      users: new Set(config.privilegedUsers),
      groups: new Set(config.privilegedGroups),
      serviceAccounts: new Set(config.privilegedServiceAccounts),
      nodes: new Set(config.privilegedNodes),
    },
    users: setOf(users),
    groups: setOf(groups),
    uids: setOf(uids),
    extra: extra && new Map(extra.map(({ key, values }) => [key, values === undefined ? 'all' : new Set(values)])),
    serviceAccountNamespaces: setOf(serviceAccountNamespaces),
    actions,
    clusterRoles: setOf(forBindings.clusterRoles),
    roles: setOf(forBindings.roles),
    rules: forBindings.rules,
    tokenAccounts: setOf(forBindings.tokenAccounts),
  };
};

/** What the installer decided, as the controllers want it; `access` gives what generated kubeconfigs have where nothing was said. */
export const installationOf = (config: Config, access: Access): Installation => ({
  operatorNamespace: config.operatorNamespace,
  credentialNamespaces: config.credentialNamespaces,
  privilegedNamespaces: new Set(['kube-system', ...config.privilegedNamespaces]),
  ceiling: ceilingOf(config),
  requireExpiry: config.requireExpiry,
  maxGrantMs: config.maxGrantDurationMs,
  endpoint: {
    clusterName: config.clusterName ?? 'kubernetes',
    server: config.apiServerUrl ?? `${access.origin}${access.basePath}`,
    // The authority of the operator's own way to the server says nothing of another one.
    certificateAuthority: config.apiServerCA ?? (config.apiServerUrl === undefined ? text(access.tls.ca) : undefined),
  },
});
