/** What the actions of grants allow. */
import type { Attributes } from './action.ts';
import type { ActionSpec } from './objects.ts';

const has = (all: readonly string[] | undefined, one: string): boolean =>
  all?.includes('*') === true || all?.includes(one) === true;

const isResource = (resources: readonly string[] | undefined, resource: string): boolean => {
  const [, subresource] = resource.split('/');
  return has(resources, resource) || (subresource !== undefined && resources?.includes(`*/${subresource}`) === true);
};

/** Whether the action of a grant is this one. As a PolicyRule, in its namespaces; no wildcard stands for a verb. */
export const covers = (spec: ActionSpec, attributes: Attributes): boolean => {
  if (!spec.verbs.includes(attributes.verb)) return false;
  if ('path' in attributes)
    return (spec.nonResourceURLs ?? []).some(
      (url) => url === attributes.path || (url.endsWith('*') && attributes.path.startsWith(url.slice(0, -1))),
    );
  const { apiGroup, resource, name, namespace } = attributes;
  return (
    has(spec.apiGroups, apiGroup) &&
    isResource(spec.resources, resource) &&
    (spec.resourceNames === undefined || (name !== undefined && spec.resourceNames.includes(name))) &&
    (spec.namespaces === undefined || (namespace !== undefined && spec.namespaces.includes(namespace)))
  );
};

/** What every constrained grant with actions allows too, so that clients work. */
export const CLIENT_ACTIONS: readonly ActionSpec[] = [
  {
    nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', '/version', '/version/'],
    verbs: ['get'],
  },
  { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
  {
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    verbs: ['create'],
  },
];

/** What a constrained grant allows that names no actions. */
export const EVERY_ACTION: readonly ActionSpec[] = [
  {
    apiGroups: ['*'],
    resources: ['*'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  },
  { nonResourceURLs: ['*'], verbs: ['get', 'head', 'options', 'post', 'put', 'patch', 'delete'] },
];
