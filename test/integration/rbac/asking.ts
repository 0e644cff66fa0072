/** Puts a question to a server by one real request, and reads its answer. */
import type { Attributes, UserInfo } from '../../../src/rbac/index.ts';
import type { Method, Request } from './client.ts';
import type { Server } from './lab.ts';
import type { Question } from './worlds.ts';

/** What the server says. Anything else is no answer, and an error. */
export type Said =
  /** The request got to where it is carried out, whatever became of it there. */
  | { readonly kind: 'Allowed' }
  /** Whoever is impersonated, or the caller himself, may not do it. */
  | { readonly kind: 'ActionRefused' }
  /** The caller may not become that, in the words of the answer. */
  | { readonly kind: 'ImpersonationRefused'; readonly check: string; readonly name: string }
  | { readonly kind: 'BadRequest' };

const METHODS: Readonly<Record<string, Method>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  post: 'POST',
  update: 'PUT',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
  options: 'OPTIONS',
};

const pathOf = (action: Attributes): string => {
  if (action.kind === 'URL') return action.path;
  const { verb, apiGroup, namespace, resource, name, subresource } = action;
  const parts = [
    ...(apiGroup === '' ? ['api'] : ['apis', apiGroup]),
    'v1',
    ...(namespace === '' ? [] : ['namespaces', namespace]),
    resource,
    ...(name === '' ? [] : [name]),
    ...(subresource === '' ? [] : [subresource]),
  ];
  return `/${parts.map(encodeURIComponent).join('/')}${verb === 'watch' ? '?watch=true' : ''}`;
};

const SELF_REVIEW = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };

/** As an authenticating proxy names the one it speaks for. The server adds `system:authenticated` itself. */
const callerHeaders = ({ name, groups, extra }: UserInfo): string[] => [
  'X-Remote-User',
  name,
  ...groups.flatMap((group) => (group === 'system:authenticated' ? [] : ['X-Remote-Group', group])),
  ...extra.flatMap(({ key, values }) =>
    values.flatMap((value) => [`X-Remote-Extra-${encodeURIComponent(key)}`, value]),
  ),
];

export const requestOf = ({ caller, headers, action }: Question, auditId: string): Request => ({
  method: METHODS[action.verb] ?? 'GET',
  path: pathOf(action),
  headers: ['Audit-ID', auditId, ...callerHeaders(caller), ...headers.flat()],
  ...(action.verb === 'create' ? { body: SELF_REVIEW } : {}),
});

export const ask = async (server: Server, question: Question, auditId: string): Promise<Said> => {
  const { status, text } = await server.proxy.send(requestOf(question, auditId));
  if (status === 403) return refusal(text);
  return status === 400 && text.includes('without impersonating a user') ? { kind: 'BadRequest' } : { kind: 'Allowed' };
};

const refusal = (text: string): Said => {
  const { message = '', details = {} } = JSON.parse(text) as { message?: string; details?: { name?: string } };
  const [, words] =
    / is forbidden: User ".*?" (cannot .*)$/s.exec(message) ??
    / ?forbidden: User ".*?" (cannot .*)$/s.exec(message) ??
    [];
  if (words === undefined) throw new Error(`a refusal that is none of the authorizer: ${message}`);
  return words.startsWith('cannot impersonate')
    ? { kind: 'ImpersonationRefused', check: words, name: details.name ?? '' }
    : { kind: 'ActionRefused' };
};
