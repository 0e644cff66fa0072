/** Compares what the server lets every credential become with what the live objects say. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from './identity.ts';
import { type Matrix, allowed, differences, expected, measured } from './matrix.ts';
import type { LiveBinding, LiveGrant, Settings, Snapshot, SubjectSpec } from './objects.ts';
import type { Prober } from './probe.ts';
import { type Credential, isBindingInForce, isGrantInForce, secretPlace } from './product.ts';

export interface OracleOptions {
  readonly prober: Prober;
  readonly settings: Settings;
  readonly read: () => Promise<Snapshot>;
  /** What every credential is tried as. */
  readonly identities: () => readonly Identity[];
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

  /** What the server answers now, and what it must answer. Takes tokens from Secrets as it goes. */
  async compare(): Promise<{ readonly wanted: Matrix; readonly found: Matrix; readonly missing: readonly string[] }> {
    const { read, prober } = this.#options;
    const identities = this.#options.identities();
    const snapshot = await read();
    const { credentials, missing } = this.#credentials(snapshot);
    const found = await measured(prober, credentials, identities);
    return { wanted: expected(snapshot, this.#rules, credentials, identities), found, missing };
  }

  /** Resolves once the matrix equals what the live objects say. @throws with the differences after a minute. */
  async settled(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const wrong = await this.#wrong();
      if (wrong.length === 0) return;
      if (performance.now() > deadline) {
        const rest = wrong.length > SHOWN ? [`and ${wrong.length - SHOWN} more`] : [];
        throw new Error(['the cluster is not what the objects say', ...wrong.slice(0, SHOWN), ...rest].join('\n  '));
      }
      await delay(200);
    }
  }

  async #wrong(): Promise<string[]> {
    try {
      const { wanted, found, missing } = await this.compare();
      return [...missing, ...differences(wanted, found)];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }

  /** Watches from now on that nothing is allowed but what is allowed now, and what will be when `end` is called. */
  async watch(): Promise<Watch> {
    const { wanted } = await this.compare();
    return new Watch(this, allowed(wanted));
  }

  /** Carries out an edit, waits until it has settled, and fails if anything was ever allowed that neither old nor new objects say. */
  async during(edit: (watch: Watch) => Promise<void>): Promise<void> {
    const watch = await this.watch();
    try {
      await edit(watch);
    } finally {
      await watch.end();
    }
  }

  get #rules(): { readonly settings: Settings; readonly withdrawn: ReadonlySet<string> } {
    return { settings: this.#options.settings, withdrawn: this.withdrawn };
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
    const place = secretPlace(object, this.#options.settings);
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

/** Tries everything over and over, and keeps what was allowed beyond the beginning. */
export class Watch {
  readonly #oracle: Oracle;
  readonly #old: ReadonlyMap<string, string>;
  readonly #beyond = new Map<string, string>();
  readonly #loop: Promise<void>;
  #rounds = 0;
  #ended = false;

  constructor(oracle: Oracle, old: ReadonlyMap<string, string>) {
    this.#oracle = oracle;
    this.#old = old;
    this.#loop = this.#run();
  }

  /** Resolves when everything was tried once more, from beginning to end. */
  async round(): Promise<void> {
    // the round that is under way may have tried half of it before
    const target = this.#rounds + 2;
    while (this.#rounds < target && !this.#ended) await delay(5);
  }

  /** Waits until the cluster has settled. @throws if anything beyond old and new was ever allowed. */
  async end(): Promise<void> {
    try {
      await this.#oracle.settled();
    } finally {
      this.#ended = true;
      await this.#loop;
    }
    const { wanted } = await this.#oracle.compare();
    const now = allowed(wanted);
    const exceeded = [...this.#beyond].filter(([key]) => !now.has(key)).map(([, text]) => text);
    if (exceeded.length > 0)
      throw new Error(
        ['allowed for a while, though neither before nor after', ...exceeded.slice(0, SHOWN)].join('\n  '),
      );
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      try {
        const { found } = await this.#oracle.compare();
        for (const [key, text] of allowed(found)) if (!this.#old.has(key)) this.#beyond.set(key, text);
      } catch {
        // no answer is neither a denial nor a right; whether the server answers in the end, `settled` says
      }
      this.#rounds += 1;
    }
  }
}
