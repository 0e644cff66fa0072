/** What the Helm chart shares with the rest: CRDs, the rules of roles, the schema of settings. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { KINDS, crdYaml } from '../crd.ts';
import { policyTemplates } from './policies.ts';
import { valuesSchema } from './schema.ts';

const CHART = 'charts/impersonation-operator';
const RBAC = resolve(import.meta.dirname, '../../../config/rbac');

interface Rule {
  readonly verbs: readonly string[];
}

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly Rule[];
}

/** The template with the rules of each role, by its file in config/rbac and its name there. */
const ROLES = {
  operator: ['cluster-role.yaml', 'impersonation-operator'],
  events: ['events-role.yaml', 'impersonation-operator-events'],
  leader: ['leader-role.yaml', 'impersonation-operator-leader'],
  credentials: ['credentials-role.yaml', 'impersonation-operator-credentials'],
  view: ['user-roles.yaml', 'impersonation-operator-view'],
  edit: ['user-roles.yaml', 'impersonation-operator-edit'],
} as const satisfies Readonly<Record<string, readonly [file: string, role: string]>>;

const GENERATED_POLICY = '# Generated from dev/generate/policy by "npm run generate"; do not edit.\n';

/** Text by path, relative to the checkout. */
export const chartFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...KINDS.map(
      (kind) => [`${CHART}/templates/crds/${kind.resource.plural}.yaml`, crdTemplate(crdYaml(kind))] as const,
    ),
    ...[...policyTemplates()].map(
      ([name, text]) => [`${CHART}/templates/policy/${name}`, GENERATED_POLICY + text] as const,
    ),
    [`${CHART}/templates/_rules.tpl`, rulesTemplates()],
    [`${CHART}/values.schema.json`, `${JSON.stringify(valuesSchema, undefined, 2)}\n`],
  ]);

const HEAD = `{{- if .Values.crds.enabled }}
`;

const METADATA = `
  labels:
    {{- include "impersonation-operator.labels" . | nindent 4 }}
  annotations:
    argocd.argoproj.io/sync-wave: '-1'
    {{- if .Values.crds.keep }}
    helm.sh/resource-policy: keep
    {{- end }}
spec:
`;

/** @throws where the text would mean something else to Helm. */
const crdTemplate = (yaml: string): string => {
  if (yaml.includes('{{')) throw new Error('a CRD contains "{{", which Helm would read');
  const [first = '', ...rest] = yaml.split('\n');
  const text = rest.join('\n');
  if (text.split('\nspec:\n').length !== 2) throw new Error('a CRD is not of the expected form');
  return `${first}\n${HEAD}${text.replace('\nspec:\n', METADATA)}{{- end }}\n`;
};

const rulesTemplates = (): string =>
  [
    `{{- /* Generated from config/rbac by "npm run generate"; do not edit. */}}`,
    defined('base', stringify(rulesOf(...ROLES.operator).filter(isNarrow))),
    ...Object.entries(ROLES).map(([name, [file, role]]) => defined(name, stringify(rulesOf(file, role)))),
    '',
  ].join('\n');

const defined = (name: string, yaml: string): string =>
  `{{- define "impersonation-operator.rules.${name}" -}}\n${yaml}{{- end }}`;

/** Lets nobody pass on what he does not hold. */
const isNarrow = ({ verbs }: Rule): boolean => !verbs.includes('escalate') && !verbs.includes('bind');

const rulesOf = (file: string, name: string): readonly Rule[] => {
  const documents = parseAllDocuments(readFileSync(resolve(RBAC, file), 'utf8'));
  const role = documents
    .map((document) => document.toJS() as Role)
    .find(({ kind, metadata }) => kind.endsWith('Role') && metadata.name === name);
  if (role === undefined) throw new Error(`config/rbac/${file} has no role ${name}`);
  return role.rules;
};
