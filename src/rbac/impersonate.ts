import type { AccessIndex } from './access-index.ts';
import type { Attributes, UserInfo } from './attributes.ts';
import { type Allowance, authorize } from './authorize.ts';
import {
  type Demand,
  IMPERSONATION_MODES,
  type ImpersonationMode,
  applies,
  demandsOf,
  demandsWithoutGate,
  identityIn,
} from './mode.ts';

/** What is known of the server. */
export interface ServerState {
  /** Whether the gate ConstrainedImpersonation is on; off leaves the mode `legacy`. */
  readonly constrained: boolean;
  /** The mode in which the caller's user name last succeeded on this server, which is then tried first; undefined for none. */
  readonly lastMode?: ImpersonationMode | undefined;
}

/** A check that the caller passed, and what allowed it. */
export interface Passed {
  readonly check: Attributes;
  readonly by: Allowance;
}

/** The first thing that a mode asked in vain; `reason` where no rule could help. */
export interface Refused {
  readonly mode: ImpersonationMode;
  readonly check: Attributes;
  readonly reason: string | undefined;
}

export type ImpersonationDecision =
  /** The caller becomes `identity`, and that may do it. */
  | {
      readonly kind: 'Allowed';
      readonly mode: ImpersonationMode;
      readonly identity: UserInfo;
      readonly passed: readonly Passed[];
      readonly by: Allowance;
    }
  /** The caller becomes `identity`, but that may not do it. */
  | {
      readonly kind: 'ActionRefused';
      readonly mode: ImpersonationMode;
      readonly identity: UserInfo;
      readonly passed: readonly Passed[];
    }
  /** No mode lets the caller become this. At least one, in the order in which modes were tried: the server's answer names the first. */
  | { readonly kind: 'ImpersonationRefused'; readonly refused: readonly Refused[] };

/**
 * Whether a caller may do something as somebody else.
 *
 * @param wanted the identity as the request names it, see `requestedBy`; the server adds groups to it.
 */
export const impersonate = (
  index: AccessIndex,
  caller: UserInfo,
  wanted: UserInfo,
  action: Attributes,
  server: ServerState,
): ImpersonationDecision => {
  const refused: Refused[] = [];
  for (const mode of modesOf(server)) {
    if (!applies(mode, caller, wanted)) continue;
    const demands = server.constrained ? demandsOf(mode, wanted, action) : demandsWithoutGate(wanted);
    const attempt = attempted(index, caller, demands);
    if (attempt.kind === 'Refused') {
      refused.push({ mode, check: attempt.check, reason: attempt.reason });
      continue;
    }
    const { passed } = attempt;
    const identity = identityIn(mode, wanted);
    const answer = authorize(index, identity, action);
    return answer.allowed
      ? { kind: 'Allowed', mode, identity, passed, by: answer.by }
      : { kind: 'ActionRefused', mode, identity, passed };
  }
  return { kind: 'ImpersonationRefused', refused };
};

const modesOf = ({ constrained, lastMode }: ServerState): readonly ImpersonationMode[] => {
  if (!constrained) return ['legacy'];
  return lastMode === undefined
    ? IMPERSONATION_MODES
    : [lastMode, ...IMPERSONATION_MODES.filter((mode) => mode !== lastMode)];
};

type Attempt =
  | { readonly kind: 'Passed'; readonly passed: readonly Passed[] }
  | { readonly kind: 'Refused'; readonly check: Attributes; readonly reason: string | undefined };

const attempted = (index: AccessIndex, caller: UserInfo, demands: readonly Demand[]): Attempt => {
  const passed: Passed[] = [];
  const isPassed = (check: Attributes): boolean => {
    const answer = authorize(index, caller, check);
    if (answer.allowed) passed.push({ check, by: answer.by });
    return answer.allowed;
  };
  for (const demand of demands) {
    if (demand.kind === 'Never') return { kind: 'Refused', check: demand.check, reason: demand.reason };
    if (demand.kind === 'Many' && isPassed(demand.whole)) continue;
    const failed = (demand.kind === 'Check' ? [demand.check] : demand.each).find((check) => !isPassed(check));
    if (failed !== undefined) return { kind: 'Refused', check: failed, reason: undefined };
  }
  return { kind: 'Passed', passed };
};
