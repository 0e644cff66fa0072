/** What config/install.yaml allows the operator, and how a request reads in the same words. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { AuditEvent } from '../../../dev/control-plane/audit.ts';
import type { AnyObject } from '../admin.ts';

export const INSTALL = fileURLToPath(new URL('../../../config/install.yaml', import.meta.url));
export const SYSTEM = 'impersonation-system';
export const CREDENTIALS = 'impersonation-credentials';
export const NAME = 'impersonation-operator';
export const USER = `system:serviceaccount:${SYSTEM}:${NAME}`;

export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

export const documents = (yaml: string): AnyObject[] =>
  parseAllDocuments(yaml).map((document) => document.toJS() as AnyObject);

export const manifests = async (): Promise<AnyObject[]> => documents(await readFile(INSTALL, 'utf8'));

/** `verb group/resource in namespace`; nothing after "in" is everywhere. */
const line = (verb: string, group: string, resource: string, namespace: string): string =>
  `${verb} ${group}/${resource} in ${namespace}`;

const linesOf = ({ apiGroups = [], resources = [], nonResourceURLs = [], verbs }: Rule, namespace: string): string[] =>
  verbs.flatMap((verb) => [
    ...apiGroups.flatMap((group) => resources.map((resource) => line(verb, group, resource, namespace))),
    ...nonResourceURLs.map((url) => `${verb} ${url}`),
  ]);

/** What is checked while something else is asked for, and so is in no log; each is proved by what fails without it. */
const NEVER_REQUESTED = new Set(
  ['clusterroles', 'roles'].flatMap((resource) =>
    ['escalate', 'bind'].map((verb) => line(verb, 'rbac.authorization.k8s.io', resource, '')),
  ),
);

/** What the operator is bound to; the other roles are for people. */
const bound = async (): Promise<AnyObject[]> => {
  const objects = await manifests();
  const named = new Set(objects.map(({ roleRef }) => (roleRef as { name: string } | undefined)?.name));
  return objects.filter(({ kind, metadata }) => /^(Cluster)?Role$/.test(kind) && named.has(metadata.name));
};

/** Everything that the manifest allows and a request can ask for, sorted. */
export const held = async (): Promise<string[]> =>
  (await bound())
    .flatMap(({ metadata, rules }) => (rules as Rule[]).flatMap((rule) => linesOf(rule, metadata.namespace ?? '')))
    .filter((one) => !NEVER_REQUESTED.has(one))
    .toSorted();

/** A request in the words of the rules: its namespace counts only where the manifest names one for the resource. */
export const requested = ({ verb, objectRef, requestURI }: AuditEvent, allowed: readonly string[]): string => {
  if (objectRef === undefined) return `${verb} ${requestURI}`;
  const { apiGroup = '', resource, subresource, namespace = '' } = objectRef;
  const name = subresource === undefined ? resource : `${resource}/${subresource}`;
  const isClusterWide = allowed.some((one) => one.endsWith(` ${apiGroup}/${name} in `));
  return line(verb, apiGroup, name, isClusterWide ? '' : namespace);
};
