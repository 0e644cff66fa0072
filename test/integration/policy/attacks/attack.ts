/** One thing that somebody may try who has the operator's token, or who may write our objects and nothing else. */
import type { AnyObject } from '../../admin.ts';
import { pathOf } from '../../admin.ts';

export interface Attack {
  /** `author` may write custom resources and become a few harmless users. */
  readonly by: 'operator' | 'author';
  /** Who stops it: an admission policy by name, or that the account has no such right. */
  readonly guard: string;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** What is there before, stored by an admin. */
  readonly before: readonly AnyObject[];
}

export const RIGHTS = 'rights';
export const RBAC = 'rbac.authorization.k8s.io';
export const OURS = 'impersonation.dev/v1alpha1';
export const SYSTEM = 'impersonation-system';
export const CREDENTIALS = 'impersonation-credentials';
export const OPERATOR = 'impersonation-operator';

/** The owner is gone, so the garbage collector would take the object away; admission does not know. */
export const ownedBy = (kind: 'ImpersonationGrant' | 'UserBinding', name: string): object => ({
  ownerReferences: [reference(kind, name)],
});

/** The same, and somebody who lives: the garbage collector leaves the object alone. */
export const ownedByTwo = (kind: 'ImpersonationGrant' | 'UserBinding', name: string): object => ({
  ownerReferences: [
    reference(kind, name),
    { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system', uid: '6b2d1c9e-0000-4000-8000-000000000001' },
  ],
});

/** The operator would not take it for its own. */
export const uncontrolledBy = (kind: 'ImpersonationGrant' | 'UserBinding', name: string): object => ({
  ownerReferences: [{ ...reference(kind, name), controller: false }],
});

const reference = (kind: string, name: string) => ({
  apiVersion: OURS,
  kind,
  name,
  uid: '6b2d1c9e-0000-4000-8000-000000000000',
  controller: true,
  blockOwnerDeletion: false,
});

const place = (object: AnyObject): ['Role', string | undefined] => [object.kind as 'Role', object.metadata.namespace];

/** The operator creates an object. */
export const creation = (guard: string, object: AnyObject, by: Attack['by'] = 'operator'): Attack => ({
  by,
  guard,
  method: 'POST',
  path: pathOf(...place(object)),
  body: object,
  before: [],
});

/** The operator changes an object of which an admin stored `before`. */
export const change = (guard: string, before: AnyObject, patch: object, by: Attack['by'] = 'operator'): Attack => ({
  by,
  guard,
  // a merge patch would take a right that the operator has not; it reads the object and puts it back
  method: by === 'operator' ? 'PUT' : 'PATCH',
  path: pathOf(...place(before), before.metadata.name),
  body: by === 'operator' ? { ...before, ...patch } : patch,
  before: [before],
});

export const removal = (guard: string, before: AnyObject): Attack => ({
  by: 'operator',
  guard,
  method: 'DELETE',
  path: pathOf(...place(before), before.metadata.name),
  before: [before],
});
