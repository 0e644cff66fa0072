import type { KeywordRule, ListRule, PlainKeywords } from './rule.ts';

/** Counts code points, as the API server does; zod's own `max` counts UTF-16 units. */
export const maxLength = (length: number): KeywordRule<string> => ({
  keywords: { maxLength: length },
  message: `must be no longer than ${length} characters`,
  holds: (value) => value.length <= length || Array.from(value).length <= length,
});

/** Strings without order, compared byte for byte. */
export const set: ListRule<string> = {
  keywords: { 'x-kubernetes-list-type': 'set' },
  message: 'must not be there twice',
  culprit: (values) => repeated(values),
};

/** Objects that differ in `keys`. */
export const mapBy = <K extends string>(...keys: readonly K[]): ListRule<Readonly<Record<K, string>>> => ({
  keywords: { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys },
  message: `must not have the ${keys.join(' and ')} of another`,
  culprit: (entries) => repeated(entries.map((entry) => JSON.stringify(keys.map((key) => entry[key])))),
});

/** Index of the first value that was there before; -1 if all differ. */
const repeated = (values: readonly string[]): number =>
  values.findIndex((value, index) => values.indexOf(value) < index);

export const maxProperties = (count: number): KeywordRule<Readonly<Record<string, unknown>>> => ({
  keywords: { maxProperties: count },
  message: `must hold no more than ${count} entries`,
  holds: (map) => Object.keys(map).length <= count,
});

export const atomic: PlainKeywords = { keywords: { 'x-kubernetes-list-type': 'atomic' } };
