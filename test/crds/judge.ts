import { parseImpersonationGrant, parseUserBinding } from '../../src/crds/index.ts';
import type { Checked, ImpersonationGrantSpec, UserBindingSpec } from '../../src/crds/index.ts';
import type { Row } from './table/row.ts';

/** A row as it comes off the wire. */
export const received = ({ spec }: Pick<Row, 'spec'>): { spec: unknown } =>
  JSON.parse(JSON.stringify({ spec })) as { spec: unknown };

export const parse = (kind: Row['kind'], object: unknown): Checked<ImpersonationGrantSpec | UserBindingSpec> =>
  kind === 'ImpersonationGrant' ? parseImpersonationGrant(object) : parseUserBinding(object);

/** What is said of an object: `taken`, or why it is refused. */
export const verdict = (kind: Row['kind'], object: unknown): string => {
  const checked = parse(kind, object);
  return checked.ok ? 'taken' : checked.message;
};

/** Claims beside their rows: vitest shows the first. */
export const claimed = (rows: readonly Row[]): (readonly [string, Row])[] =>
  rows.map((row) => [row.claim, row] as const);
