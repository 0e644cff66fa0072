import type { Cached, Informer } from '../../cluster/port.ts';

/**
 * How long the API server takes a token for good once it was: 10 s (`TokenSuccessCacheTTL` in kubernetes,
 * pkg/kubeapiserver/options/authentication.go), and one more for its own view of accounts.
 */
export const ACCEPTED_MS = 11_000;

type Place = Pick<Cached, 'namespace' | 'name'>;

const keyOf = ({ namespace, name }: Place): string => `${namespace}/${name}`;

/**
 * Accounts that ended a moment ago. Rights are bound to their names, so the next account of the name must not be bound while a token of
 * the one before may still be accepted. Known to this process alone.
 */
export class GoneAccounts {
  readonly #monotonic: () => number;
  /** When each was seen to be gone, the first of them first. */
  readonly #goneAt = new Map<string, number>();

  /** `monotonic`: milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  follow(accounts: Pick<Informer<Cached>, 'onChange'>): void {
    accounts.onChange(({ before, after }) => {
      if (before !== undefined && before.uid !== after?.uid) this.#ended(before);
    });
  }

  /** When no token of an account of this name is accepted any more, as `now`, milliseconds since the epoch; undefined when none is. */
  freeAt(place: Place, now: number): number | undefined {
    const goneAt = this.#goneAt.get(keyOf(place));
    const remaining = goneAt === undefined ? 0 : goneAt + ACCEPTED_MS - this.#monotonic();
    return remaining > 0 ? now + remaining : undefined;
  }

  #ended(place: Place): void {
    const now = this.#monotonic();
    for (const [key, goneAt] of this.#goneAt) {
      if (goneAt + ACCEPTED_MS > now) break;
      this.#goneAt.delete(key);
    }
    const key = keyOf(place);
    this.#goneAt.delete(key);
    this.#goneAt.set(key, now);
  }
}
