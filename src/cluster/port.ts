/** What the rest of the program knows of Kubernetes: the types and the narrow ports; `http.ts` and `informer.ts` implement them. */

/** A resource type: enough to build its URL and its objects. */
export interface ResourceType {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Names one object; `namespace` is empty for cluster-scoped types. */
export interface Ref {
  readonly type: ResourceType;
  readonly namespace: string;
  readonly name: string;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** What a program of ours puts into `metadata`; the server adds the rest. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
}

/** What every stored object has in `metadata`. */
export interface StoredMeta extends ObjectMeta {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  /** RFC 3339; present once deletion was asked for. */
  readonly deletionTimestamp?: string;
}

/** An object to send. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** An object as the API server answered it. */
export interface StoredObject extends KubeObject {
  readonly metadata: StoredMeta;
}

export interface IssuedToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expirationTimestamp: string;
}

/** Spec of a TokenRequest bound to one Secret. */
export interface TokenRequestSpec {
  readonly audiences: readonly string[];
  /** At least 600. */
  readonly expirationSeconds: number;
  readonly boundSecret: { readonly name: string; readonly uid: string };
}

/** Requests for single objects. Every method throws `ApiError` for an answer that is not a success. */
export interface Cluster {
  /** The object, or undefined when the server answers 404. */
  get(ref: Ref): Promise<StoredObject | undefined>;
  /** POST. Throws `ApiError` with reason `AlreadyExists` when the name is taken. */
  create(type: ResourceType, object: KubeObject): Promise<StoredObject>;
  /** PUT. `object.metadata` has `uid` and `resourceVersion`; a stale one throws `ApiError` with reason `Conflict`. */
  replace(type: ResourceType, object: StoredIdentity): Promise<StoredObject>;
  /** PUT of the status subresource, likewise. */
  replaceStatus(type: ResourceType, object: StoredIdentity): Promise<StoredObject>;
  /**
   * DELETE with a uid precondition. Answers what is left: the object when a finalizer holds it, undefined when it is gone.
   * An object that is not there, or has another uid, counts as gone.
   */
  delete(ref: Ref, uid: string): Promise<StoredObject | undefined>;
  /** POST of `serviceaccounts/token`. */
  requestToken(serviceAccount: Ref, spec: TokenRequestSpec): Promise<IssuedToken>;
}

/** An object to PUT: the precondition is part of its type. */
export interface StoredIdentity extends KubeObject {
  readonly metadata: ObjectMeta & { readonly uid: string; readonly resourceVersion: string };
}

/** The API server's clock, from the `Date` of its answers. */
export interface ServerClock {
  /** Milliseconds since the epoch. Before the first answer, the local clock. */
  now(): number;
}

/** What a cache keeps of an object; undefined keeps nothing. Never throws on an object that the API server stores. */
export type Project<T> = (object: StoredObject) => T | undefined;

/** What every cached projection has. */
export interface Cached {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** One change in a cache; `before` is absent for what is new, `after` for what is gone. */
export interface Change<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

export interface InformerOptions<T extends Cached> {
  readonly type: ResourceType;
  /** Only this namespace; absent is everywhere. */
  readonly namespace?: string;
  /** Ask for `PartialObjectMetadata`: nothing but metadata ever enters the process. */
  readonly metadataOnly?: boolean;
  readonly project: Project<T>;
  /** Told when the API server refuses a permission that this takes, `list` or `watch`; undefined when the first list has come, and when it follows again. */
  readonly onRefused?: (verb: 'list' | 'watch' | undefined) => void;
  /** Nobody waits for a first list that the API server refuses; without it nothing is cached. */
  readonly dispensable?: boolean;
}

/** A cache that follows the server. Reads are of memory; `observe` and `forget` give read-your-own-writes. */
export interface Informer<T extends Cached> {
  readonly type: ResourceType;
  /** True from the first complete list on. */
  readonly synced: boolean;
  get(namespace: string, name: string): T | undefined;
  list(): IterableIterator<T>;
  /** Registers a handler, called synchronously for every change; what is cached already is replayed to it. */
  onChange(handler: (change: Change<T>) => void): void;
  /** Takes the response of a write of ours; an older one than the cached is ignored. */
  observe(object: StoredObject): void;
  /** Takes a delete of ours. */
  forget(namespace: string, name: string, uid: string): void;
  /** Resolves after the first complete list; rejects when `stop` comes first. */
  whenSynced(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** Makes a cache; every one that it makes has to be started. */
export type InformerFactory = <T extends Cached>(options: InformerOptions<T>) => Informer<T>;
