import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isApiError } from '../../src/cluster/errors.ts';
import { collectionPath, createPath, objectPath } from '../../src/cluster/paths.ts';
import { clusterRoles, secrets, serviceAccounts } from './objects.ts';

test('the core group and named groups have their own roots', () => {
  expect(collectionPath(secrets, '')).toBe('/api/v1/secrets');
  expect(collectionPath(secrets, 'a')).toBe('/api/v1/namespaces/a/secrets');
  expect(collectionPath(clusterRoles, '')).toBe('/apis/rbac.authorization.k8s.io/v1/clusterroles');
});

test('a cluster-scoped object has no namespace in its path, whatever the ref says', () => {
  expect(createPath(clusterRoles, 'default')).toBe('/apis/rbac.authorization.k8s.io/v1/clusterroles');
});

test('every name reaches the server as it is', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => text.isWellFormed() && !/^\.\.?$|\//.test(text));
  fc.assert(
    fc.property(name, (text) => {
      const path = objectPath({ type: clusterRoles, namespace: '', name: text });
      const { pathname } = new URL(path, 'http://localhost');
      expect(pathname).toBe(path);
      expect(decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1))).toBe(text);
    }),
  );
});

describe('a name that would address something else is refused before anything is sent', () => {
  test.each([
    { namespace: 'default', name: '' },
    { namespace: 'default', name: '.' },
    { namespace: 'default', name: '..' },
    { namespace: 'default', name: 'a/token' },
    { namespace: 'default', name: '/' },
    { namespace: 'default', name: '\ud800' },
    { namespace: '', name: 'a' },
    { namespace: 'a/b', name: 'a' },
  ])('%j', (ref) => {
    const refused = (): string => objectPath({ type: serviceAccounts, ...ref });
    expect(refused).toThrow(expect.toSatisfy((error) => isApiError(error, 'BadRequest')));
  });
});
