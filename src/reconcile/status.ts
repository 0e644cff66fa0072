import { isDeepStrictEqual } from 'node:util';
import type { Condition, ConditionType, Reason, Status } from '../crds/index.ts';
import type { Child } from './child.ts';
import type { Custom, Plan, Summary } from './controller.ts';
import { type Outcome, isGranted } from './outcome.ts';

type Verdict = readonly [status: Condition['status'], reason: Reason, message: string];

const ready = (outcome: Outcome): Verdict => [
  outcome.is === 'ready' ? 'True' : 'False',
  outcome.reason,
  outcome.message,
];

/** Undefined: unknown for now, so what was said last stands. */
const active = (outcome: Outcome): Verdict | undefined => {
  switch (outcome.is) {
    case 'ready':
      return [outcome.reason === 'Granted' ? 'True' : 'False', outcome.reason, outcome.message];
    case 'waiting':
      return [outcome.granted ? 'True' : 'False', outcome.granted ? 'Granted' : outcome.reason, outcome.message];
    case 'rejected':
      return ['False', 'Rejected', outcome.message];
    case 'unseen':
      return ['Unknown', outcome.reason, outcome.message];
    case 'failed':
      return undefined;
    default:
      return outcome satisfies never;
  }
};

const credential = (outcome: Outcome, { credential: state }: Summary): Verdict | undefined => {
  if (state === undefined) return undefined;
  if (state.is === 'ready')
    return ['True', 'CredentialIssued', `Secret ${state.namespace}/${state.secretName} holds a valid token`];
  return ['False', outcome.reason, outcome.message];
};

/** Undefined: unknown for now, or there is nothing to tell. */
const effective = (outcome: Outcome, { effect }: Summary): Verdict | undefined => {
  if (effect.is === 'none' || outcome.is === 'failed') return undefined;
  if (outcome.is === 'unseen') return ['Unknown', outcome.reason, outcome.message];
  if (effect.is === 'judged' && isGranted(outcome)) return [effect.status, effect.reason, effect.message];
  // where the gate is off, it is the outcome that says so
  return ['False', outcome.reason, outcome.message];
};

/** Undefined: nobody asked for it since what was said last. */
const verified = ({ verification: found }: Summary): Verdict | undefined =>
  found.is === 'found' ? [found.status, found.reason, found.message] : undefined;

/** Reconciling and Stalled are present only when True: so kstatus reads InProgress, Failed and Current off them. */
const verdicts = (outcome: Outcome, summary: Summary): readonly (readonly [ConditionType, Verdict | undefined])[] => [
  ['Ready', ready(outcome)],
  ['Active', active(outcome)],
  [
    'Reconciling',
    outcome.is === 'waiting' || outcome.is === 'unseen' || outcome.is === 'failed'
      ? ['True', outcome.reason, outcome.message]
      : undefined,
  ],
  ['Stalled', outcome.is === 'rejected' ? ['True', outcome.reason, outcome.message] : undefined],
  ['CredentialReady', credential(outcome, summary)],
  ['Effective', effective(outcome, summary)],
  ['Verified', verified(summary)],
];

/** What was said last stands. */
const UNKNOWN_AFTER_FAILURE: readonly ConditionType[] = ['Active', 'Effective'];

/** Longest message that the schema of a condition takes. */
const LONGEST_MESSAGE = 32_768;

const conditions = (custom: Custom<unknown>, outcome: Outcome, summary: Summary, now: number): Condition[] => {
  const previous = new Map((custom.status.conditions ?? []).map((condition) => [condition.type, condition]));
  const stands = (type: ConditionType): Condition[] => {
    const before = previous.get(type);
    return before === undefined ? [] : [before];
  };
  const kept = [
    ...(outcome.is === 'failed' ? UNKNOWN_AFTER_FAILURE.flatMap(stands) : []),
    // what an edit made of the spec was never tried
    ...(summary.verification.is === 'found'
      ? []
      : stands('Verified').filter(({ observedGeneration }) => observedGeneration === custom.generation)),
  ];
  return [
    ...verdicts(outcome, summary).flatMap(([type, verdict]): Condition[] => {
      if (verdict === undefined) return [];
      const [status, reason, message] = verdict;
      const before = previous.get(type);
      return [
        {
          type,
          status,
          reason,
          // half a character would come back as another one, and be written again and again
          message: message.slice(0, LONGEST_MESSAGE).toWellFormed(),
          observedGeneration: custom.generation,
          lastTransitionTime: before?.status === status ? before.lastTransitionTime : instant(now),
        },
      ];
    }),
    ...kept,
  ];
};

const instant = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

const objects = (children: readonly Child[]): NonNullable<Status['objects']> =>
  children.map(({ kind, namespace, name }) => ({
    kind: kind.type.kind,
    ...(namespace === '' ? {} : { namespace }),
    name,
  }));

/** The whole status that an outcome comes to. */
export const statusOf = (custom: Custom<unknown>, plan: Plan, outcome: Outcome, now: number): Status => {
  const { credential: state, mode, subjects, targets, verification } = plan.summary;
  const handled = verification.is === 'found' ? verification.requestedAt : custom.status.lastHandledVerifyAt;
  return {
    observedGeneration: custom.generation,
    conditions: conditions(custom, outcome, plan.summary, now),
    ...(mode === undefined ? {} : { mode }),
    subjects,
    targets,
    ...(plan.children.length === 0 ? {} : { objects: objects(plan.children) }),
    ...(state?.is === 'ready'
      ? {
          credential: {
            namespace: state.namespace,
            secretName: state.secretName,
            ...(state.expirationTimestamp === undefined ? {} : { expirationTimestamp: state.expirationTimestamp }),
          },
        }
      : {}),
    ...(handled === undefined ? {} : { lastHandledVerifyAt: handled }),
  };
};

/** Whether two statuses say the same, whatever the order of fields and conditions. */
export const sameStatus = (one: Status, other: Status): boolean => isDeepStrictEqual(sorted(one), sorted(other));

const sorted = (status: Status): Status => ({
  ...status,
  conditions: (status.conditions ?? []).toSorted((one, other) => (one.type < other.type ? -1 : 1)),
});

/** The reason that was told last; undefined before the first status. */
export const toldReason = ({ status }: Custom<unknown>): string | undefined =>
  status.conditions?.find(({ type }) => type === 'Ready')?.reason;
