import { expect, test } from 'vitest';
import { type PolicyRule, attributesText, uncovered } from '../../src/rbac/index.ts';

const core = (
  resources: readonly string[],
  verbs: readonly string[],
  resourceNames?: readonly string[],
): PolicyRule => ({
  verbs,
  apiGroups: [''],
  resources,
  ...(resourceNames && { resourceNames }),
});
const urls = (verbs: readonly string[], ...nonResourceURLs: readonly string[]): PolicyRule => ({
  verbs,
  nonResourceURLs,
});

test.for<[string, readonly PolicyRule[], PolicyRule, string | undefined]>([
  ['the same', [core(['pods'], ['get'])], core(['pods'], ['get']), undefined],
  [
    'two rules together',
    [core(['pods'], ['get']), core(['pods'], ['list'])],
    core(['pods'], ['get', 'list']),
    undefined,
  ],
  ['nothing', [], core(['pods'], ['get']), 'get pods'],
  ['a verb more', [core(['pods'], ['get'])], core(['pods'], ['get', 'list']), 'list pods'],
  ['a resource more', [core(['pods'], ['get'])], core(['pods', 'secrets'], ['get']), 'get secrets'],
  ['a subresource', [core(['pods'], ['get'])], core(['pods/log'], ['get']), 'get pods/log'],
  ['a subresource of everything', [core(['*/log'], ['get'])], core(['pods/log'], ['get']), undefined],
  [
    'an extra field',
    [core(['userextras/acme.io/team'], ['get'])],
    core(['userextras/acme.io/team'], ['get']),
    undefined,
  ],
  [
    'another extra field',
    [core(['userextras/acme.io/team'], ['get'])],
    core(['userextras/acme.io/ticket'], ['get']),
    'get userextras/acme.io/ticket',
  ],
  ['everything', [core(['pods'], ['get'])], core(['*'], ['get']), 'get *'],
  ['something of everything', [core(['*'], ['get'])], core(['pods/log'], ['get']), undefined],
  [
    'another group',
    [core(['pods'], ['get'])],
    { ...core(['pods'], ['get']), apiGroups: ['metrics.k8s.io'] },
    'get pods.metrics.k8s.io',
  ],
  ['all names for one', [core(['pods'], ['get'], ['a'])], core(['pods'], ['get']), 'get pods'],
  ['one name for all', [core(['pods'], ['get'])], core(['pods'], ['get'], ['a']), undefined],
  ['one name more', [core(['pods'], ['get'], ['a'])], core(['pods'], ['get'], ['a', 'b']), 'get pods "b"'],
  ['a path', [urls(['get'], '/healthz')], urls(['get'], '/healthz', '/metrics'), 'get /metrics'],
  ['a path below', [urls(['get'], '/metrics/*')], urls(['get'], '/metrics/a/*'), undefined],
  ['every path', [urls(['get'], '/metrics/*')], urls(['get'], '*'), 'get *'],
])('%s', ([, held, rule, beyond]) => {
  const found = uncovered(held, rule);
  expect(found && attributesText(found)).toBe(beyond);
});
