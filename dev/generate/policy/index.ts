import { stringify } from 'yaml';
import { bindingPolicies } from './binding.ts';
import { credentialPolicies } from './credential.ts';
import { grantActionPolicies } from './grant-actions.ts';
import { grantTargetPolicies } from './grant-targets.ts';
import { guardCredentialPolicies } from './guard-credentials.ts';
import { guardRbacPolicies } from './guard-rbac.ts';
import { lifetimePolicies } from './lifetime.ts';
import { type Policy, policyBindingObject, policyObject } from './policy.ts';
import { type PolicySettings, SHIPPED } from './settings.ts';

const FIRST_LINE =
  '# Generated from src/crds by "npm run generate"; do not edit. The rules are in dev/generate/policy.\n';

/** What holds authors to their own rights. */
export const authorPolicies = (settings: PolicySettings): Policy[] => [
  ...grantTargetPolicies,
  ...grantActionPolicies,
  ...bindingPolicies,
  ...credentialPolicies(settings),
  ...lifetimePolicies(settings),
];

/** What holds the operator to its purpose, should somebody else have its token. */
export const operatorPolicies = (settings: PolicySettings): Policy[] => [
  ...guardRbacPolicies(settings),
  ...guardCredentialPolicies(settings),
];

/** The policies with their bindings, in an order in which they can be applied. */
export const policyObjects = (policies: readonly Policy[]): object[] =>
  policies.flatMap((policy) => [policyObject(policy), policyBindingObject(policy)]);

/** YAML of policies with their bindings. */
export const policyYaml = (policies: readonly Policy[]): string =>
  FIRST_LINE +
  policyObjects(policies)
    .map((object) => stringify(object, { lineWidth: 0 }))
    .join('---\n');

const about = (slug: string): string =>
  policyYaml(authorPolicies(SHIPPED).filter(({ name }) => name.startsWith(`impersonation-${slug}-`)));

/** Text by file name. */
export const policyFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['impersonationgrants.yaml', about('grant')],
    ['userbindings.yaml', about('binding')],
    ['operator.yaml', policyYaml(operatorPolicies(SHIPPED))],
  ]);
