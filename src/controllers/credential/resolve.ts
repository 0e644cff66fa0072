import type { World } from '../../reconcile/controller.ts';
import type { Observed } from '../../reconcile/observed.ts';
import { dnsName } from '../../reconcile/names.ts';
import { refOf } from '../../reconcile/children.ts';
import { ANCHOR_PARTS, SECRET, SERVICE_ACCOUNT } from '../kinds.ts';
import { ACCEPTED_MS, type GoneAccounts } from './gone-accounts.ts';
import type { CredentialPlace } from './spec.ts';
import { type TokenReading, tokenReading } from './token-data.ts';

/** A renewal writes the slot that is not in use, so that the previous token can go on for a while. */
export const SLOTS = ANCHOR_PARTS;
export type Slot = (typeof SLOTS)[number];

export interface CredentialObserved {
  readonly account: Observed | undefined;
  /** When an account may hold the name, milliseconds since the epoch; undefined for at once. */
  readonly freeAt: number | undefined;
  readonly anchors: Readonly<Record<Slot, Observed | undefined>>;
  readonly secret: Observed | undefined;
  /** Undefined where there is no Secret, or it is not of this custom resource. */
  readonly reading: TokenReading | ReadFailure | undefined;
}

export interface ReadFailure {
  readonly error: unknown;
}

export const isFailure = (reading: TokenReading | ReadFailure): reading is ReadFailure => 'error' in reading;

/** Reads token Secrets, each version once. It keeps readings, never a token. */
export class TokenReader {
  readonly #known = new WeakMap<Observed, TokenReading>();
  readonly #gone: Pick<GoneAccounts, 'freeAt'>;

  constructor(gone: Pick<GoneAccounts, 'freeAt'>) {
    this.#gone = gone;
  }

  async observe(place: CredentialPlace, ownerUid: string, world: World): Promise<CredentialObserved> {
    const { namespace, secretName, owner } = place;
    const secret = world.occupant({ kind: SECRET, namespace, name: secretName });
    const reading = secret !== undefined && isOf(ownerUid, secret) ? await this.#read(secret, world) : undefined;
    // what is not read is looked up last: it may have ended meanwhile
    const account = world.occupant({ kind: SERVICE_ACCOUNT, namespace, name: place.account.name });
    const anchor = (slot: Slot): Observed | undefined =>
      world.occupant({ kind: SECRET, namespace, name: dnsName(owner, slot) });
    return {
      account,
      freeAt: this.#freeAt(place, ownerUid, account, world.now),
      anchors: { 'anchor-a': anchor('anchor-a'), 'anchor-b': anchor('anchor-b') },
      secret,
      reading,
    };
  }

  /** An account of an earlier object, or one that lost its owner, has to end first: its name is not free before that is forgotten. */
  #freeAt(
    { account: { own, name }, namespace }: CredentialPlace,
    ownerUid: string,
    account: Observed | undefined,
    now: number,
  ): number | undefined {
    if (!own) return undefined;
    if (account === undefined) return this.#gone.freeAt({ namespace, name }, now);
    const hasToEnd = account.claim !== undefined && !isOf(ownerUid, account);
    return hasToEnd ? now + ACCEPTED_MS : undefined;
  }

  /** A read that fails is a value: what does not need it, revoking first of all, goes on. */
  async #read(secret: Observed, { cluster }: World): Promise<TokenReading | ReadFailure | undefined> {
    const known = this.#known.get(secret);
    if (known !== undefined) return known;
    try {
      const stored = await cluster.get(refOf(secret));
      if (stored?.metadata.uid !== secret.uid) return undefined;
      const reading = tokenReading(stored);
      this.#known.set(secret, reading);
      return reading;
    } catch (error) {
      return { error };
    }
  }
}

/** Referring to this very owner, and not on its way out. */
export const isOf = (ownerUid: string, { claim, terminating }: Observed): boolean =>
  claim?.by === 'reference' && claim.uid === ownerUid && !terminating;
