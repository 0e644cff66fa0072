import type {
  Cluster,
  IssuedToken,
  KubeObject,
  Ref,
  ResourceType,
  StoredIdentity,
  StoredObject,
  TokenRequestSpec,
} from '../../../src/cluster/port.ts';
import { refKey } from '../../../src/reconcile/names.ts';
import { type Store, refusal } from './store.ts';

export type Verb = 'get' | 'create' | 'replace' | 'replaceStatus' | 'delete' | 'requestToken';

export interface Call {
  readonly verb: Verb;
  readonly ref: string;
}

/** What becomes of a call: `before` keeps it from the store, `after` loses the answer to what took effect. */
export type Fault = { readonly before: Error } | { readonly after: Error } | undefined;

export interface ModelToken extends IssuedToken {
  readonly account: Ref;
  readonly accountUid: string;
  readonly anchorUid: string;
  readonly anchor: Ref;
  readonly expiresAt: number;
}

const SECRETS: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The port on a store. Each call waits at the gate, takes effect at once, and is noted. */
export class ModelCluster implements Cluster {
  readonly calls: Call[] = [];
  readonly tokens: ModelToken[] = [];
  readonly #store: Store;
  readonly #gate: (call: Call) => Promise<Fault>;
  readonly #wrote: (call: Call) => void;

  /** `wrote` is called after each write that took effect, before anything else can happen. */
  constructor(store: Store, gate?: (call: Call) => Promise<Fault>, wrote?: (call: Call) => void) {
    this.#store = store;
    this.#gate = gate ?? (async () => undefined);
    this.#wrote = wrote ?? (() => {});
  }

  get writes(): Call[] {
    return this.calls.filter(({ verb }) => verb !== 'get');
  }

  async get(ref: Ref): Promise<StoredObject | undefined> {
    return this.#through('get', ref, () => this.#store.get(ref));
  }

  async create(type: ResourceType, object: KubeObject): Promise<StoredObject> {
    return this.#through('create', refTo(type, object), () => this.#store.create(type, object));
  }

  async replace(type: ResourceType, object: StoredIdentity): Promise<StoredObject> {
    return this.#through('replace', refTo(type, object), () => this.#store.replace(type, object));
  }

  async replaceStatus(type: ResourceType, object: StoredIdentity): Promise<StoredObject> {
    return this.#through('replaceStatus', refTo(type, object), () => this.#store.replaceStatus(type, object));
  }

  async delete(ref: Ref, uid: string): Promise<StoredObject | undefined> {
    return this.#through('delete', ref, () => {
      const left = this.#store.delete(ref, uid);
      return left === undefined || this.#store.get(ref) === undefined ? undefined : left;
    });
  }

  async requestToken(account: Ref, { expirationSeconds, boundSecret }: TokenRequestSpec): Promise<IssuedToken> {
    return this.#through('requestToken', account, () => {
      const { now } = this.#store;
      const anchor = { type: SECRETS, namespace: account.namespace, name: boundSecret.name };
      const accountUid = this.#store.get(account)?.metadata.uid;
      if (accountUid === undefined) throw refusal('NotFound', `serviceaccounts "${account.name}" not found`);
      if (this.#store.get(anchor)?.metadata.uid !== boundSecret.uid)
        throw refusal('Conflict', 'the Secret that the token is to be bound to has another uid');
      const iat = Math.floor(now / 1000);
      const exp = iat + expirationSeconds;
      const claims = { iat, exp, 'kubernetes.io': { secret: boundSecret, serviceaccount: { uid: accountUid } } };
      const token = `${encoded({ alg: 'none' })}.${encoded(claims)}.${this.tokens.length}`;
      const expiresAt = exp * 1000;
      const expirationTimestamp = new Date(expiresAt).toISOString();
      const issued = { token, expirationTimestamp, account, accountUid, anchor, anchorUid: boundSecret.uid, expiresAt };
      this.tokens.push(issued);
      return issued;
    });
  }

  /** Tokens that authenticate now: account and anchor are what they were, and not on their way out. */
  liveTokens(): ModelToken[] {
    const present = (ref: Ref, uid: string): boolean => {
      const metadata = this.#store.get(ref)?.metadata;
      return metadata?.uid === uid && metadata.deletionTimestamp === undefined;
    };
    return this.tokens.filter(
      ({ account, accountUid, anchor, anchorUid, expiresAt }) =>
        this.#store.now < expiresAt && present(account, accountUid) && present(anchor, anchorUid),
    );
  }

  async #through<T>(verb: Verb, ref: Ref, act: () => T): Promise<T> {
    const call = { verb, ref: refKey(ref) };
    this.calls.push(call);
    const fault = await this.#gate(call);
    if (fault !== undefined && 'before' in fault) throw fault.before;
    const answer = act();
    if (verb !== 'get') this.#wrote(call);
    if (fault !== undefined) throw fault.after;
    return answer;
  }
}

const refTo = (type: ResourceType, { metadata: { name, namespace = '' } }: KubeObject): Ref => ({
  type,
  namespace,
  name,
});
