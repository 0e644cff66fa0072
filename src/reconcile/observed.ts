import type { Claim } from './names.ts';
import type { Cached, OwnerReference, Project, StoredMeta, StoredObject } from '../cluster/port.ts';
import type { Child, ChildKind, Content } from './child.ts';
import { ASKED, GROUP, type OwnerIdentity, claims, ownAnnotations, ownLabels, ownerReference } from './ownership.ts';

/** An object of a child kind as the cache keeps it. */
export interface Observed extends Cached {
  readonly kind: ChildKind;
  /** Undefined: a foreign object. */
  readonly claim: Claim | undefined;
  readonly meta: StoredMeta;
  readonly content: Content;
  /** Deletion was asked for; a finalizer keeps it. */
  readonly terminating: boolean;
}

/** Keeps what claims an owner of ours, and what occupies a name that we may need. */
export const projection =
  (kind: ChildKind): Project<Observed> =>
  (object: StoredObject) => {
    const meta = object.metadata;
    const owner = claims(meta).find((claimed) => kind.belongs(claimed, meta));
    if (owner === undefined && !meta.name.startsWith(kind.namePrefix)) return undefined;
    return {
      kind,
      namespace: meta.namespace ?? '',
      name: meta.name,
      uid: meta.uid,
      resourceVersion: meta.resourceVersion,
      claim: owner,
      meta: {
        name: meta.name,
        uid: meta.uid,
        resourceVersion: meta.resourceVersion,
        creationTimestamp: meta.creationTimestamp,
        ...(meta.labels && { labels: meta.labels }),
        // an annotation of somebody else's Secret may hold its content, as kubectl.kubernetes.io/last-applied-configuration does
        ...(owner && meta.annotations && { annotations: meta.annotations }),
        ...(meta.ownerReferences && { ownerReferences: meta.ownerReferences }),
        ...(meta.finalizers && { finalizers: meta.finalizers }),
      },
      content: kind.content(object),
      terminating: meta.deletionTimestamp !== undefined,
    };
  };

const contains = (all: Readonly<Record<string, string>> | undefined, part: Readonly<Record<string, string>>): boolean =>
  Object.entries(part).every(([key, value]) => all?.[key] === value);

const hasForeignMeaning = (kind: ChildKind, key: string, own: Readonly<Record<string, string>>): boolean =>
  !(key in own) && (key.startsWith(`${GROUP}/`) || kind.significantLabels.some((prefix) => key.startsWith(prefix)));

/** Whether labels, annotations and owner references say what they should; foreign ones that mean nothing to us are fine. */
export const metadataDiffers = (child: Child, owner: OwnerIdentity, observed: Observed): boolean => {
  const labels = ownLabels(child, owner);
  const annotations = ownAnnotations(child, owner);
  return (
    !contains(observed.meta.labels, labels) ||
    !contains(observed.meta.annotations, annotations) ||
    observed.meta.annotations?.[ASKED] !== annotations[ASKED] ||
    Object.keys(observed.meta.labels ?? {}).some((key) => hasForeignMeaning(child.kind, key, labels)) ||
    // a second owner would keep the object alive after ours is gone
    JSON.stringify(observed.meta.ownerReferences?.map(comparable)) !==
      JSON.stringify([comparable(ownerReference(owner))])
  );
};

const comparable = (reference: OwnerReference): unknown[] => [
  reference.apiVersion,
  reference.kind,
  reference.name,
  reference.uid,
  reference.controller ?? false,
  reference.blockOwnerDeletion ?? false,
];

const kept = (
  all: Readonly<Record<string, string>> | undefined,
  drop: (key: string) => boolean,
): Record<string, string> => Object.fromEntries(Object.entries(all ?? {}).filter(([key]) => !drop(key)));

/** Foreign metadata to carry through a PUT: everything but what `hasForeignMeaning` and our own. */
export const foreignMetadata = (
  child: Child,
  owner: OwnerIdentity,
  observed: Observed,
): { labels: Record<string, string>; annotations: Record<string, string> } => {
  const own = ownLabels(child, owner);
  const asked = new Set(observed.meta.annotations?.[ASKED]?.split(' '));
  return {
    labels: kept(observed.meta.labels, (key) => asked.has(key) || hasForeignMeaning(child.kind, key, own)),
    annotations: kept(observed.meta.annotations, (key) => asked.has(key) || key.startsWith(`${GROUP}/`)),
  };
};
