import type { BindingObject, BindingSubject } from './access-object.ts';
import type { Attributes } from './attributes.ts';
import type { PolicyRule } from './rule.ts';

/** A binding through one of its subjects. */
export interface Membership {
  readonly binding: BindingObject;
  readonly subject: BindingSubject;
}

/** A membership, and those rules of its role that may speak of a request. */
export interface Candidate extends Membership {
  readonly rules: readonly PolicyRule[];
}

interface OfVerb {
  readonly unnamed: Candidate[];
  readonly named: Map<string, Candidate[]>;
}

const NONE: readonly Candidate[] = [];

/** The rules of many memberships by verb and by name: a request looks at few of them. */
export class RuleTable {
  readonly #verbs = new Map<string, OfVerb>();

  constructor(memberships: Iterable<Membership>, rulesOf: (binding: BindingObject) => readonly PolicyRule[]) {
    for (const { binding, subject } of memberships)
      for (const rule of rulesOf(binding))
        for (const verb of new Set(rule.verbs)) this.#add(verb, { binding, subject, rules: [rule] }, rule);
  }

  #add(verb: string, candidate: Candidate, { resourceNames = [], nonResourceURLs = [] }: PolicyRule): void {
    const ofVerb = this.#verbs.get(verb) ?? { unnamed: [], named: new Map<string, Candidate[]>() };
    this.#verbs.set(verb, ofVerb);
    if (resourceNames.length === 0 || nonResourceURLs.length > 0) ofVerb.unnamed.push(candidate);
    else
      for (const name of new Set(resourceNames)) {
        const known = ofVerb.named.get(name);
        if (known === undefined) ofVerb.named.set(name, [candidate]);
        else known.push(candidate);
      }
  }

  *candidates(attributes: Attributes): Generator<Candidate> {
    for (const verb of attributes.verb === '*' ? ['*'] : [attributes.verb, '*']) {
      const ofVerb = this.#verbs.get(verb);
      if (ofVerb === undefined) continue;
      yield* ofVerb.unnamed;
      if (attributes.kind === 'Resource') yield* ofVerb.named.get(attributes.name) ?? NONE;
    }
  }
}
