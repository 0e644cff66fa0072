import { beforeEach, describe, expect, test } from 'vitest';
import { label, recordedCache, type Recorded } from './cache-recorder.ts';
import { stored } from './objects.ts';

let changes: string[] = [];
let cache: Recorded['cache'];
let labels: Recorded['labels'];
let list: Recorded['list'];

beforeEach(() => {
  ({ cache, changes, labels, list } = recordedCache());
});

describe('events', () => {
  test('add, change and remove', () => {
    cache.update(stored('a', 11));
    cache.update(stored('a', 12));
    cache.remove(stored('a', 13));
    expect(changes).toEqual(['- > uid-a@11', 'uid-a@11 > uid-a@12', 'uid-a@12 > -']);
    expect(labels()).toEqual([]);
    expect(cache.horizon).toBe('13');
  });

  test('the same version again changes nothing', () => {
    cache.update(stored('a', 11));
    cache.update(stored('a', 11));
    expect(changes).toEqual(['- > uid-a@11']);
  });

  test('an object made anew under its name is one gone and one new', () => {
    cache.update(stored('a', 11, { uid: 'x' }));
    cache.update(stored('a', 15, { uid: 'y' }));
    expect(changes).toEqual(['- > x@11', 'x@11 > -', '- > y@15']);
  });

  test('the end of an earlier object does not remove the one that took its name', () => {
    cache.update(stored('a', 15, { uid: 'y' }));
    cache.remove(stored('a', 14, { uid: 'x' }));
    expect(labels()).toEqual(['y@15']);
  });

  test('versions are numbers, however long', () => {
    cache.update(stored('a', '99'));
    cache.update(stored('a', '100'));
    expect(labels()).toEqual(['uid-a@100']);
    cache.update(stored('a', '99999999999999999999'));
    cache.update(stored('a', '99999999999999999998'));
    expect(labels()).toEqual(['uid-a@99999999999999999999']);
  });

  test('objects of one name in two namespaces are two', () => {
    cache.update(stored('a', 11, { namespace: 'x', uid: '1' }));
    cache.update(stored('a', 12, { namespace: 'y', uid: '2' }));
    expect(label(cache.get('x', 'a'))).toBe('1@11');
    expect(label(cache.get('y', 'a'))).toBe('2@12');
  });
});

describe('answers to our own writes', () => {
  test('are seen before their event, which then changes nothing', () => {
    cache.observe(stored('a', 11));
    expect(labels()).toEqual(['uid-a@11']);
    cache.update(stored('a', 11));
    expect(changes).toEqual(['- > uid-a@11']);
  });

  test('an event of before does not undo them', () => {
    cache.observe(stored('a', 12));
    cache.update(stored('a', 11));
    expect(labels()).toEqual(['uid-a@12']);
  });

  test('that come late do not undo newer events', () => {
    cache.update(stored('a', 11));
    cache.update(stored('a', 13));
    cache.observe(stored('a', 12));
    expect(labels()).toEqual(['uid-a@13']);
  });

  test('that come after the object was deleted do not bring it back', () => {
    cache.update(stored('a', 11));
    cache.remove(stored('a', 12));
    cache.observe(stored('a', 11));
    expect(labels()).toEqual([]);
  });

  test('a bookmark beyond them means the same', () => {
    cache.bookmark({ metadata: { resourceVersion: '20' } });
    cache.observe(stored('a', 15));
    expect(labels()).toEqual([]);
  });

  test('a deletion is seen at once, and an event of before does not undo it', () => {
    cache.update(stored('a', 11));
    cache.forget('', 'a', 'uid-a');
    cache.update(stored('a', 12));
    cache.observe(stored('a', 13));
    expect(labels()).toEqual([]);
    expect(changes).toEqual(['- > uid-a@11', 'uid-a@11 > -']);
  });

  test('a deletion of one object leaves another one of that name, then and later', () => {
    cache.update(stored('a', 11, { uid: 'y' }));
    cache.forget('', 'a', 'x');
    expect(labels()).toEqual(['y@11']);
    cache.forget('', 'a', 'y');
    cache.update(stored('a', 12, { uid: 'z' }));
    expect(labels()).toEqual(['z@12']);
  });
});

describe('a list', () => {
  test('adds, changes and removes what differs, and nothing else', () => {
    for (const [name, version] of [
      ['a', 11],
      ['b', 12],
      ['c', 13],
    ] as const)
      cache.update(stored(name, version));
    changes.length = 0;
    list(20, [stored('a', 11), stored('b', 18), stored('d', 19)]);
    expect(changes).toEqual(['uid-b@12 > uid-b@18', '- > uid-d@19', 'uid-c@13 > -']);
  });

  test('in pages removes only at the end', () => {
    cache.update(stored('b', 11));
    const run = cache.beginList();
    run.page('20', [stored('a', 12)]);
    expect(labels()).toEqual(['uid-b@11', 'uid-a@12']);
    run.page('20', [stored('b', 11)]);
    run.finish('20');
    expect(labels()).toEqual(['uid-b@11', 'uid-a@12']);
  });

  test('does not remove what we made after it was taken', () => {
    const run = cache.beginList();
    cache.observe(stored('a', 21));
    run.page('20', []);
    run.finish('20');
    expect(labels()).toEqual(['uid-a@21']);
  });

  test('does not undo a write of ours that it is too old to show', () => {
    cache.update(stored('a', 11));
    const run = cache.beginList();
    cache.observe(stored('a', 21));
    run.page('20', [stored('a', 11)]);
    run.finish('20');
    expect(labels()).toEqual(['uid-a@21']);
  });

  test('does not bring back what we deleted while it was under way', () => {
    cache.update(stored('a', 11));
    const run = cache.beginList();
    cache.forget('', 'a', 'uid-a');
    run.page('20', [stored('a', 11)]);
    run.finish('20');
    cache.update(stored('a', 20));
    expect(labels()).toEqual([]);
    cache.remove(stored('a', 21));
    expect(labels()).toEqual([]);
  });

  test('that was asked for after a deletion and shows the object proves that it lives', () => {
    cache.update(stored('a', 11));
    cache.forget('', 'a', 'uid-a');
    list(20, [stored('a', 12)]);
    expect(labels()).toEqual(['uid-a@12']);
    cache.update(stored('a', 21));
    expect(labels()).toEqual(['uid-a@21']);
  });
});

describe('a list after a restore from a backup', () => {
  test('older than what was seen before is the truth', () => {
    cache.update(stored('a', 50));
    cache.update(stored('b', 51));
    list(30, [stored('a', 20), stored('c', 25)]);
    expect(labels()).toEqual(['uid-a@20', 'uid-c@25']);
    cache.update(stored('a', 31));
    expect(cache.horizon).toBe('31');
    expect(labels()).toEqual(['uid-a@31', 'uid-c@25']);
  });

  test('older than an answer to a write of ours is the truth', () => {
    cache.observe(stored('a', 50));
    list(30, []);
    expect(labels()).toEqual([]);
  });

  test('that contradicts what was known before it was asked for is believed, even if its version is higher', () => {
    cache.update(stored('a', 50));
    list(60, [stored('a', 30)]);
    expect(labels()).toEqual(['uid-a@30']);
  });
});

test('a type that is no more empties the cache', () => {
  cache.update(stored('a', 11));
  cache.clear();
  expect(changes).toEqual(['- > uid-a@11', 'uid-a@11 > -']);
});

describe('a handler', () => {
  test('is told of what is there already', () => {
    cache.update(stored('a', 11));
    const seen: string[] = [];
    cache.onChange(({ before, after }) => seen.push(`${label(before)} > ${label(after)}`));
    expect(seen).toEqual(['- > uid-a@11']);
  });

  test('sees the cache as it is after the change', () => {
    const seen: (string | undefined)[] = [];
    cache.onChange(() => seen.push(cache.get('', 'a')?.resourceVersion));
    cache.update(stored('a', 11));
    cache.remove(stored('a', 12));
    expect(seen).toEqual(['11', undefined]);
  });
});
