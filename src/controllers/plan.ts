import type { Ref } from '../cluster/port.ts';
import type { Status } from '../crds/index.ts';
import type { Child } from '../reconcile/child.ts';
import type { CredentialState, Effect, Plan, Verification } from '../reconcile/controller.ts';
import { type Outcome, type Wait, earliest, failure, isGranted } from '../reconcile/outcome.ts';
import type { CredentialPlan } from './credential/bound.ts';
import type { CredentialPlace } from './credential/spec.ts';
import type { Judgement } from './effective/judge.ts';
import { type Verdict, rejected } from './verdict.ts';

/** What both kinds know once a spec is validated. */
export interface Facts {
  readonly mode: Status['mode'];
  readonly subjects: string;
  readonly targets: string;
  /** Milliseconds since the epoch; undefined for no end. */
  readonly expiresAt: number | undefined;
  readonly dependencies: readonly Ref[];
  /** Undefined where no credential is asked for. */
  readonly place: CredentialPlace | undefined;
  /** Says what becomes of children; undefined where they let nobody become anybody. */
  readonly judge: ((children: readonly Child[]) => Judgement) | undefined;
}

/** The children of a valid spec. */
export interface Desired {
  readonly children: readonly Child[];
  readonly credential: CredentialPlan | undefined;
  readonly granted: string;
  readonly waits: readonly Wait[];
  /** Begins when it is called: only what is granted can be tried. */
  readonly verify: () => Verification;
}

/** One owner with more would be too much for one reconcile, and for its status. */
const MOST_CHILDREN = 512;

const credentialState = (
  place: CredentialPlace | undefined,
  plan: CredentialPlan | undefined,
): CredentialState | undefined => {
  if (place === undefined) return undefined;
  const { namespace, secretName } = place;
  if (plan?.state.is !== 'ready') return { is: 'pending', namespace, secretName };
  const { expiresAt } = plan.state;
  const expirationTimestamp =
    expiresAt === undefined ? undefined : `${new Date(expiresAt).toISOString().slice(0, 19)}Z`;
  return { is: 'ready', namespace, secretName, expirationTimestamp };
};

const waiting = (waits: readonly Wait[], granted: boolean, recheckAt: number | undefined): Outcome | undefined => {
  const [first] = waits;
  return (
    first && {
      is: 'waiting',
      granted,
      reason: first.reason,
      message: waits.map(({ message }) => message).join('; '),
      recheckAt,
    }
  );
};

const TOKEN_PENDING: Wait = {
  reason: 'TokenPending',
  message: 'the token Secret is not filled yet; kube-controller-manager does it for type LongLived',
};

const TOKEN_REMEMBERED: Wait = {
  reason: 'TokenRemembered',
  message:
    'the credential is granted in some seconds: the API server may still accept a token of the account of before, which had the same name',
};

const credentialWaits = (state: CredentialPlan['state'] | undefined, others: number): Wait[] => {
  if (state?.is === 'remembered') return [TOKEN_REMEMBERED];
  return state?.is === 'pending' && others === 0 ? [TOKEN_PENDING] : [];
};

const judgement = (
  { judge }: Facts,
  outcome: Outcome,
  children: readonly Child[],
): { readonly effect: Effect; readonly dependencies: readonly Ref[] } => {
  if (judge === undefined) return { effect: { is: 'none' }, dependencies: [] };
  return isGranted(outcome) ? judge(children) : { effect: { is: 'pending' }, dependencies: [] };
};

const laterOf = (credential: CredentialPlan | undefined): readonly Child[] =>
  credential?.state.is === 'remembered' ? credential.state.later : [];

/** One way from a verdict to a plan, so that nothing is granted in one branch and forgotten in another. */
export const planOf = <Valid>(verdict: Verdict<Valid>, facts: Facts, desired: (valid: Valid) => Desired): Plan => {
  const { mode, subjects, targets, expiresAt, dependencies, place } = facts;
  const plan = (
    outcome: Outcome,
    children: readonly Child[],
    credential?: CredentialPlan,
    verification: Verification = { is: 'none' },
  ): Plan => {
    const { effect, dependencies: besides } = judgement(facts, outcome, children);
    return {
      children,
      later: laterOf(credential),
      additions: 'carried-out',
      outcome,
      dependencies: [...dependencies, ...besides],
      summary: {
        mode,
        subjects,
        targets,
        expiresAt,
        credential: credentialState(place, credential),
        effect,
        verification,
      },
    };
  };
  switch (verdict.is) {
    case 'rejected':
      return plan({ is: 'rejected', reason: verdict.reason, message: verdict.message }, []);
    case 'inactive':
      return plan({ is: 'ready', reason: verdict.reason, message: verdict.message, recheckAt: verdict.recheckAt }, []);
    case 'active': {
      const { children, credential, granted, waits, verify } = desired(verdict.valid);
      const all = [...(credential?.children ?? []), ...children];
      const count = all.length + laterOf(credential).length;
      if (count > MOST_CHILDREN) {
        const refusal = rejected(
          'TooManyObjects',
          `the spec needs ${count} objects; ${MOST_CHILDREN} are allowed: split it`,
        );
        return plan({ is: 'rejected', reason: refusal.reason, message: refusal.message }, []);
      }
      const recheckAt = earliest(verdict.recheckAt, credential?.recheckAt);
      const pending = credentialWaits(credential?.state, waits.length);
      const unreadable =
        credential?.state.is === 'unreadable' ? failure('ReadFailed', credential.state.error) : undefined;
      const outcome = unreadable ??
        // an account and a token allow nothing without the roles that the spec asks for
        waiting([...waits, ...pending], children.length > 0, recheckAt) ?? {
          is: 'ready',
          reason: 'Granted',
          message: granted,
          recheckAt,
        };
      return plan(outcome, all, credential, isGranted(outcome) ? verify() : { is: 'none' });
    }
    default:
      return verdict satisfies never;
  }
};
