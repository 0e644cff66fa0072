/** The settings of the operator as JSON Schema: what it would refuse at its start, Helm refuses before. */
import { type Config } from '../../../src/config.ts';
import { settings } from '../../../src/config/settings.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** These have a value of their own in the chart. */
const ELSEWHERE = [
  'credentialNamespaces',
  'operatorNamespace',
  'profile',
  'apiServerCA',
  'privilegedNamespaces',
  'privilegedUsers',
  'privilegedGroups',
  'privilegedServiceAccounts',
  'privilegedNodes',
  'ceiling',
] as const;

export type ChartSetting = Exclude<keyof Config, (typeof ELSEWHERE)[number]>;

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const NAME = `${LABEL}(\\.${LABEL})*`;
const DURATION = '^(([0-9]+(\\.[0-9]+)?|\\.[0-9]+)(ms|s|m|h))+$';
/** Neither "*" nor a space nor a control character. */
const PRIVILEGED = '(system|kubeadm):[\\x21-\\x29\\x2b\\x2d-\\x7e]+';

const text = (pattern: string): JsonSchema => ({ type: 'string', pattern });
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', uniqueItems: true, items });
const duration = text(DURATION);
const boolean: JsonSchema = { type: 'boolean' };

export const namespaceName = text(`^${LABEL}$`);
const objectName: JsonSchema = { ...text(`^${NAME}$`), maxLength: 253 };
const privilegedUser: JsonSchema = { ...text(`^${PRIVILEGED}$`), not: { pattern: '^system:(serviceaccount|node):' } };
const privilegedGroup: JsonSchema = { ...text(`^${PRIVILEGED}$`), not: { const: 'system:masters' } };

const TYPES: Readonly<Record<ChartSetting, JsonSchema>> = {
  clusterName: text('^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  apiServerUrl: text('^https://[^/?#@]+(/[^?#]*)?$'),
  maxGrantDurationMs: duration,
  requireExpiry: boolean,
  relistIntervalMs: duration,
  concurrency: { type: 'integer', minimum: 1, maximum: 64 },
  leaderElect: boolean,
  leaseName: objectName,
  leaseDurationMs: duration,
  renewDeadlineMs: duration,
  retryPeriodMs: duration,
  listenAddress: text('^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9.-]*):[1-9][0-9]{0,4}$'),
  logLevel: { enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] },
  logFormat: { enum: ['json', 'pretty', 'auto'] },
};

const roleName = text('^[^\\s/%]+$');
const namespacedRole = text(`^${LABEL}/[^\\s/%]+$`);
/** Neither privileged, which has lists of its own, nor a pattern. */
const plainName: JsonSchema = { type: 'string', minLength: 1, not: { pattern: '^(system|kubeadm):|^\\*$' } };
const account = text(`^${LABEL}/${NAME}$`);
const names = { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } };

export const ceilingSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    users: listOf(plainName),
    groups: listOf(plainName),
    uids: listOf(plainName),
    extra: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['key'],
        properties: { key: text('^[^A-Z\\s*]+$'), values: { ...listOf(plainName), minItems: 1 } },
      },
    },
    serviceAccountNamespaces: listOf(namespaceName),
    actions: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['verbs'],
        properties: {
          apiGroups: { ...names, items: { type: 'string' } },
          resources: names,
          resourceNames: names,
          nonResourceURLs: names,
          verbs: names,
        },
      },
    },
    privilegedNamespaces: listOf(namespaceName),
    privilegedUsers: listOf(privilegedUser),
    privilegedGroups: listOf(privilegedGroup),
    privilegedServiceAccounts: listOf(account),
    privilegedNodes: listOf(objectName),
    clusterRoles: listOf(roleName),
    roles: listOf(namespacedRole),
    rules: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['apiGroups', 'resources', 'verbs'],
        properties: {
          apiGroups: { ...names, items: { type: 'string' } },
          resources: names,
          resourceNames: names,
          verbs: names,
        },
      },
    },
    tokenAccounts: listOf(account),
  },
};

/** `max-grant-duration` as `maxGrantDuration`: the chart makes the flag of it again. */
export const chartName = (flag: string): string =>
  flag.replaceAll(/-(?<letter>[a-z])/gu, (_, letter: string) => letter.toUpperCase());

const isElsewhere = (field: string): boolean => ELSEWHERE.some((one) => one === field);

/** Field of the configuration by its name in the chart. */
export const chartSettings: ReadonlyMap<string, ChartSetting> = new Map(
  Object.entries(settings).flatMap(([field, { name }]) =>
    isElsewhere(field) ? [] : [[chartName(name), field as ChartSetting] as const],
  ),
);

export const settingsSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    [...chartSettings].map(([name, field]) => {
      const { doc, value, fallback } = settings[field];
      const description = `${doc} Allowed: ${value.allowed}. Default: ${fallback === undefined || fallback === '' ? 'none' : fallback}.`;
      return [name, { description, ...TYPES[field] }];
    }),
  ),
};
