/** Who asks for what, as the authorizer of the API server sees it. */

/** A user as the API server understood it: every group, `system:authenticated` included, and keys of `extra` decoded. */
export interface UserInfo {
  readonly name: string;
  /** Empty for none. */
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: readonly ExtraValues[];
}

export interface ExtraValues {
  readonly key: string;
  readonly values: readonly string[];
}

export interface ResourceAttributes {
  readonly kind: 'Resource';
  readonly verb: string;
  readonly apiGroup: string;
  readonly resource: string;
  /** Empty for none. */
  readonly subresource: string;
  /** Empty for requests of the whole cluster: all namespaces, or a resource without one. */
  readonly namespace: string;
  /** Empty where the request names no object, as `list` and `create` do. */
  readonly name: string;
}

export interface UrlAttributes {
  readonly kind: 'URL';
  /** The HTTP method in lower case. */
  readonly verb: string;
  readonly path: string;
}

export type Attributes = ResourceAttributes | UrlAttributes;

/** A request for a resource of the cluster; what is left out is empty. */
export const resourceAttributes = (
  given: Pick<ResourceAttributes, 'verb' | 'resource'> & Partial<Omit<ResourceAttributes, 'kind'>>,
): ResourceAttributes => ({ kind: 'Resource', apiGroup: '', subresource: '', namespace: '', name: '', ...given });

/** `get pods/log in namespace "a"`: for people. */
export const attributesText = (attributes: Attributes): string => {
  if (attributes.kind === 'URL') return `${attributes.verb} ${attributes.path}`;
  const { verb, apiGroup, resource, subresource, namespace, name } = attributes;
  return [
    verb,
    `${resource}${apiGroup && `.${apiGroup}`}${subresource && `/${subresource}`}`,
    ...(name === '' ? [] : [JSON.stringify(name)]),
    ...(namespace === '' ? [] : [`in namespace ${JSON.stringify(namespace)}`]),
  ].join(' ');
};
