/** The manifests of config/ in one file, in an order in which they can be applied. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { KINDS, crdYaml } from './crd.ts';
import { policyFiles } from './policy/index.ts';

const CONFIG = resolve(import.meta.dirname, '../../config');

/** Policies before whom they hold. Namespaces before what is in them; rights before the Deployment that needs them. */
const MANIFESTS = [
  'manager/namespaces.yaml',
  'rbac/service-account.yaml',
  'rbac/cluster-role.yaml',
  'rbac/events-role.yaml',
  'rbac/leader-role.yaml',
  'rbac/credentials-role.yaml',
  'rbac/user-roles.yaml',
  'manager/deployment.yaml',
  'manager/pod-disruption-budget.yaml',
] as const;

const FIRST_LINE =
  '# Generated from src/crds by "npm run generate"; do not edit. What is not a CRD comes from config/.';

export const installYaml = (): string =>
  [
    `${FIRST_LINE}\n`,
    [
      ...KINDS.map(crdYaml),
      ...policyFiles().values(),
      ...MANIFESTS.map((path) => readFileSync(resolve(CONFIG, path), 'utf8')),
    ].join('---\n'),
  ].join('');
