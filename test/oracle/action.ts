/** What a request does: how it is sent, and what the API server asks its authorizer about it. */
/** What the authorizer is asked. */
export type Attributes =
  | { readonly verb: string; readonly path: string }
  | {
      readonly verb: string;
      readonly apiGroup: string;
      /** With its subresource, as `pods/log`. */
      readonly resource: string;
      /** Undefined for the whole cluster. */
      readonly namespace: string | undefined;
      /** Undefined where a request names no object. */
      readonly name: string | undefined;
    };

/** A request that leaves nothing behind, whatever it comes to. */
export interface Action {
  /** For people; unique. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body: string | undefined;
  readonly attributes: Attributes;
}

const get = (name: string, path: string, attributes: Attributes): Action => ({
  name,
  method: 'GET',
  path,
  body: undefined,
  attributes,
});

const pods = (
  verb: string,
  namespace: string | undefined,
  more: { readonly resource?: string; readonly name?: string } = {},
): Attributes => ({ verb, apiGroup: '', resource: 'pods', name: undefined, namespace, ...more });

/** Who the server takes the sender for; every client does it first. */
export const WHO_AM_I: Action = {
  name: 'ask who it is',
  method: 'POST',
  path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
  attributes: {
    verb: 'create',
    apiGroup: 'authentication.k8s.io',
    resource: 'selfsubjectreviews',
    namespace: undefined,
    name: undefined,
  },
};

export const listPods = (namespace: string): Action =>
  get(`list pods in ${namespace}`, `/api/v1/namespaces/${namespace}/pods?limit=1`, pods('list', namespace));

const CAN_I: Action = {
  name: 'ask what it may do',
  method: 'POST',
  path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  body: JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { nonResourceAttributes: { verb: 'get', path: '/metrics' } },
  }),
  attributes: {
    verb: 'create',
    apiGroup: 'authorization.k8s.io',
    resource: 'selfsubjectaccessreviews',
    namespace: undefined,
    name: undefined,
  },
};

/** No object of this name is ever there. */
const ABSENT = 'oracle-absent';
const POD = `/api/v1/namespaces/production/pods/${ABSENT}`;

const CREATE_POD: Action = {
  name: 'create pods in production',
  method: 'POST',
  path: '/api/v1/namespaces/production/pods?dryRun=All',
  body: JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: ABSENT },
    spec: { containers: [{ name: 'none', image: 'none' }] },
  }),
  attributes: pods('create', 'production'),
};

export const secret = (name: string): Action =>
  get(`get the secret ${name}`, `/api/v1/namespaces/production/secrets/${name}`, {
    verb: 'get',
    apiGroup: '',
    resource: 'secrets',
    namespace: 'production',
    name,
  });

const METRICS = get('get /metrics', '/metrics', { verb: 'get', path: '/metrics' });

/** What a client needs to find its way, what grants of tests allow, and its neighbours. */
export const ACTIONS: readonly Action[] = [
  WHO_AM_I,
  listPods('production'),
  listPods('staging'),
  get('list pods everywhere', '/api/v1/pods?limit=1', pods('list', undefined)),
  get('get a pod', POD, pods('get', 'production', { name: ABSENT })),
  get('read the log of a pod', `${POD}/log`, pods('get', 'production', { resource: 'pods/log', name: ABSENT })),
  {
    name: 'execute in a pod',
    method: 'POST',
    path: `${POD}/exec?command=true&stdout=true`,
    body: undefined,
    attributes: pods('create', 'production', { resource: 'pods/exec', name: ABSENT }),
  },
  CREATE_POD,
  {
    name: 'delete a pod',
    method: 'DELETE',
    path: `${POD}?dryRun=All`,
    body: undefined,
    attributes: pods('delete', 'production', { name: ABSENT }),
  },
  secret('named'),
  secret('other'),
  METRICS,
  get('get /apis', '/apis', { verb: 'get', path: '/apis' }),
  CAN_I,
];

/** Enough where a right counts for every action. */
export const FEW_ACTIONS: readonly Action[] = [WHO_AM_I, METRICS];
