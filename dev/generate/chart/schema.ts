/** values.schema.json: every value of the chart, so that a misspelt or wrong one is refused by its name. */
import { type JsonSchema, ceilingSchema, namespaceName, settingsSchema } from './settings.ts';

const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties,
});
const boolean: JsonSchema = { type: 'boolean' };
const string: JsonSchema = { type: 'string' };
/** Given on to Kubernetes as it is. */
const anyObject: JsonSchema = { type: 'object' };
const anyList: JsonSchema = { type: 'array', items: { type: 'object' } };
const strings: JsonSchema = { type: 'object', additionalProperties: string };
const name: JsonSchema = { type: 'string', pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$' };
const interval: JsonSchema = { type: 'string', pattern: '^([0-9]+(ms|s|m|h))+$' };
const monitor = object({ enabled: boolean, interval, labels: strings });
/** A number, or a percentage. */
const count: JsonSchema = {
  oneOf: [
    { type: 'integer', minimum: 0 },
    { type: 'string', pattern: '^[0-9]+%$' },
  ],
};

export const valuesSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $comment: 'Generated from src/config by "npm run generate"; do not edit.',
  title: 'Values of the chart impersonation-operator',
  ...object({
    // Helm gives these to every chart.
    global: anyObject,
    nameOverride: name,
    fullnameOverride: name,
    commonLabels: strings,
    image: object({
      repository: { type: 'string', minLength: 1 },
      tag: string,
      digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
      pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
    }),
    imagePullSecrets: { type: 'array', items: object({ name: string }) },
    replicas: { type: 'integer', minimum: 0 },
    crds: object({ enabled: boolean, keep: boolean }),
    profile: { enum: ['guarded', 'bounded', 'none'] },
    ceiling: ceilingSchema,
    credentialNamespaces: { type: 'array', minItems: 1, uniqueItems: true, items: namespaceName },
    createCredentialNamespaces: boolean,
    settings: settingsSchema,
    apiServerCA: { type: 'string', pattern: '^\\s*$|-----BEGIN CERTIFICATE-----' },
    userRoles: object({ create: boolean, aggregateToView: boolean }),
    serviceAccount: object({ annotations: strings }),
    env: anyList,
    podLabels: strings,
    podAnnotations: strings,
    priorityClassName: string,
    nodeSelector: strings,
    tolerations: anyList,
    topologySpreadConstraints: anyList,
    affinity: anyObject,
    resources: object({ requests: anyObject, limits: anyObject, claims: anyList }),
    podDisruptionBudget: object({ enabled: boolean, maxUnavailable: count }),
    networkPolicy: object({
      enabled: boolean,
      from: anyList,
      apiServerPorts: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 1, maximum: 65_535 } },
    }),
    metrics: object({
      serviceMonitor: monitor,
      podMonitor: monitor,
      prometheusRule: object({ enabled: boolean, labels: strings }),
      dashboard: object({ enabled: boolean, labels: strings, annotations: strings }),
    }),
  }),
};
