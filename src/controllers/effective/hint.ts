import { type Reach, REACH_MODES, accountUserName } from '../../rbac/index.ts';
import { short } from '../summary.ts';
import type { Holdings } from './holdings.ts';
import { type Term, groupTerm, termText, userTerm } from './subject.ts';

/** Users and accounts whom the grant names, with the terms by which they could have a role. */
export const targets = (reach: Reach): Map<Term, Term[]> => {
  const found = new Map<Term, Term[]>();
  for (const mode of REACH_MODES)
    for (const pattern of reach[mode].identities) {
      if (pattern[0] === 'user' && pattern[1] !== undefined) {
        const groups = reach[mode].attributes.flatMap(([sort, name]) =>
          sort === 'group' && name !== undefined ? [groupTerm(name)] : [],
        );
        const term = userTerm(pattern[1]);
        found.set(term, [term, ...groups]);
      } else if (pattern[0] === 'account' && pattern[1] !== undefined && pattern[2] !== undefined) {
        const term = userTerm(accountUserName({ namespace: pattern[1], name: pattern[2] }));
        // every user and every account has something, but that is not what a grant is for
        found.set(term, [term, groupTerm(`system:serviceaccounts:${pattern[1]}`)]);
      }
    }
  return found;
};

/** Names the targets to whom no role is bound, if there are any: to become one of them is of little use. */
export const hint = (named: ReadonlyMap<Term, readonly Term[]>, holdings: Holdings): string => {
  const idle = [...named].filter(([, terms]) => !terms.some((term) => holdings.isBound(term)));
  return idle.length === 0
    ? ''
    : `; no role is bound to ${short(idle.map(([term]) => termText(term)))}, so as such they may do no more than everybody`;
};
