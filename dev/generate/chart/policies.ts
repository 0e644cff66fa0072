/** The admission policies as templates: what the installer decides comes from the values. */
import { stringify } from 'yaml';
import { authorPolicies, operatorPolicies, policyObjects } from '../policy/index.ts';
import type { Policy } from '../policy/policy.ts';
import { type PolicySettings, SHIPPED } from '../policy/settings.ts';

/** Names that no installer has, to be found again in the text; DNS names need no quotes wherever they are put. */
const MARKS = {
  operatorNamespace: 'mark-operator-namespace',
  operatorAccount: 'mark-operator-account',
  credentialNamespace: 'mark-credential-namespace',
} as const;

const MARKED: PolicySettings = {
  ...SHIPPED,
  operatorNamespace: MARKS.operatorNamespace,
  operatorAccount: MARKS.operatorAccount,
  credentialNamespaces: [MARKS.credentialNamespace],
};

const json = (value: string): string => `{{ toJson (toJson (${value})) }}`;
const ofCeiling = (field: string): string => json(`.Values.ceiling.${field}`);

/** The expression of each variable that an installer decides. A list in JSON is one in CEL. */
const VARIABLES: Readonly<Record<string, string>> = {
  operatorNamespace: json('.Release.Namespace'),
  credentialNamespaces: json('.Values.credentialNamespaces'),
  privilegedNamespaces: json('concat (list "kube-system") .Values.ceiling.privilegedNamespaces'),
  privilegedUsers: ofCeiling('privilegedUsers'),
  privilegedGroups: ofCeiling('privilegedGroups'),
  privilegedServiceAccounts: ofCeiling('privilegedServiceAccounts'),
  privilegedNodes: ofCeiling('privilegedNodes'),
  clusterRoles: ofCeiling('clusterRoles'),
  roles: ofCeiling('roles'),
  rules: ofCeiling('rules'),
  tokenAccounts: ofCeiling('tokenAccounts'),
  requireExpiry: '"{{ default false .Values.settings.requireExpiry }}"',
  maxGrantSeconds: `"{{ with .Values.settings.maxGrantDuration }}duration('{{ . }}').getSeconds(){{ else }}0{{ end }}"`,
};

const placed = (name: string): string => `mark-variable-${name}`;

const withPlaces = (policy: Policy): Policy => ({
  ...policy,
  variables: policy.variables.map(({ name, expression }) => ({
    name,
    expression: name in VARIABLES ? placed(name) : expression,
  })),
});

const templated = (policy: Policy): string => {
  const text = policyObjects([withPlaces(policy)])
    .map((object) => stringify(object, { lineWidth: 0 }))
    .join('---\n');
  if (text.includes('{{')) throw new Error(`${policy.name} contains "{{", which Helm would read`);
  const filled = Object.entries(VARIABLES).reduce((all, [name, value]) => all.replaceAll(placed(name), value), text);
  return filled
    .replaceAll(MARKS.operatorNamespace, '{{ .Release.Namespace }}')
    .replaceAll(MARKS.operatorAccount, '{{ include "impersonation-operator.fullname" . }}')
    .replaceAll(MARKS.credentialNamespace, '{{ first .Values.credentialNamespaces }}')
    .replaceAll(
      'labels:\n    app.kubernetes.io/name: impersonation-operator\n',
      'labels:\n    {{- include "impersonation-operator.labels" . | nindent 4 }}\n  annotations:\n    argocd.argoproj.io/sync-wave: "-1"\n',
    );
};

const template = (policies: readonly Policy[], condition: string): string =>
  `{{- if ${condition} }}\n${policies.map(templated).join('---\n')}{{- end }}\n`;

/** Text by file name. */
export const policyTemplates = (): ReadonlyMap<string, string> =>
  new Map([
    ['authors.yaml', template(authorPolicies(MARKED), 'ne .Values.profile "none"')],
    ['operator.yaml', template(operatorPolicies(MARKED), 'ne .Values.profile "none"')],
  ]);
