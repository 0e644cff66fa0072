import { actionRows } from './actions.ts';
import { boundRows } from './bounds.ts';
import { credentialRows } from './credentials.ts';
import { extraRows } from './extra.ts';
import { lifetimeRows } from './lifetime.ts';
import { modeRows } from './modes.ts';
import { objectNameRows } from './object-names.ts';
import { policyRuleRows } from './policy-rules.ts';
import { roleRows } from './roles.ts';
import type { Row } from './row.ts';
import { structureRows } from './structure.ts';
import { subjectRows } from './subjects.ts';
import { targetRows } from './targets.ts';
import { placeRows, textRows } from './text.ts';

/** Every good and every bad object; the parser and the API server judge each, and must agree. */
export const ROWS: readonly Row[] = [
  ...structureRows,
  ...boundRows,
  ...subjectRows,
  ...targetRows,
  ...textRows,
  ...placeRows,
  ...objectNameRows,
  ...extraRows,
  ...modeRows,
  ...policyRuleRows,
  ...actionRows,
  ...roleRows,
  ...lifetimeRows,
  ...credentialRows,
];
