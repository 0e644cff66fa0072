import type { Mistake } from '../mistake.ts';
import { accountMistakes } from './accounts.ts';
import { actionMistakes } from './actions.ts';
import { extraMistakes } from './extras.ts';
import { nameMistakes } from './names.ts';
import { scopeMistakes } from './scope.ts';

/** In the order of the documentation. */
export const MISTAKES: readonly Mistake[] = [
  ...nameMistakes,
  ...extraMistakes,
  ...accountMistakes,
  ...scopeMistakes,
  ...actionMistakes,
];
