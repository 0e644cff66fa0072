import { expect, test } from 'vitest';
import { z } from 'zod';
import { KINDS } from '../../dev/generate/crd.ts';
import type { Kind } from '../../dev/generate/crd.ts';
import { checksOf, faults } from '../../src/crds/faults.ts';
import type { Checks } from '../../src/crds/faults.ts';
import { received } from './judge.ts';
import { ROWS } from './table/index.ts';

/** Every rule and the place that it is about, as `.spec.impersonate.users[]: must …`. */
const placesOf = ({ rules, fields, item, entry }: Checks, path: string): string[] => [
  ...rules.flatMap((rule) => {
    if ('culprit' in rule) return [`${path}[]: ${rule.message}`];
    const at = 'at' in rule && rule.at !== undefined ? `.${rule.at}` : '';
    return 'holds' in rule ? [`${path}${at}: ${rule.message}`] : [];
  }),
  ...fields.flatMap(([key, checks]) => placesOf(checks, `${path}.${key}`)),
  ...(item === undefined ? [] : placesOf(item, `${path}[]`)),
  ...(entry === undefined ? [] : placesOf(entry, `${path}.*`)),
];

const MAP_KEY = /(?<=\.(?:labels|annotations)\.).*$/u;

const placeText = (path: readonly PropertyKey[]): string =>
  path
    .reduce<string>((text, part) => (typeof part === 'number' ? `${text}[]` : `${text}.${String(part)}`), '')
    .replace(MAP_KEY, '*');

/** The one rule that each bad row breaks; nothing of a row that breaks several, or the structure. */
const soleFaults = ({ resource, spec }: Kind): Set<string> => {
  const object = z.object({ spec });
  const checks = checksOf(object);
  const rows = ROWS.filter(({ kind, refused, stored }) => {
    return kind === resource.kind && refused !== undefined && stored === undefined;
  });
  return new Set(
    rows.flatMap((row) => {
      const parsed = object.safeParse(received(row));
      const [fault, ...others] = parsed.success ? faults(checks, parsed.data) : [];
      return fault === undefined || others.length > 0 ? [] : [`${placeText(fault.path)}: ${fault.message}`];
    }),
  );
};

test.for(KINDS)('every rule of $resource.kind, at every place, is what refuses some row', (kind) => {
  const broken = soleFaults(kind);
  const places = placesOf(checksOf(kind.spec), '.spec');
  expect(places.length).toBeGreaterThan(80);
  expect(places.filter((place) => !broken.has(place))).toEqual([]);
});
