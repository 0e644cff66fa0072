import { beforeEach, describe, expect, test } from 'vitest';
import type { StoredObject } from '../../src/cluster/port.ts';
import { label, recordedCache, type Recorded } from './cache-recorder.ts';
import { project, stored, type Projection } from './objects.ts';

const refusing = (object: StoredObject): Projection | undefined => {
  if (object['data'] === 'bad') throw new Error('cannot read');
  return object['data'] === 'ignored' ? undefined : project(object);
};

let errors: unknown[] = [];
let changes: string[] = [];
let cache: Recorded['cache'];
let labels: Recorded['labels'];
let list: Recorded['list'];

beforeEach(() => {
  ({ cache, errors, changes, labels, list } = recordedCache(refusing));
});

describe('trouble', () => {
  test('an object that cannot be projected is reported with its name and stops no other', () => {
    list(20, [stored('a', 11), stored('b', 12, { data: 'bad' }), stored('c', 13)]);
    expect(labels()).toEqual(['uid-a@11', 'uid-c@13']);
    expect(errors.map(String)).toEqual(['Error: unable to read ImpersonationGrant /b']);
  });

  test('what it was before is not kept', () => {
    cache.update(stored('a', 11));
    cache.update(stored('a', 12, { data: 'bad' }));
    expect(labels()).toEqual([]);
  });

  test.each([
    null,
    {},
    { metadata: {} },
    { metadata: { name: 'a', uid: '', resourceVersion: '1' } },
    { metadata: { name: 'a', uid: 'u', resourceVersion: '0' } },
    { metadata: { name: 'a', uid: 'u', resourceVersion: 'x1' } },
    { metadata: { name: 'a', uid: 'u', resourceVersion: '1', namespace: 7 } },
  ])('what is no stored object (%j) is reported and stops nothing', (object) => {
    cache.update(object);
    cache.remove(object);
    cache.observe(object);
    list(20, [object, stored('b', 11)]);
    expect(errors).toHaveLength(4);
    expect(labels()).toEqual(['uid-b@11']);
  });

  test.each([
    undefined,
    {},
    { metadata: {} },
    { metadata: { resourceVersion: '' } },
    { metadata: { resourceVersion: 'zz' } },
  ])('a bookmark that has no version (%j) moves nothing', (bookmark) => {
    cache.bookmark(bookmark);
    expect(cache.horizon).toBe('10');
  });

  test('an object of which nothing is to be kept is not there, also when it was', () => {
    cache.update(stored('a', 11));
    cache.update(stored('a', 12, { data: 'ignored' }));
    cache.update(stored('b', 13, { data: 'ignored' }));
    expect(changes).toEqual(['- > uid-a@11', 'uid-a@11 > -']);
  });

  test('a handler that throws is reported, and the others are still called', () => {
    cache.onChange(() => {
      throw new Error('handler');
    });
    const seen: string[] = [];
    cache.onChange(({ after }) => seen.push(label(after)));
    cache.update(stored('a', 11));
    cache.update(stored('a', 12));
    expect(errors.map(String)).toEqual(['Error: handler', 'Error: handler']);
    expect(seen).toEqual(['uid-a@11', 'uid-a@12']);
  });
});

test('items of a list and metadata alone are projected as the type they are', () => {
  const seen: unknown[] = [];
  const recorded = recordedCache((object) => {
    seen.push([object.apiVersion, object.kind]);
    return undefined;
  });
  const { metadata } = stored('a', 1);
  recorded.list(20, [{ metadata }, { metadata, apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' }]);
  expect(seen).toEqual([
    ['impersonation.dev/v1alpha1', 'ImpersonationGrant'],
    ['impersonation.dev/v1alpha1', 'ImpersonationGrant'],
  ]);
});
