/** What it takes to become somebody and do something, written down as tables say it, not as the evaluator does. */
import type { Attributes, PolicyRule } from '../../../src/rbac/index.ts';
import type { Headers } from './wanted.ts';

/**
 * `bare`: legacy, whatever goes with the user is forgotten. `associated`: constrained, of the caller's own node.
 * `wholesale`: constrained, with the name `*` for all groups and extras.
 */
export type Dialect = 'legacy' | 'bare' | 'constrained' | 'associated' | 'wholesale';

export const isLegacy = (dialect: Dialect): boolean => dialect === 'legacy' || dialect === 'bare';

const AUTHENTICATION = 'authentication.k8s.io';

const valuesOf = (headers: Headers, name: string): string[] =>
  headers.filter(([header]) => header === name).map(([, value]) => value);

const extrasOf = (headers: Headers): [key: string, value: string][] =>
  headers
    .filter(([header]) => header.startsWith('Impersonate-Extra-'))
    .map(([header, value]) => [header.slice('Impersonate-Extra-'.length).toLowerCase().replaceAll('%2f', '/'), value]);

const partsOf = (user: string, prefix: string): string | undefined =>
  user.startsWith(prefix) && user.length > prefix.length ? user.slice(prefix.length) : undefined;

const modeOf = (user: string, dialect: Dialect): string => {
  if (partsOf(user, 'system:node:') !== undefined)
    return dialect === 'associated' ? 'associated-node' : 'arbitrary-node';
  return partsOf(user, 'system:serviceaccount:') === undefined ? 'user-info' : 'serviceaccount';
};

/** A rule, and the namespace that it is needed in; none for the whole cluster. */
export interface Needed {
  readonly rule: PolicyRule;
  readonly namespace: string;
}

/** The rules that let somebody become whom the headers name. */
export const identityRules = (headers: Headers, dialect: Dialect): Needed[] => {
  const [user = ''] = valuesOf(headers, 'Impersonate-User');
  const verbs = [isLegacy(dialect) ? 'impersonate' : `impersonate:${modeOf(user, dialect)}`];
  const core = isLegacy(dialect) ? '' : AUTHENTICATION;
  const needed = (apiGroup: string, resource: string, names: string[], namespace = ''): Needed[] =>
    names.length === 0
      ? []
      : [{ rule: { verbs, apiGroups: [apiGroup], resources: [resource], resourceNames: names }, namespace }];
  const [namespace = '', account] = partsOf(user, 'system:serviceaccount:')?.split(':') ?? [];
  const node = partsOf(user, 'system:node:');
  const whom = (): Needed[] => {
    if (account !== undefined) return needed(core, 'serviceaccounts', [account], namespace);
    if (!isLegacy(dialect) && node !== undefined) return needed(core, 'nodes', [dialect === 'associated' ? '*' : node]);
    return needed(core, 'users', [user]);
  };
  const extras = Map.groupBy(extrasOf(headers), ([key]) => key);
  const all = dialect === 'wholesale';
  if (dialect === 'bare') return whom();
  return [
    ...whom(),
    ...needed(core, 'groups', all ? ['*'] : valuesOf(headers, 'Impersonate-Group')),
    ...needed(AUTHENTICATION, 'uids', valuesOf(headers, 'Impersonate-Uid')),
    ...Array.from(extras, ([key, pairs]) =>
      all
        ? needed(AUTHENTICATION, 'userextras/*', ['*'])
        : needed(
            AUTHENTICATION,
            `userextras/${key}`,
            pairs.map(([, value]) => value),
          ),
    ).flat(),
  ];
};

/** The rule that lets somebody do this. */
export const actionRule = (action: Attributes): Needed => {
  if (action.kind === 'URL') return { rule: { verbs: [action.verb], nonResourceURLs: [action.path] }, namespace: '' };
  const { verb, apiGroup, resource, subresource, namespace, name } = action;
  const resources = [subresource === '' ? resource : `${resource}/${subresource}`];
  const names = name === '' ? {} : { resourceNames: [name] };
  return { rule: { verbs: [verb], apiGroups: [apiGroup], resources, ...names }, namespace };
};

/** The rule that lets somebody do this while being whom the headers name. */
export const impersonateOnRule = (headers: Headers, dialect: Dialect, action: Attributes): Needed => {
  const [user = ''] = valuesOf(headers, 'Impersonate-User');
  const { rule, namespace } = actionRule(action);
  return { rule: { ...rule, verbs: [`impersonate-on:${modeOf(user, dialect)}:${action.verb}`] }, namespace };
};
