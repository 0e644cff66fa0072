/** Compares what the server lets every credential become, and do as such, with what the live objects say. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Rules, isBindingInForce, isGrantInForce, secretPlace } from './in-force.ts';
import { type Matrix, allowed, differenceText, differing, expected, measured, right, stillDiffers } from './matrix.ts';
import type { Attempts } from './attempts.ts';
import type { LiveBinding, LiveGrant, Settings, Snapshot, SubjectSpec } from './objects.ts';
import type { Attempt, Prober } from './probe.ts';
import { type Credential, Judgement } from './product.ts';
import { type Allowed, Watch } from './watch.ts';

export interface OracleOptions {
  readonly prober: Prober;
  readonly settings: () => Settings;
  readonly read: () => Promise<Snapshot>;
  readonly attempts: () => Attempts;
}

/** What the live objects say. */
export interface Wanted {
  readonly matrix: Matrix;
  /** Tokens that must be there and are not. */
  readonly missing: readonly string[];
  readonly judgements: ReadonlyMap<Credential, Judgement>;
}

/** How long the cluster may take to become what the objects say: the server's own caches hold a revoked right for 10 s and more. */
const PATIENCE_MS = 60_000;
/** After so long everything is asked again: what is wanted may have changed. */
const ROUND_MS = 5000;
const SHOWN = 12;

/**
 * For ten seconds a server with the gate remembers whom somebody could become, whatever for. So an action that is new by one grant meets
 * identities that are gone by another, though no object ever said both; nobody but the server could prevent it. Within one grant the
 * operator waits, but a new process knows nothing of that. People have a fresh token each time, of whose uses it can remember none.
 */
const remembered = (old: Wanted, now: Wanted, attempts: readonly Attempt[]): Allowed => {
  const before = new Map([...old.judgements].map(([{ name }, judgement]) => [name, judgement]));
  return new Set(
    [...now.judgements]
      .filter(([{ tokens }]) => tokens.length === 1)
      .flatMap(([credential, judgement]) =>
        attempts.flatMap((attempt) => {
          const mode = before.get(credential.name)?.constrainedMode(attempt.identity);
          return mode !== undefined && judgement.allows(mode, attempt.action) ? [right(credential, attempt)] : [];
        }),
      ),
  );
};

/** Who the API server will take the holder of a service-account token for. */
export const userOf = (token: string): string => {
  const body = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
  return body.sub;
};

export class Oracle {
  /** Objects, as `kind/name`, that a test knows to be blocked by something that the oracle does not look at: they must grant nothing. */
  readonly withdrawn = new Set<string>();
  readonly #options: OracleOptions;
  readonly #subjects = new Map<string, Credential>();
  /** Every token that was ever seen in a Secret of a custom resource; one that is replaced must be dead. */
  readonly #made = new Map<string, Pick<Credential, 'name' | 'tokens' | 'user' | 'madeFor'>>();

  constructor(options: OracleOptions) {
    this.#options = options;
  }

  /** Tries these tokens too from now on, each time another. `subjects`: everything that a grant may name their holder by. */
  know(name: string, tokens: Credential['tokens'], user: string, subjects: readonly SubjectSpec[]): void {
    this.#subjects.set(name, { name, tokens, user, subjects, madeFor: undefined, alive: true });
  }

  forget(name: string): void {
    this.#subjects.delete(name);
  }

  /** What the server must answer. Takes tokens from Secrets as it goes. */
  async wanted(tried?: readonly Attempt[]): Promise<Wanted> {
    const snapshot = await this.#options.read();
    const { credentials, missing } = this.#credentials(snapshot);
    const judgements = new Map(
      credentials.map((credential) => [credential, new Judgement(credential, snapshot, this.#rules)]),
    );
    const { every, few, dead } = this.#options.attempts();
    const sizes = { holder: every, nobody: few, dead };
    return { matrix: expected(judgements, (one) => tried ?? sizes[one.kind]), missing, judgements };
  }

  /** What the server answers to what is tried in a matrix. */
  async found(matrix: Matrix): Promise<Matrix> {
    return measured(this.#options.prober, matrix);
  }

  /** Resolves with what the live objects say once the server answers just that. @throws with the differences after a minute. */
  async settled(): Promise<Wanted> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const wrong = await this.#wrong(deadline);
      if (!Array.isArray(wrong)) return wrong;
      if (performance.now() > deadline) {
        const rest = wrong.length > SHOWN ? [`and ${wrong.length - SHOWN} more`] : [];
        throw new Error(['the cluster is not what the objects say', ...wrong.slice(0, SHOWN), ...rest].join('\n  '));
      }
      await delay(200);
    }
  }

  /** What is wanted if it is as it must be, else what is wrong. */
  async #wrong(deadline: number): Promise<Wanted | string[]> {
    try {
      const wanted = await this.wanted();
      const cells = differing(wanted.matrix, await this.found(wanted.matrix));
      const wrong = [...wanted.missing, ...cells.map(differenceText)];
      if (wrong.length === 0) return wanted;
      // what the server remembers takes it ten seconds to forget: the rest need not be asked for all that time
      const until = Math.min(deadline, performance.now() + ROUND_MS);
      while (performance.now() < until && (await stillDiffers(this.#options.prober, cells))) await delay(200);
      return wrong;
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }

  /** What is allowed to whom at this moment, of what a watch tries. */
  async allowedNow(): Promise<Allowed> {
    const { matrix } = await this.wanted(this.#options.attempts().watched);
    return allowed(await this.found(matrix));
  }

  /**
   * Carries out an edit, waits until it has settled, and fails if anything was allowed on the way that neither the old nor the new
   * objects say. With `continuous` it tries over and over; else whenever `round` of the watch is called.
   */
  async during(continuous: boolean, edit: (watch: Watch) => Promise<void>): Promise<void> {
    const old = await this.wanted();
    const watch = new Watch(async () => this.allowedNow(), allowed(old.matrix), continuous);
    try {
      await edit(watch);
    } finally {
      await watch.stop();
    }
    const now = await this.settled();
    const exceeded = watch.beyond(allowed(now.matrix).union(remembered(old, now, this.#options.attempts().watched)));
    if (exceeded.length > 0)
      throw new Error(
        ['allowed for a while, though neither before nor after', ...exceeded.slice(0, SHOWN)].join('\n  '),
      );
  }

  get #rules(): Rules {
    return { settings: this.#options.settings(), withdrawn: this.withdrawn };
  }

  #credentials(snapshot: Snapshot): { readonly credentials: Credential[]; readonly missing: string[] } {
    const current = new Set<string>();
    const missing: string[] = [];
    const inForce = [
      ...snapshot.grants.filter((grant) => isGrantInForce(grant, snapshot, this.#rules)),
      ...snapshot.bindings.filter((binding) => isBindingInForce(binding, snapshot, this.#rules)),
    ];
    for (const object of inForce) {
      const token = this.#take(object, snapshot);
      if (token === 'missing') missing.push(`${object.kind} ${object.metadata.name} has no token`);
      else if (token !== undefined) current.add(token);
    }
    const made = [...this.#made].map(([token, known]): Credential =>
      Object.assign({ subjects: [], alive: current.has(token) }, known),
    );
    return { credentials: [...this.#subjects.values(), ...made], missing };
  }

  /** The token of an object's Secret, if the API server is to take it. */
  #take(object: LiveGrant | LiveBinding, { secrets }: Snapshot): string | undefined {
    const place = secretPlace(object, this.#options.settings());
    if (place === undefined || this.withdrawn.has(`${object.kind}/${object.metadata.name}`)) return undefined;
    const secret = secrets.get(place);
    const { uid } = object.metadata;
    if (secret !== undefined && !(secret.metadata.ownerReferences ?? []).some((owner) => owner.uid === uid))
      return undefined;
    const token = Buffer.from(secret?.data?.['token'] ?? '', 'base64').toString();
    if (token === '') return 'missing';
    if (!this.#made.has(token)) {
      const ordinal = [...this.#made.values()].filter(({ madeFor }) => madeFor === uid).length + 1;
      const name = `token ${ordinal} of ${object.kind} ${object.metadata.name}`;
      this.#made.set(token, { name, tokens: [token], user: userOf(token), madeFor: uid });
    }
    return object.spec.credential?.audiences === undefined ? token : undefined;
  }
}
