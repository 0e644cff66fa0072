import type { KeywordRule } from './rule.ts';

/** Counts code points, as the API server does; zod's own `max` counts UTF-16 units. */
export const maxLength = (length: number): KeywordRule<string> => ({
  keywords: { maxLength: length },
  message: `must be no longer than ${length} characters`,
  holds: (value) => value.length <= length || Array.from(value).length <= length,
});

export const set: KeywordRule<readonly string[]> = {
  keywords: { 'x-kubernetes-list-type': 'set' },
  message: 'must not name anything twice',
  holds: (values) => new Set(values).size === values.length,
};

export const atomic: KeywordRule<readonly unknown[]> = {
  keywords: { 'x-kubernetes-list-type': 'atomic' },
  message: '',
  holds: () => true,
};

/** A list of objects that differ in `keys`. */
export const mapBy = <K extends string>(...keys: readonly K[]): KeywordRule<readonly Readonly<Record<K, string>>[]> => ({
  keywords: { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys },
  message: `must not hold two entries of the same ${keys.join(' and ')}`,
  holds: (entries) => new Set(entries.map((entry) => JSON.stringify(keys.map((key) => entry[key])))).size === entries.length,
});

export const maxProperties = (count: number): KeywordRule<Readonly<Record<string, unknown>>> => ({
  keywords: { maxProperties: count },
  message: `must hold no more than ${count} entries`,
  holds: (map) => Object.keys(map).length <= count,
});
