import type { ResourceType, StoredObject } from '../../../src/cluster/port.ts';

type Fields = Readonly<Record<string, unknown>>;

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** The fields in the order of the API's own types, without what `omitempty` leaves out. */
const ordered = (fields: Fields, order: readonly string[]): Fields =>
  Object.fromEntries(order.flatMap((name) => (isEmpty(fields[name]) ? [] : [[name, fields[name]]])));

const items = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const METADATA = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
];

const storedRule = (rule: Fields): Fields =>
  ordered(rule, ['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs']);

const storedSubject = (subject: Fields): Fields =>
  ordered({ ...subject, ...(subject['kind'] === 'ServiceAccount' ? {} : { apiGroup: RBAC_GROUP }) }, [
    'kind',
    'apiGroup',
    'name',
    'namespace',
  ]);

const spec = (type: ResourceType, object: Fields): Fields => {
  if (type.group !== RBAC_GROUP) return {};
  if ('roleRef' in object) {
    const subjects = items(object['subjects']).map(storedSubject);
    return {
      ...(subjects.length === 0 ? {} : { subjects }),
      roleRef: ordered(object['roleRef'] as Fields, ['apiGroup', 'kind', 'name']),
    };
  }
  const rules = items(object['rules']).map(storedRule);
  return { rules: rules.length === 0 ? null : rules };
};

/** The object as kube-apiserver stores and answers it. */
export const asStored = (type: ResourceType, object: StoredObject): StoredObject => {
  const { metadata, subjects: _, ...rest } = structuredClone(object);
  return { ...rest, ...spec(type, object), metadata: ordered({ ...metadata }, METADATA) } as unknown as StoredObject;
};
