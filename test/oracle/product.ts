/** What the server must answer to a credential: everybody that it may become, in each of its two dialects, times everything it may do as such. */
import { type Action, WHO_AM_I } from './action.ts';
import { covers } from './covers.ts';
import { type Holder, type Holding, type Mode, type Whom, holding, modeOf } from './holding.ts';
import { type Identity, accountOf, extraKey, nodeName } from './identity.ts';
import type { Rules } from './in-force.ts';
import type { Snapshot } from './objects.ts';
import { type Answer, type Attempt, sortedByKey } from './probe.ts';

/** Tokens and who they speak for. */
export interface Credential extends Holder {
  /** For people; unique. */
  readonly name: string;
  /** All are the same holder; where there are many, each is used when the server has forgotten its last use. */
  readonly tokens: readonly [string, ...string[]];
  /** The user name that the server knows the holder by. */
  readonly user: string;
  /** False: the server must not know the token. */
  readonly alive: boolean;
}

/** The parts of an identity are asked for one by one, so each may come from another grant. */
const names = ({ users, groups, uids, extra, machines }: Whom, identity: Identity): boolean =>
  (identity.user === undefined || users.has(identity.user) || machines.has(identity.user)) &&
  identity.groups.every((group) => groups.has(group)) &&
  (identity.uid === undefined || uids.has(identity.uid)) &&
  identity.extra.every(({ header, values }) => values.every((value) => extra.has(`${extraKey(header)} ${value}`)));

/**
 * Who somebody is then. In Legacy an account may be sent with what users may be sent with (measured on 1.37.2): with groups it has these
 * and no longer those of service accounts, with a uid or extra fields it keeps them.
 */
const understood = ({ user = '', groups, uid, extra }: Identity): Answer => {
  const account = accountOf(user);
  const implied =
    account === undefined || groups.length > 0
      ? []
      : ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  const ofNodes = nodeName(user) === undefined ? [] : ['system:nodes'];
  return {
    user,
    uid,
    groups: [...new Set([...groups, ...implied, ...ofNodes, 'system:authenticated'])].toSorted(),
    extra: sortedByKey(Object.fromEntries(extra.map(({ header, values }) => [extraKey(header), values]))),
  };
};

/** What the objects say of one credential. */
export class Judgement {
  readonly #credential: Credential;
  readonly #held: Holding;

  constructor(credential: Credential, snapshot: Snapshot, rules: Rules) {
    this.#credential = credential;
    this.#held = holding(credential, snapshot, rules);
  }

  /** Whose token it is: it holds something, nothing, or is none any more. */
  get kind(): 'holder' | 'nobody' | 'dead' {
    if (!this.#credential.alive) return 'dead';
    const { legacy, constrained } = this.#held;
    return [legacy, constrained].some(({ users, machines }) => users.size + machines.size > 0) ? 'holder' : 'nobody';
  }

  /** What the server must answer. */
  answer({ identity, action }: Attempt): Answer {
    if (!this.#credential.alive) return 'unauthenticated';
    if (identity.user === undefined) return itself(this.#credential.user);
    const mode = this.constrainedMode(identity);
    const may = names(this.#held.legacy, identity) || (mode !== undefined && this.allows(mode, action));
    if (!may) return 'denied';
    return action === WHO_AM_I ? understood(identity) : 'allowed';
  }

  /** The mode in which this identity may be taken on under constraint, whatever for. */
  constrainedMode(identity: Identity): Mode | undefined {
    const mode = modeOf(identity);
    return mode !== undefined && names(this.#held.constrained, identity) ? mode : undefined;
  }

  /** Whether this may be done in this mode, whoever one is. */
  allows(mode: Mode, action: Action): boolean {
    return this.#held.actions[mode].some((spec) => covers(spec, action.attributes));
  }
}

/** What a token makes of itself depends on its kind; the name is all that counts here. */
export const itself = (user: string): Answer => ({ user, uid: undefined, groups: [], extra: {} });
