import { isRecord } from '../cluster/status.ts';
import type {
  Cached,
  Informer,
  InformerFactory,
  InformerOptions,
  Ref,
  ResourceType,
  StoredObject,
} from '../cluster/port.ts';
import type { Plan } from '../reconcile/controller.ts';
import type { SignalSource } from '../reconcile/triggers.ts';
import { type Outcome, recheckAt } from '../reconcile/outcome.ts';
import type { Precondition } from './precondition.ts';
import { RefusedPermissions } from './refused.ts';

const admission = (kind: string, plural: string): ResourceType => ({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind,
  plural,
  namespaced: false,
});

/** No type of the API: what plans depend on is named by references, and this names the guard as a whole. */
const TYPE: ResourceType = { group: '', version: '', kind: 'Guard', plural: 'guards', namespaced: false };

/** A policy that refuses where it cannot decide, or the binding that puts one in force everywhere. */
interface InForce extends Cached {
  readonly policy: string;
}

const specOf = ({ spec, metadata }: StoredObject): Readonly<Record<string, unknown>> =>
  isRecord(spec) && metadata.deletionTimestamp === undefined ? spec : {};

const inForce = ({ metadata: { name, uid, resourceVersion } }: StoredObject, policy: unknown): InForce | undefined =>
  typeof policy === 'string' ? { namespace: '', name, uid, resourceVersion, policy } : undefined;

const refusing = (object: StoredObject): InForce | undefined => {
  const { failurePolicy = 'Fail', validations } = specOf(object);
  const refuses = failurePolicy === 'Fail' && Array.isArray(validations) && validations.length > 0;
  return refuses ? inForce(object, object.metadata.name) : undefined;
};

/** One that looks at part of the requests, or only notes what it finds, is none. */
const binding = (object: StoredObject): InForce | undefined => {
  const { policyName, validationActions, matchResources, paramRef } = specOf(object);
  const denies = Array.isArray(validationActions) && validationActions.includes('Deny');
  const everywhere = !isRecord(matchResources) || isEverything(matchResources);
  return denies && everywhere && paramRef === undefined ? inForce(object, policyName) : undefined;
};

/** The API server writes an empty selector where none was given. */
const isEverything = (matchResources: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(matchResources).every(
    ([field, value]) => field === 'matchPolicy' || (isRecord(value) && Object.keys(value).length === 0),
  );

/** That the admission policies which this installation needs are in force, as the cluster has them now. */
export class Guard implements SignalSource, Precondition {
  readonly ref: Ref = { type: TYPE, namespace: '', name: 'guard' };
  readonly #required: readonly string[];
  readonly #sources: readonly Informer<InForce>[];
  readonly #refused = new RefusedPermissions();
  readonly #listeners: ((ref: Ref) => void)[] = [];
  /** Kept, for every plan asks. */
  #missing: readonly string[];

  /** With nothing required nothing is watched. */
  constructor(required: readonly string[], informer: InformerFactory) {
    this.#required = required;
    this.#missing = required;
    const follow = (type: ResourceType, project: InformerOptions<InForce>['project']): Informer<InForce> => {
      const onRefused = (verb: string | undefined): void => this.#take(type, verb);
      return informer({ type, project, onRefused, dispensable: true });
    };
    this.#sources =
      required.length === 0
        ? []
        : [
            follow(admission('ValidatingAdmissionPolicy', 'validatingadmissionpolicies'), refusing),
            follow(admission('ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'), binding),
          ];
    for (const source of this.#sources) source.onChange(() => this.#look());
  }

  /** Names of policies that are missing, refuse nothing, or are not bound; all of them where nobody knows. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  /** The permissions without which nobody knows, in words; undefined where none is lacking. */
  get unreadable(): string | undefined {
    return this.#refused.text;
  }

  /** A plan without children adds nothing, so it stays what it is. */
  get unmet(): Precondition['unmet'] {
    if (this.#missing.length === 0) return undefined;
    const said = message(this);
    return (plan) => (plan.children.length === 0 ? undefined : waiting(plan, said));
  }

  onSignal(listener: (ref: Ref) => void): void {
    this.#listeners.push(listener);
  }

  #take(type: ResourceType, verb: string | undefined): void {
    const before = this.unreadable;
    this.#refused.take(type, verb);
    this.#look(this.unreadable !== before);
  }

  #look(changed = false): void {
    const before = this.#missing;
    this.#missing = this.unreadable === undefined ? missingOf(this.#required, this.#sources) : this.#required;
    if (changed || this.#missing.join(' ') !== before.join(' '))
      for (const listener of this.#listeners) listener(this.ref);
  }
}

const missingOf = (required: readonly string[], sources: readonly Informer<InForce>[]): string[] => {
  const found = sources.map((source) => new Set([...source.list()].map(({ policy }) => policy)));
  return required.filter((name) => !found.every((names) => names.has(name)));
};

const SHOWN = 3;

const UNTIL = 'nothing new is granted until whoever installed the operator';

const message = ({ missing, unreadable }: Pick<Guard, 'missing' | 'unreadable'>): string => {
  if (unreadable !== undefined)
    return `nobody knows whether the admission policies are in force, for the operator may not ${unreadable}; ${UNTIL} permits it, and revocations go on`;
  const named = missing.slice(0, SHOWN).join(', ');
  const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
  return `the admission policies ${named}${more} are missing or not bound; ${UNTIL} applies them, and revocations go on`;
};

const waiting = (plan: Plan, said: string): Outcome => ({
  is: 'waiting',
  reason: 'GuardMissing',
  granted: false,
  message: said,
  recheckAt: recheckAt(plan.outcome),
});
