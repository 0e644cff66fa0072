/** Compares what the server lets every credential become with what the live objects say. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from './identity.ts';
import { type Matrix, allowed, differences, expected, measured } from './matrix.ts';
import type { LiveBinding, LiveGrant, Settings, Snapshot, SubjectSpec } from './objects.ts';
import type { Prober } from './probe.ts';
import { type Credential, isBindingInForce, isGrantInForce, secretPlace } from './product.ts';
import { Watch } from './watch.ts';

export interface OracleOptions {
  readonly prober: Prober;
  readonly settings: () => Settings;
  readonly read: () => Promise<Snapshot>;
  /** What every credential is tried as. */
  readonly identities: () => readonly Identity[];
  /** The part of `identities` that a watch tries over and over. */
  readonly watched: () => readonly Identity[];
}

/** How long the cluster may take to become what the objects say: the server's own caches hold a revoked right for 10 s and more. */
const PATIENCE_MS = 60_000;
const SHOWN = 12;

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
  readonly #made = new Map<string, Pick<Credential, 'name' | 'token' | 'user' | 'madeFor'>>();

  constructor(options: OracleOptions) {
    this.#options = options;
  }

  /** Tries this token too from now on. `subjects`: everything that a grant may name its holder by. */
  know(name: string, token: string, user: string, subjects: readonly SubjectSpec[]): void {
    this.#subjects.set(name, { name, token, user, subjects, madeFor: undefined, alive: true });
  }

  forget(name: string): void {
    this.#subjects.delete(name);
  }

  /** What the server must answer. Takes tokens from Secrets as it goes; `missing` tells which are not there. */
  async wanted(
    identities = this.#options.identities(),
  ): Promise<{ readonly matrix: Matrix; readonly missing: readonly string[] }> {
    const snapshot = await this.#options.read();
    const { credentials, missing } = this.#credentials(snapshot);
    return { matrix: expected(snapshot, this.#rules, credentials, identities), missing };
  }

  /** What the server answers to the credentials and identities of a matrix. */
  async found({ credentials, identities }: Matrix): Promise<Matrix> {
    return measured(this.#options.prober, credentials, identities);
  }

  /** Resolves with the matrix once it equals what the live objects say. @throws with the differences after a minute. */
  async settled(): Promise<Matrix> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const wrong = await this.#wrong();
      if (!Array.isArray(wrong)) return wrong;
      if (performance.now() > deadline) {
        const rest = wrong.length > SHOWN ? [`and ${wrong.length - SHOWN} more`] : [];
        throw new Error(['the cluster is not what the objects say', ...wrong.slice(0, SHOWN), ...rest].join('\n  '));
      }
      await delay(200);
    }
  }

  /** The matrix if it is as it must be, else what is wrong. */
  async #wrong(): Promise<Matrix | string[]> {
    try {
      const { matrix, missing } = await this.wanted();
      const wrong = [...missing, ...differences(matrix, await this.found(matrix))];
      return wrong.length === 0 ? matrix : wrong;
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }

  /** What is allowed to whom at this moment, of what a watch tries. */
  async allowedNow(): Promise<Map<string, string>> {
    const { matrix } = await this.wanted(this.#options.watched());
    return allowed(await this.found(matrix));
  }

  /**
   * Carries out an edit, waits until it has settled, and fails if anything was allowed on the way that neither the old nor the new
   * objects say. With `continuous` it tries over and over; else whenever `round` of the watch is called.
   */
  async during(continuous: boolean, edit: (watch: Watch) => Promise<void>): Promise<void> {
    const old = allowed((await this.wanted()).matrix);
    const watch = new Watch(async () => this.allowedNow(), old, continuous);
    try {
      await edit(watch);
    } finally {
      await watch.stop();
    }
    const exceeded = watch.beyond(allowed(await this.settled()));
    if (exceeded.length > 0)
      throw new Error(
        ['allowed for a while, though neither before nor after', ...exceeded.slice(0, SHOWN)].join('\n  '),
      );
  }

  get #rules(): { readonly settings: Settings; readonly withdrawn: ReadonlySet<string> } {
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
    const made = [...this.#made.values()].map(({ name, token, user, madeFor }): Credential => ({
      name,
      token,
      user,
      subjects: [],
      madeFor,
      alive: current.has(token),
    }));
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
      this.#made.set(token, { name, token, user: userOf(token), madeFor: uid });
    }
    return object.spec.credential?.audiences === undefined ? token : undefined;
  }
}
