import { ceilingLists } from './ceiling.ts';
import {
  address,
  boolean,
  certificateFile,
  duration,
  httpsUrl,
  integer,
  label,
  listOf,
  namespace,
  nonEmptyListOf,
  objectName,
  oneOf,
  privilegedGroup,
  privilegedUser,
  serviceAccount,
  type Value,
} from './values.ts';

/** One row of the table that parsing, `--help` and docs/configuration.md follow. */
export interface Setting<T> {
  /** In kebab-case: `--name` is the flag, `IMPERSONATION_NAME` the variable. */
  readonly name: string;
  readonly value: Value<T>;
  /** As the user would write it; undefined where the setting may be absent. */
  readonly fallback: string | undefined;
  readonly doc: string;
}

const setting = <T>(name: string, value: Value<T>, fallback: string, doc: string): Setting<T> => ({
  name,
  value,
  fallback,
  doc,
});

const optional = <T>(name: string, value: Value<T>, doc: string): Setting<T | undefined> => ({
  name,
  value,
  fallback: undefined,
  doc,
});

/** The key is the field of `Config`. */
export const settings = {
  profile: setting(
    'profile',
    oneOf('guarded', 'bounded', 'none'),
    'guarded',
    'Which admission policies have to be in force: guarded, those for authors and for the operator; bounded, those for authors; none, for development only, where whoever writes our objects is cluster-admin.',
  ),
  credentialNamespaces: setting(
    'credential-namespaces',
    nonEmptyListOf(namespace),
    'impersonation-credentials',
    'Namespaces in which credentials may live; the first is the default. Whoever reads Secrets or creates Pods in one of them is every identity in it.',
  ),
  operatorNamespace: setting(
    'operator-namespace',
    namespace,
    'impersonation-system',
    "The operator's own namespace, which holds its lease; no account in it is ever a subject or a target. In a Pod the default is the namespace of the Pod.",
  ),
  clusterName: optional('cluster-name', label, 'Name of the cluster in generated kubeconfigs.'),
  apiServerUrl: optional(
    'api-server-url',
    httpsUrl,
    'Server in generated kubeconfigs. When absent, the URL that the operator itself uses.',
  ),
  apiServerCA: optional(
    'api-server-ca-file',
    certificateFile,
    'CA certificates in generated kubeconfigs. When absent, those that the operator itself trusts.',
  ),
  privilegedNamespaces: setting(
    'privileged-namespaces',
    listOf(namespace),
    '',
    'Namespaces, besides kube-system, whose service accounts are privileged targets.',
  ),
  privilegedUsers: setting(
    'privileged-users',
    listOf(privilegedUser),
    '',
    'Ceiling: the privileged users that a grant with allowPrivileged may name.',
  ),
  privilegedGroups: setting(
    'privileged-groups',
    listOf(privilegedGroup),
    '',
    'Ceiling: the privileged groups that a grant with allowPrivileged may name.',
  ),
  privilegedServiceAccounts: setting(
    'privileged-service-accounts',
    listOf(serviceAccount),
    '',
    'Ceiling: the privileged service accounts that a grant with allowPrivileged may name.',
  ),
  privilegedNodes: setting(
    'privileged-nodes',
    listOf(objectName),
    '',
    'Ceiling: the nodes that a grant with allowPrivileged may name; every node is privileged.',
  ),
  ceiling: setting(
    'ceiling',
    ceilingLists,
    '{}',
    'Ceiling: what else may be handed out. A list that is absent limits nothing; the chart names all of them in the profile bounded, and those for user bindings in guarded. The API server holds the operator to it whatever stands here: this is for a clear answer.',
  ),
  maxGrantDurationMs: optional(
    'max-grant-duration',
    duration('1m', '87600h'),
    'Longest time from the start of a grant or binding to its expiresAt. Implies require-expiry.',
  ),
  requireExpiry: setting('require-expiry', boolean, 'false', 'Refuse grants and bindings without expiresAt.'),
  relistIntervalMs: setting(
    'relist-interval',
    duration('10s', '24h'),
    '10m',
    'How often the caches are compared with a full list from the API server.',
  ),
  concurrency: setting('concurrency', integer(1, 64), '8', 'How many objects are reconciled at the same time.'),
  leaderElect: setting(
    'leader-elect',
    boolean,
    'true',
    'Write only while holding the lease. Turn it off only where a single replica runs.',
  ),
  leaseName: setting(
    'lease-name',
    objectName,
    'impersonation-operator',
    'Name of the lease in the operator namespace.',
  ),
  leaseDurationMs: setting(
    'lease-duration',
    duration('1s', '10m', true),
    '15s',
    'How long another replica leaves an unrenewed lease alone.',
  ),
  renewDeadlineMs: setting(
    'renew-deadline',
    duration('500ms', '10m'),
    '10s',
    'How long after its last renewal the leader may write; shorter than lease-duration.',
  ),
  retryPeriodMs: setting(
    'retry-period',
    duration('100ms', '1m'),
    '2s',
    'How often the lease is renewed or tried for; at most half of renew-deadline.',
  ),
  listenAddress: setting(
    'listen-address',
    address,
    '0.0.0.0:8080',
    'Where /metrics, /healthz and /readyz are served, over plain HTTP.',
  ),
  logLevel: setting(
    'log-level',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
    'info',
    'The least severe level that is logged.',
  ),
  logFormat: setting(
    'log-format',
    oneOf('json', 'pretty', 'auto'),
    'auto',
    'One JSON object per line, or text for people; auto is pretty on a terminal and json elsewhere.',
  ),
} satisfies Record<string, Setting<unknown>>;

type Settings = typeof settings;

/** What the process was told. Names of durations end in Ms: milliseconds. */
export type Config = { readonly [Field in keyof Settings]: Settings[Field] extends Setting<infer T> ? T : never };

export const flagOf = ({ name }: Pick<Setting<unknown>, 'name'>): string => `--${name}`;

export const variablePrefix = 'IMPERSONATION_';

export const variableOf = ({ name }: Pick<Setting<unknown>, 'name'>): string =>
  variablePrefix + name.replaceAll('-', '_').toUpperCase();
