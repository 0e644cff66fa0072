/** When what somebody else hands out makes a grant more than it says. */
import { type Pattern, meets, uncovered } from './pattern.ts';
import { type ModeReach, REACH_MODES, type Reach, type ReachMode } from './reach.ts';

/** How a reach beside another makes that one more than it says. */
export type Widening =
  /** The holder may become anybody. */
  | { readonly by: 'anybody' }
  /** Whom the grant names, the holder may become with this attribute, or doing this, which the grant does not say. */
  | { readonly by: 'more'; readonly what: Pattern; readonly mode: ReachMode }
  /** This one, whom the grant does not name, may be had with its attributes or for its actions. */
  | { readonly by: 'others'; readonly whom: Pattern };

const isNothing = ({ actions }: ModeReach, { actions: others }: ModeReach): boolean =>
  actions.length + others.length === 0;

/** What the others may have with them, or do, that these may not. */
const beyond = (these: ModeReach, others: ModeReach): Pattern | undefined =>
  uncovered(others.attributes, these.attributes) ?? uncovered(others.actions, these.actions);

const more = (own: Reach, other: Reach): Widening | undefined => {
  for (const mode of REACH_MODES) {
    if (own[mode].identities.length === 0) continue;
    // rights of one mode multiply, so it does not matter for whom the other gives them
    const what = isNothing(own[mode], other[mode]) ? undefined : beyond(own[mode], other[mode]);
    if (what !== undefined) return { by: 'more', what, mode };
    for (const way of REACH_MODES) {
      const isSame = other[way].identities.some((one) => own[mode].identities.some((whom) => meets(one, whom)));
      // rights of two modes do not: here the other has to name the same one
      if (way === mode || !isSame || other[way].actions.length === 0) continue;
      const besides = beyond(own[mode], other[way]);
      if (besides !== undefined) return { by: 'more', what: besides, mode: way };
    }
  }
  return undefined;
};

/** Whether a request of another mode, by the other's rules alone, may be the same. */
const isLegacyAnyway = (whom: Pattern, own: ModeReach, other: Reach, mode: ReachMode): boolean =>
  uncovered([whom], other.legacy.identities) === undefined &&
  uncovered([...own.attributes, ...other[mode].attributes], other.legacy.attributes) === undefined;

const others = (own: Reach, other: Reach): Widening | undefined => {
  const named = REACH_MODES.flatMap((mode) => own[mode].identities);
  for (const mode of REACH_MODES) {
    if (isNothing(own[mode], other[mode]) || beyond(other[mode], own[mode]) === undefined) continue;
    const whom = other[mode].identities.find(
      (one) => uncovered([one], named) !== undefined && !isLegacyAnyway(one, own[mode], other, mode),
    );
    if (whom !== undefined) return { by: 'others', whom };
  }
  return undefined;
};

const anybody = (own: Reach, other: Reach): Widening | undefined =>
  REACH_MODES.some(
    (mode) =>
      !isNothing(own[mode], other[mode]) &&
      other[mode].identities.some(([sort, name]) => sort === 'user' && name === undefined),
  )
    ? { by: 'anybody' }
    : undefined;

/**
 * How one reach makes another, held by the same subject, more than it says; undefined where it does not. It does not exactly if
 * with both, whom the one names can be had as the one says, everybody else as the other says, and not everybody can be had.
 */
export const widening = (own: Reach, other: Reach): Widening | undefined =>
  anybody(own, other) ?? more(own, other) ?? others(own, other);
