import { type Checked, parseStatus } from '../crds/index.ts';
import type { StoredObject } from '../cluster/port.ts';
import type { Custom } from '../reconcile/controller.ts';

/** Parses at the edge, once per version of an object; from here on it is trusted. */
export const custom =
  <Spec>(parse: (object: unknown) => Checked<Spec>) =>
  (object: StoredObject): Custom<Spec> => ({
    namespace: '',
    name: object.metadata.name,
    uid: object.metadata.uid,
    resourceVersion: object.metadata.resourceVersion,
    generation: object.metadata.generation ?? 0,
    createdAt: Date.parse(object.metadata.creationTimestamp),
    terminating: object.metadata.deletionTimestamp !== undefined,
    spec: parse(object),
    status: parseStatus(object),
  });
