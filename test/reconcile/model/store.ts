import { ApiError, type ApiErrorReason } from '../../../src/cluster/errors.ts';
import type { KubeObject, Ref, ResourceType, StoredIdentity, StoredObject } from '../../../src/cluster/port.ts';
import { refKey } from '../../../src/reconcile/names.ts';
import { asStored } from './stored.ts';

const STATUS: Partial<Record<ApiErrorReason, number>> = {
  AlreadyExists: 409,
  BadRequest: 400,
  Conflict: 409,
  Invalid: 422,
  NotFound: 404,
};

export const refusal = (reason: ApiErrorReason, message: string, retryAfterSeconds?: number): ApiError =>
  new ApiError({ reason, message, status: STATUS[reason] ?? 0, retryAfterSeconds });

export interface StoreEvent {
  readonly type: ResourceType;
  readonly object: StoredObject;
  readonly deleted: boolean;
}

/** Fields that kube-apiserver never lets change. */
const FROZEN: Readonly<Record<string, readonly string[]>> = {
  clusterrolebindings: ['roleRef'],
  rolebindings: ['roleRef'],
  secrets: ['type'],
};

const refOf = (type: ResourceType, { apiVersion, kind, metadata }: KubeObject): Ref => {
  const { name, namespace = '' } = metadata;
  if (apiVersion !== (type.group === '' ? type.version : `${type.group}/${type.version}`) || kind !== type.kind)
    throw refusal('BadRequest', `${apiVersion} ${kind} is no ${type.kind} of "${type.group}"`);
  if (type.namespaced !== (namespace !== ''))
    throw refusal('BadRequest', `${type.plural} "${name}" in namespace "${namespace}"`);
  return { type, namespace, name };
};

const sameText = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What kube-apiserver does with objects: uids, versions, preconditions, finalizers, immutable fields. Synchronous. */
export class Store {
  /** Milliseconds since the epoch. */
  now = Date.parse('2026-11-24T08:00:00Z');
  readonly #objects = new Map<string, { readonly type: ResourceType; readonly object: StoredObject }>();
  readonly #listeners: ((event: StoreEvent) => void)[] = [];
  #count = 100;

  onEvent(listener: (event: StoreEvent) => void): void {
    this.#listeners.push(listener);
  }

  get version(): string {
    return String(this.#count);
  }

  get(ref: Ref): StoredObject | undefined {
    return this.#objects.get(refKey(ref))?.object;
  }

  all(): { readonly type: ResourceType; readonly object: StoredObject }[] {
    return [...this.#objects.values()];
  }

  list(type: ResourceType): StoredObject[] {
    return this.all().flatMap((entry) => (entry.type.plural === type.plural ? [entry.object] : []));
  }

  create(type: ResourceType, object: KubeObject): StoredObject {
    const ref = refOf(type, object);
    if (this.get(ref) !== undefined) throw refusal('AlreadyExists', `${type.plural} "${ref.name}" already exists`);
    const creationTimestamp = `${new Date(this.now).toISOString().slice(0, 19)}Z`;
    const metadata = { ...object.metadata, uid: `uid-${++this.#count}`, generation: 1, creationTimestamp };
    return this.#put(ref, { ...object, metadata: { ...metadata, resourceVersion: '' } });
  }

  replace(type: ResourceType, object: StoredIdentity): StoredObject {
    const { ref, stored } = this.#expected(type, object);
    for (const field of FROZEN[type.plural] ?? [])
      if (!sameText(object[field], stored[field]))
        throw refusal('Invalid', `${type.plural} "${ref.name}" is invalid: ${field}: field is immutable`);
    if (stored['immutable'] === true && (object['immutable'] !== true || !sameText(object['data'], stored['data'])))
      throw refusal('Invalid', `secrets "${ref.name}" is invalid: immutable: field is immutable when it is set`);
    const { creationTimestamp, deletionTimestamp, generation = 1 } = stored.metadata;
    const status = stored['status'];
    const changed = JSON.stringify(object['spec']) !== JSON.stringify(stored['spec']);
    const metadata = {
      ...object.metadata,
      creationTimestamp,
      generation: changed ? generation + 1 : generation,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    };
    return this.#put(ref, { ...object, ...(status === undefined ? {} : { status }), metadata });
  }

  replaceStatus(type: ResourceType, object: StoredIdentity): StoredObject {
    const { ref, stored } = this.#expected(type, object);
    return this.#put(ref, { ...stored, status: object['status'] });
  }

  /** What is left: the object where a finalizer keeps it. */
  delete(ref: Ref, uid?: string): StoredObject | undefined {
    const stored = this.get(ref);
    if (stored === undefined || (uid !== undefined && uid !== stored.metadata.uid)) return undefined;
    const deletionTimestamp = stored.metadata.deletionTimestamp ?? new Date(this.now).toISOString();
    return this.#put(ref, { ...stored, metadata: { ...stored.metadata, deletionTimestamp } });
  }

  /** A write of somebody else, who was first. */
  edit(ref: Ref, change: (object: StoredObject) => KubeObject): StoredObject {
    const stored = this.get(ref);
    if (stored === undefined) throw new Error(`nothing to edit: ${refKey(ref)}`);
    const { uid, resourceVersion } = stored.metadata;
    const changed = change(structuredClone(stored));
    return this.replace(ref.type, { ...changed, metadata: { ...changed.metadata, uid, resourceVersion } });
  }

  #expected(type: ResourceType, object: StoredIdentity): { readonly ref: Ref; readonly stored: StoredObject } {
    const ref = refOf(type, object);
    const stored = this.get(ref);
    if (stored === undefined) throw refusal('NotFound', `${type.plural} "${ref.name}" not found`);
    const { uid, resourceVersion } = object.metadata;
    if (uid !== stored.metadata.uid || resourceVersion !== stored.metadata.resourceVersion)
      throw refusal('Conflict', `${type.plural} "${ref.name}" has been modified`);
    return { ref, stored };
  }

  #put(ref: Ref, object: StoredObject): StoredObject {
    const before = this.get(ref);
    const normal = asStored(ref.type, object);
    if (before !== undefined && JSON.stringify(normal) === JSON.stringify(before)) return before;
    const stored = { ...normal, metadata: { ...normal.metadata, resourceVersion: String(++this.#count) } };
    const gone = stored.metadata.deletionTimestamp !== undefined && (stored.metadata.finalizers ?? []).length === 0;
    if (gone) this.#objects.delete(refKey(ref));
    else this.#objects.set(refKey(ref), { type: ref.type, object: stored });
    for (const listener of this.#listeners) listener({ type: ref.type, object: stored, deleted: gone });
    return stored;
  }
}
