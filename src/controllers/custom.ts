import { type Checked, parseStatus } from '../crds/index.ts';
import type { StoredObject } from '../cluster/port.ts';
import type { Custom } from '../reconcile/controller.ts';

/** As Flux asks for a reconcile: each new value asks once. */
export const VERIFY_REQUESTED_AT = 'verify.impersonation.dev/requestedAt';

/** What the schema of the status takes. */
const LONGEST_REQUEST = 256;

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
    verifyRequestedAt: object.metadata.annotations?.[VERIFY_REQUESTED_AT]?.slice(0, LONGEST_REQUEST).toWellFormed(),
    spec: parse(object),
    status: parseStatus(object),
  });
