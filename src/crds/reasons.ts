/** Every reason that a condition, an event or a metric label can carry, with what it means. */
export const REASONS = {
  Granted: 'The cluster holds what the spec asks for, and it is in force.',
  Suspended: 'spec.suspend is true: nothing is granted.',
  NotYetValid: 'spec.notBefore has not come yet: nothing is granted.',
  Expired: 'spec.expiresAt has passed: nothing is granted. The object may be deleted.',

  Rejected: 'The spec is refused, so nothing is granted; Stalled says why.',
  Invalid: 'The stored spec breaks a rule of the schema; it was written before the rule existed.',
  Unsupported: 'The spec needs constrained impersonation, which this operator or this API server does not offer.',
  NotImpersonable:
    'spec.impersonate.userBindings names a UserBinding of kind Group; a group alone cannot be impersonated.',
  PrivilegedTarget: 'A privileged target is named, and spec.allowPrivileged is not true.',
  BeyondCeiling: 'The ceiling of this installation does not allow a target or a rule that the spec names.',
  ForbiddenSubject:
    'A subject may never hold a grant: an account of the operator, one that it made, or one in a credential namespace.',
  ForbiddenTarget:
    'A target may never be impersonated: an account in the namespace of the operator, or one that it made.',
  ForbiddenNamespace: 'spec.credential.namespace is not among the credential namespaces of this installation.',
  ExpiryRequired: 'This installation requires spec.expiresAt.',
  GrantTooLong: 'The time until spec.expiresAt exceeds the maximum of this installation.',
  TooManyObjects: 'The spec needs more objects than one custom resource may have.',

  UserBindingNotReady:
    'A UserBinding that the spec names is missing, suspended, rejected, expired or not yet valid; it contributes nothing, the rest is granted.',
  NamespaceNotFound: 'A namespace that the spec names does not exist; the rest is granted.',
  ServiceAccountNotFound: 'The ServiceAccount does not exist; it is never created for a UserBinding.',
  NameTaken: 'An object of somebody else has the name of one that is needed; it is left untouched.',
  TokenPending: 'The token Secret is not filled yet.',
  GuardMissing:
    'An admission policy that this installation needs is missing or not bound: nothing new is granted, and revocations go on.',
  TokenRemembered:
    'The API server may still accept a token of an account that is gone; its credential is granted once it does not.',
  IdentityRemembered:
    'The API server still remembers that somebody may be impersonated whom the grant no longer names; actions are added once it does not.',
  FinalizerHeld: 'A finalizer of somebody else holds an object that must go.',

  ReadFailed: 'The API server refused a read, or did not answer; it is tried again.',
  WriteFailed: 'The API server refused a write, or did not answer; it is tried again.',

  CredentialIssued: 'The token Secret holds a valid token.',

  Honoured: 'The API server honours the grant, and nothing that is known gives its subjects more of it.',
  WidenedByBinding:
    'A binding of somebody else gives a subject of the grant more, so that it is no limit; the message names binding and role.',
  WidenedByGrant: 'Another object of ours has the same subject, and the rights of both multiply; the message names it.',
  RbacNotReadable:
    'The operator may not read all roles and bindings, so it cannot tell; the message names the permission.',

  Verified: 'The API server let the credential become everybody that is named.',
  ImpersonationRefused: 'The API server refused the credential one of those that are named; the message says which.',
  VerificationFailed: 'The credential could not be tried; the message says why.',
  NoCredential: 'There is no credential of its own to be tried.',
} as const satisfies Record<string, string>;

export type Reason = keyof typeof REASONS;

/** Every condition, with what True means. */
export const CONDITIONS = {
  Ready:
    'The cluster holds exactly what the spec asks for now. Suspended, expired and not yet valid are ready too, with that word as reason.',
  Active: 'Rights are in force now.',
  Reconciling: 'The object is being worked on. Present only when True.',
  Stalled: 'Trying again cannot help; the message says who must change what. Present only when True.',
  CredentialReady: 'The token Secret holds a valid token. Absent without a credential.',
  Verified:
    'The credential was tried on the API server, as asked for by the annotation. Absent until it is, and after an edit of the spec.',
  Effective:
    'Rights are in force, the API server honours them, and nothing else gives the same subjects more. Absent where nobody may be impersonated.',
} as const satisfies Record<string, string>;

export type ConditionType = keyof typeof CONDITIONS;
