/** Widenings in words. */
import type { Part, Pattern, Widening } from '../../rbac/index.ts';
import type { SeenBinding } from './seen.ts';
import { type Term, termText } from './subject.ts';

const names = (any: string, one: string, name: Part): string => (name === undefined ? any : `${one} ${name}`);

const account = (namespace: Part, name: Part): string => {
  if (namespace === undefined)
    return name === undefined ? 'every ServiceAccount' : `every ServiceAccount of the name ${name}`;
  return name === undefined ? `every ServiceAccount in namespace ${namespace}` : `ServiceAccount ${namespace}/${name}`;
};

const action = ([, namespace, verb, group, resource, subresource, name]: Extract<Pattern, { 0: 'action' }>): string => {
  const place = namespace === undefined ? '' : ` in namespace ${namespace}`;
  if (verb === undefined && resource === undefined && group === undefined) return `do anything${place}`;
  const of = group === undefined ? ' of any API group' : group === '' ? '' : `.${group}`;
  const part = subresource === '' || subresource === undefined ? '' : `/${subresource}`;
  return [
    verb ?? 'do anything on',
    resource === undefined ? `any resource${of}` : `${resource}${of}${part}`,
    ...(name === undefined ? [] : [`"${name}"`]),
  ]
    .join(' ')
    .concat(place);
};

/** Somebody, or something that goes with him. */
const noun = (pattern: Exclude<Pattern, { 0: 'action' | 'url' }>): string => {
  switch (pattern[0]) {
    case 'user':
      return names('every User', 'User', pattern[1]);
    case 'node':
      return names('every Node', 'Node', pattern[1]);
    case 'group':
      return names('any Group', 'Group', pattern[1]);
    case 'uid':
      return names('any uid', 'uid', pattern[1]);
    case 'account':
      return account(pattern[1], pattern[2]);
    case 'extra':
      return `${names('any extra field', 'extra field', pattern[1])}${pattern[2] === undefined ? '' : ` with value ${pattern[2]}`}`;
    default:
      return pattern satisfies never;
  }
};

export const patternText = (pattern: Pattern): string => {
  if (pattern[0] === 'action') return action(pattern);
  if (pattern[0] === 'url') return `${pattern[1] ?? 'do anything on'} ${pattern[2] ?? 'any path'}`;
  return noun(pattern);
};

const isAction = ([sort]: Pattern): boolean => sort === 'action' || sort === 'url';

/** What follows "lets somebody". */
export const wideningText = (widening: Widening): string => {
  switch (widening.by) {
    case 'anybody':
      return 'become anybody';
    case 'more': {
      const { what } = widening;
      return isAction(what)
        ? `${patternText(what)} as whom this one names`
        : `send ${patternText(what)} with whom this one names`;
    }
    case 'others':
      return `become ${patternText(widening.whom)} with what this one allows beside`;
    default:
      return widening satisfies never;
  }
};

/** `ClusterRoleBinding "x" of ClusterRole "y"`. */
export const bindingText = ({ namespace, name, role }: SeenBinding): string => {
  const roleName = role.slice(role.indexOf('/') + 1);
  const binding = namespace === '' ? `ClusterRoleBinding "${name}"` : `RoleBinding "${namespace}/${name}"`;
  return `${binding} of ${role.startsWith('/') ? 'ClusterRole' : 'Role'} "${roleName}"`;
};

/** The subject that a grant names, and the group through which it is meant. */
export const throughText = (subject: Term, term: Term): string =>
  subject === term ? termText(subject) : `${termText(subject)}, as ${termText(term)},`;
