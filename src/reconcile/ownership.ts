import type { KubeObject, ObjectMeta, OwnerReference, StoredMeta } from '../cluster/port.ts';
import type { Child } from './child.ts';
import type { Claim, Owner } from './names.ts';

/** The API group of the owners; labels and annotations of ours live under it. */
export const GROUP = 'impersonation.dev';
export const OWNER_UID = `${GROUP}/owner-uid`;
export const OWNER_KIND = `${GROUP}/owner-kind`;
export const OWNER_NAME = `${GROUP}/owner-name`;
export const PART = `${GROUP}/part`;
/** Keys of the labels and annotations that the spec asked for: they go when it asks for them no more. */
export const ASKED = `${GROUP}/asked`;
const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGER = 'impersonation-operator';

/** The custom resource, as its children name it. */
export interface OwnerIdentity extends Owner {
  readonly apiVersion: string;
  readonly uid: string;
}

const isOurs = (reference: OwnerReference): boolean =>
  reference.controller === true && reference.apiVersion.startsWith(`${GROUP}/`);

/** What an object says of its owners, the strongest first; anybody can write anything there. */
export const claims = ({ ownerReferences = [], labels, annotations }: StoredMeta): Claim[] => {
  const references = ownerReferences.filter(isOurs);
  const [uid, kind, name] = [labels?.[OWNER_UID], annotations?.[OWNER_KIND], annotations?.[OWNER_NAME]];
  return [
    ...references.map((reference): Claim => ({
      kind: reference.kind,
      name: reference.name,
      uid: reference.uid,
      by: 'reference',
    })),
    ...(uid === undefined || kind === undefined || name === undefined
      ? []
      : [{ kind, name, uid, by: 'record' } as const]),
  ];
};

export const ownerReference = (owner: OwnerIdentity): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.name,
  uid: owner.uid,
  controller: true,
  // true would ask for the right to update finalizers of the owner, and would make a foreground deletion wait for us
  blockOwnerDeletion: false,
});

export const ownLabels = (child: Child, owner: OwnerIdentity): Record<string, string> => ({
  ...child.labels,
  [MANAGED_BY]: MANAGER,
  [OWNER_UID]: owner.uid,
});

export const ownAnnotations = (child: Child, owner: OwnerIdentity): Record<string, string> => {
  const asked = [...new Set([...Object.keys(child.labels), ...Object.keys(child.annotations)])];
  return {
    ...child.annotations,
    [OWNER_KIND]: owner.kind,
    [OWNER_NAME]: owner.name,
    [PART]: child.part,
    ...(asked.length === 0 ? {} : { [ASKED]: asked.toSorted((one, other) => (one < other ? -1 : 1)).join(' ') }),
  };
};

/** The whole object to create: what was built, never what was read. */
export const body = (child: Child, owner: OwnerIdentity): KubeObject & { readonly metadata: ObjectMeta } => ({
  apiVersion:
    child.kind.type.group === '' ? child.kind.type.version : `${child.kind.type.group}/${child.kind.type.version}`,
  kind: child.kind.type.kind,
  metadata: {
    name: child.name,
    ...(child.namespace === '' ? {} : { namespace: child.namespace }),
    labels: ownLabels(child, owner),
    annotations: ownAnnotations(child, owner),
    ownerReferences: [ownerReference(owner)],
  },
  ...child.fixed,
  ...child.content,
});
