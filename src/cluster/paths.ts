import { ApiError } from './errors.ts';
import type { Ref, ResourceType } from './port.ts';

/** Every write carries it, so that `managedFields` tell our fields from those of others. */
export const FIELD_MANAGER = 'impersonation-operator';

export const WRITE_QUERY = `?fieldManager=${FIELD_MANAGER}`;

/** One segment of a path. RBAC names hold capitals and colons; what no object can be called never reaches the server as another path. */
const segment = (value: string): string => {
  if (value === '' || value === '.' || value === '..' || value.includes('/') || !value.isWellFormed())
    throw new ApiError({
      reason: 'BadRequest',
      message: `${JSON.stringify(value)} cannot be part of a path`,
      status: 0,
      retryAfterSeconds: undefined,
    });
  return encodeURIComponent(value);
};

export const groupPath = ({ group, version }: ResourceType): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/** An empty `namespace` is all namespaces, or a cluster-scoped type. */
export const collectionPath = (type: ResourceType, namespace: string): string => {
  const scope = namespace === '' ? '' : `/namespaces/${segment(namespace)}`;
  return `${groupPath(type)}${scope}/${type.plural}`;
};

/** Where objects of a type are created: a namespaced type needs its namespace, a cluster-scoped one has none. */
export const createPath = (type: ResourceType, namespace: string): string =>
  type.namespaced ? `${groupPath(type)}/namespaces/${segment(namespace)}/${type.plural}` : collectionPath(type, '');

export const objectPath = ({ type, namespace, name }: Ref): string => `${createPath(type, namespace)}/${segment(name)}`;
