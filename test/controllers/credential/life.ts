import assert from 'node:assert/strict';
import { isApiError } from '../../../src/cluster/errors.ts';
import type { Cached, Informer, InformerOptions, KubeObject, Ref, StoredObject } from '../../../src/cluster/port.ts';
import { controllers } from '../../../src/controllers/index.ts';
import { SECRET, SERVICE_ACCOUNT } from '../../../src/controllers/kinds.ts';
import { dnsName } from '../../../src/reconcile/names.ts';
import { IMPERSONATION_GRANT } from '../../../src/crds/index.ts';
import { recheckAt } from '../../../src/reconcile/outcome.ts';
import { Children } from '../../../src/reconcile/children.ts';
import { Reconciler, type Result } from '../../../src/reconcile/reconciler.ts';
import { type Fault, ModelCluster } from '../../reconcile/model/cluster.ts';
import { ModelInformer } from '../../reconcile/model/informer.ts';
import { Store } from '../../reconcile/model/store.ts';
import { INSTALLATION, gate, noReview } from '../given.ts';

const KEY = { kind: IMPERSONATION_GRANT.kind, name: 'g' };
const GRANT: Ref = { type: IMPERSONATION_GRANT, namespace: '', name: 'g' };
const FILLED = 'kubernetes.io/service-account-token';

type Fields = Readonly<Record<string, unknown>>;

/** The one token of an account that lives long: the same whenever the Secret of this name is filled. */
const longLivedToken = (accountUid: string, secretName: string): string => {
  const claims = { 'kubernetes.io/serviceaccount/service-account.uid': accountUid, secretName };
  return `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A grant with a credential, on a model cluster with a model of kube-controller-manager. */
export class Life {
  readonly store = new Store();
  readonly cluster: ModelCluster;
  faults: Fault[] = [];
  /** Tokens that were ended. */
  readonly ended = new Set<string>();
  readonly #seen = new Set<string>();
  #reconciler: Reconciler;
  #yields = false;

  constructor() {
    this.cluster = new ModelCluster(
      this.store,
      async ({ verb }) => (verb === 'get' ? undefined : this.faults.shift()),
      () => this.check(),
    );
    this.#reconciler = this.#start();
  }

  /** Another process, with other caches. */
  restart(): void {
    this.#reconciler = this.#start();
  }

  async reconcile(): Promise<Result | 'thrown'> {
    const result = await this.#reconciler.reconcile(KEY).catch(() => 'thrown' as const);
    return result === 'yielded' ? this.reconcile() : result;
  }

  /** Without trouble, until nothing changes and no account of before is remembered. */
  async settle(): Promise<Result | 'thrown'> {
    this.faults = [];
    for (let round = 0; round < 8; round++) {
      const before = this.store.version;
      const result = await this.reconcile();
      this.fill();
      const outcome = typeof result === 'object' ? result.outcome : undefined;
      if (outcome?.reason === 'TokenRemembered')
        this.store.now = recheckAt(outcome) ?? assert.fail('it waits for a time');
      else if (this.store.version === before) return result;
    }
    return assert.fail('it comes to rest');
  }

  /** What kube-controller-manager does. */
  fill(): void {
    for (const { metadata, ...secret } of this.#secrets()) {
      if (secret['type'] !== FILLED || metadata.deletionTimestamp !== undefined || secret['immutable'] === true)
        continue;
      const ref = { type: SECRET.type, namespace: metadata.namespace ?? '', name: metadata.name };
      const account = this.#account(metadata.annotations?.['kubernetes.io/service-account.name'] ?? '');
      if (account === undefined) this.store.delete(ref);
      else if ((secret['data'] as Fields | undefined)?.['token'] === undefined)
        this.store.edit(ref, (object) => ({
          ...object,
          data: {
            ...(object['data'] as Fields | undefined),
            token: base64(longLivedToken(account.metadata.uid, metadata.name)),
          },
        }));
    }
    this.check();
  }

  spec(change: Fields): void {
    if (this.store.get(GRANT) === undefined)
      this.store.create(IMPERSONATION_GRANT, {
        apiVersion: 'impersonation.dev/v1alpha1',
        kind: IMPERSONATION_GRANT.kind,
        metadata: { name: 'g' },
        spec: { impersonate: { users: ['jane'] }, ...change },
      });
    else
      this.store.edit(GRANT, (object) => {
        const merged = Object.entries({ ...(object['spec'] as Fields), ...change });
        return { ...object, spec: Object.fromEntries(merged.filter(([, value]) => value !== null)) };
      });
  }

  remove(): void {
    this.store.delete(GRANT);
  }

  /** Objects of the credential that exist: account, anchors, token Secret. */
  parts(): Ref[] {
    return this.store
      .all()
      .flatMap(({ type, object: { metadata } }) =>
        type.plural === 'secrets' || type.plural === 'serviceaccounts'
          ? [{ type, namespace: metadata.namespace ?? '', name: metadata.name }]
          : [],
      );
  }

  edit(ref: Ref, change: (object: StoredObject) => KubeObject): void {
    try {
      if (this.store.get(ref) !== undefined) this.store.edit(ref, change);
    } catch (error) {
      // others cannot change what is immutable either
      if (!isApiError(error, 'Invalid')) throw error;
    }
  }

  /** Every token that authenticates now. */
  live(): string[] {
    return [...this.cluster.liveTokens().map(({ token }) => token), ...this.#longLived()];
  }

  /** The token that a reader of the Secret gets. */
  published(secretName: string): string {
    const secret = this.#secrets().find(({ metadata }) => metadata.name === secretName);
    const token = (secret?.['data'] as Readonly<Record<string, string>> | undefined)?.['token'];
    return Buffer.from(token ?? '', 'base64').toString();
  }

  /** All tokens of before are over: none may live again. */
  end(tokens: readonly string[]): void {
    for (const token of tokens) this.ended.add(token);
    this.check();
  }

  /** True at every moment. */
  check(): void {
    const live = this.live();
    assert.ok(live.length <= 2, `${live.length} live tokens`);
    for (const token of live) this.#seen.add(token);
    assert.deepEqual(
      live.filter((token) => this.ended.has(token)),
      [],
      'tokens that came back to life',
    );
  }

  /** Notes that what has ended has ended for good. */
  bury(): void {
    const live = new Set(this.live());
    this.end([...this.#seen].filter((token) => !live.has(token)));
  }

  #longLived(): string[] {
    return this.#secrets().flatMap(({ metadata, ...secret }) => {
      if (secret['type'] !== FILLED || metadata.deletionTimestamp !== undefined) return [];
      const account = this.#account(metadata.annotations?.['kubernetes.io/service-account.name'] ?? '');
      if (account === undefined || account.metadata.deletionTimestamp !== undefined) return [];
      const token = longLivedToken(account.metadata.uid, metadata.name);
      return (secret['data'] as Fields | undefined)?.['token'] === base64(token) ? [token] : [];
    });
  }

  #secrets(): StoredObject[] {
    return this.store.list(SECRET.type);
  }

  #account(name: string): StoredObject | undefined {
    return this.store.list(SERVICE_ACCOUNT.type).find(({ metadata }) => metadata.name === name);
  }

  #start(): Reconciler {
    const factory = <T extends Cached>(options: InformerOptions<T>): Informer<T> =>
      new ModelInformer(this.store, options);
    const { watched, childCaches } = controllers(
      { ...INSTALLATION, credentialNamespaces: ['credentials'] },
      gate(true),
      noReview,
      factory,
      [],
      () => this.store.now,
    );
    const own = watched.find(({ controller }) => controller.kind === IMPERSONATION_GRANT.kind);
    if (own === undefined) throw new Error('there is a controller for grants');
    return new Reconciler(own.controller, own.customs, {
      cluster: this.cluster,
      clock: { now: () => this.store.now },
      children: new Children(childCaches, () => {}),
      instance: 'pod-1',
      observe: (object) => own.customs.observe(object),
      // as if others were waiting at every second batch
      yields: () => (this.#yields = !this.#yields),
      onError: () => {},
    });
  }
}

export const accountRef: Ref = {
  type: SERVICE_ACCOUNT.type,
  namespace: 'credentials',
  name: dnsName({ slug: 'grant', name: 'g' }, 'account'),
};
