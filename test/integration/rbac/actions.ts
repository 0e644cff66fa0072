/** What somebody may want to do. */
import * as fc from 'fast-check';
import { type Attributes, resourceAttributes } from '../../../src/rbac/index.ts';

const API_GROUPS = ['', 'acme.example'] as const;
const VERBS_OF_OBJECTS = ['get', 'update', 'patch', 'delete'] as const;
const VERBS_OF_LISTS = ['list', 'watch', 'create', 'deletecollection'] as const;
const apiGroup = fc.constantFrom(...API_GROUPS);
const place = fc.constantFrom('^a', '^a', '^b', '');

/** Of resources that no server has: whoever is allowed is told that they are not there, and nothing happens. */
const onObject = fc
  .record({ verb: fc.constantFrom(...VERBS_OF_OBJECTS), apiGroup, place, sub: fc.constantFrom('', '', 'scale', 'log') })
  .map(({ verb, apiGroup: group, place: home, sub }) =>
    resourceAttributes({ verb, apiGroup: group, resource: 'gizmos', subresource: sub, namespace: home, name: '~g1' }),
  );
const onList = fc
  .record({ verb: fc.constantFrom(...VERBS_OF_LISTS), apiGroup, place })
  .map(({ verb, apiGroup: group, place: home }) =>
    resourceAttributes({ verb, apiGroup: group, resource: 'gizmos', namespace: home }),
  );
export const WHO_AM_I = resourceAttributes({
  verb: 'create',
  apiGroup: 'authentication.k8s.io',
  resource: 'selfsubjectreviews',
});
const onUrl: fc.Arbitrary<Attributes> = fc.record({
  kind: fc.constant('URL' as const),
  verb: fc.constantFrom('get', 'get', 'post', 'put', 'patch', 'delete', 'options'),
  path: fc.constantFrom('/~p', '/~p/q', '/~pq', '/~P', '/api', '/apis/', '/metrics'),
});

export const action: fc.Arbitrary<Attributes> = fc.oneof(
  { weight: 5, arbitrary: onObject },
  { weight: 3, arbitrary: onList },
  { weight: 2, arbitrary: onUrl },
  { weight: 2, arbitrary: fc.constant<Attributes>(WHO_AM_I) },
);
