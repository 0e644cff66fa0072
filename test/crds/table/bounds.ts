import { KINDS } from '../../../dev/generate/crd.ts';
import type { Kind } from '../../../dev/generate/crd.ts';
import { structural } from '../../../dev/generate/structural.ts';
import type { Structural } from '../../../dev/generate/node.ts';
import { FULL } from './full.ts';
import { refused, row } from './row.ts';
import type { Row } from './row.ts';

type Path = readonly (string | number)[];

/** A value put somewhere into a full spec. */
interface Change {
  readonly what: string;
  readonly path: Path;
  readonly value: unknown;
  readonly good?: boolean;
  /** What the message is about, if it is not the path. */
  readonly at?: Path;
}

/** The changes that meet the limits of one node, on both sides. */
const changes = (schema: Structural, value: unknown, path: Path): Change[] => {
  const { maxItems, maxLength, maxProperties, minimum, maximum, items } = schema;
  const change = (what: string, changed: unknown, good = false): Change => ({ what, path, value: changed, good });
  const wrongType = change('of another type', schema.type === 'string' ? 7 : 'text');
  if (Array.isArray(value) && maxItems !== undefined) {
    const list: readonly unknown[] = value;
    return [
      wrongType,
      change('that is empty', []),
      change(`of ${maxItems} items`, grown(list, maxItems, items?.enum), true),
      change(`of ${maxItems + 1} items`, grown(list, maxItems + 1, items?.enum)),
      ...(schema['x-kubernetes-list-type'] === 'atomic'
        ? []
        : [{ ...change('with an item twice', [list[0], list[0]]), at: [...path, 1] }]),
    ];
  }
  if (typeof value === 'string' && maxLength !== undefined) {
    return [
      wrongType,
      change(`of ${maxLength} characters`, value.padEnd(maxLength, 'x'), true),
      change(`of ${maxLength + 1} characters`, value.padEnd(maxLength + 1, 'x')),
    ];
  }
  if (minimum !== undefined && maximum !== undefined) {
    return [
      wrongType,
      change(`of ${minimum}`, minimum, true),
      change(`of ${minimum - 1}`, minimum - 1),
      change(`of ${maximum}`, maximum, true),
      change(`of ${maximum + 1}`, maximum + 1),
    ];
  }
  if (schema.enum !== undefined) return [wrongType, change('that is none of the words', 'Nonsense')];
  if (maxProperties !== undefined) return [wrongType];
  return [
    wrongType,
    ...(schema.required ?? []).map((key) => ({ what: 'that is missing', path: [...path, key], value: undefined })),
  ];
};

/** As many items as asked for, all different where they have a name; of `words` where only these are allowed. */
const grown = (list: readonly unknown[], length: number, words: readonly unknown[] | undefined): unknown[] =>
  Array.from({ length }, (_, index) => {
    const first = list[0];
    if (words !== undefined) return words[index];
    if (typeof first === 'string') return `${first}${index}`;
    const fields = Object.entries(first as object);
    return Object.fromEntries(
      fields.map(([key, value]) => [key, key === 'key' || key === 'name' ? `${value as string}${index}` : value]),
    );
  });

/** Every node that the value reaches, each schema once. */
const visit = (schema: Structural, value: unknown, path: Path, seen: Set<Structural>): Change[] => {
  if (value === undefined) return [];
  const fields = Object.entries(value as object);
  const inner: readonly (readonly [Structural | undefined, unknown, string | number])[] = Array.isArray(value)
    ? value.map((item: unknown, index) => [schema.items, item, index])
    : schema.type === 'object'
      ? fields.map(([key, item]) => [schema.properties?.[key] ?? schema.additionalProperties, item, key])
      : [];
  const own = seen.has(schema) ? [] : changes(schema, value, path);
  seen.add(schema);
  return [
    ...own,
    ...inner.flatMap(([innerSchema, item, key]) =>
      innerSchema === undefined ? [] : visit(innerSchema, item, [...path, key], seen),
    ),
  ];
};

const changed = (holder: unknown, [key, ...rest]: Path, value: unknown): unknown => {
  if (key === undefined) return value;
  if (Array.isArray(holder))
    return holder.map((item: unknown, index) => (index === key ? changed(item, rest, value) : item));
  const fields = holder as Record<string, unknown>;
  return { ...fields, [key]: changed(fields[key], rest, value) };
};

const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${part}`), 'spec');

const rowsOf = ({ resource, spec }: Kind): Row[] => {
  const { kind } = resource;
  const full = FULL[kind];
  const rows = visit(structural(spec), full, [], new Set()).map(({ what, path, value, good = false, at = path }) => {
    const claim = `${kind} with a ${pathText(path)} ${what} is ${good ? 'taken' : 'refused'}`;
    return row(claim, kind, changed(full, path, value), good ? undefined : refused(pathText(at)));
  });
  return [row(`a full ${kind} is taken`, kind, full), ...rows];
};

/** The limits of the schema itself: found by walking it, so that no field can be forgotten. */
export const boundRows: readonly Row[] = KINDS.flatMap(rowsOf);
