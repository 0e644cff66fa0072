/** Sets of names as patterns: what a rule allows, without counting it out. */

/**
 * One sort of thing and its names; undefined stands for every name.
 * `action` is namespace, verb, API group, resource, subresource and name, where the namespace undefined means the whole cluster.
 */
export type Pattern =
  | readonly ['user' | 'node' | 'group' | 'uid', Part]
  | readonly ['account', namespace: Part, name: Part]
  | readonly ['extra', key: Part, value: Part]
  | readonly ['action', Part, verb: Part, group: Part, resource: Part, subresource: Part, name: Part]
  /** A path may end in `*`. */
  | readonly ['url', verb: Part, path: Part];

export type Part = string | undefined;

const ALL = '*';

const pathCovers = (one: Part, other: Part): boolean =>
  one === undefined || one === other || (one.endsWith(ALL) && other?.startsWith(one.replace(/\*+$/, '')) === true);

const partCovers = (one: Part, other: Part): boolean => one === undefined || one === other;

/** Whether everything that the other means is meant by the one. */
export const covers = (one: Pattern, other: Pattern): boolean =>
  one[0] === other[0] &&
  (one[0] === 'url'
    ? partCovers(one[1], other[1]) && pathCovers(one[2], other[2])
    : one.every((part, index) => partCovers(part, other[index])));

/** Whether anything is meant by both; not for paths. */
export const meets = (one: Pattern, other: Pattern): boolean =>
  one[0] === other[0] &&
  one.every((part, index) => part === undefined || other[index] === undefined || part === other[index]);

/** The first of these that no pattern of the others covers; undefined where all are covered. */
export const uncovered = (these: readonly Pattern[], others: readonly Pattern[]): Pattern | undefined =>
  these.find((pattern) => !others.some((other) => covers(other, pattern)));
