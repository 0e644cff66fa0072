import { z } from 'zod';
import { bindingCredential, endsInTime } from './credential.ts';
import { PRIVILEGED, extra, groups, uid } from './identity.ts';
import { inOrder, lifetimeFields } from './lifetime.ts';
import { role } from './role.ts';
import { celMatches, ruled } from './rule.ts';
import type { TransitionRule } from './rule.ts';
import { subjectFields, subjectRules } from './subject.ts';
import { listOf } from './text.ts';

const identityFields = z.object({
  groups: groups.describe('Groups.').exactOptional(),
  uid: uid.describe('Uid.').exactOptional(),
  extra: extra.describe('Extra fields.').exactOptional(),
});

const identity = ruled(identityFields, {
  cel: 'has(self.groups) || has(self.uid) || has(self.extra)',
  message: 'must not be empty: at least one of groups, uid and extra',
  holds: (self) => (self.groups ?? self.uid ?? self.extra) !== undefined,
});

/** What a user carries when impersonated. */
export type Identity = z.output<typeof identityFields>;

const fixed: TransitionRule = {
  transition: 'self == oldSelf',
  message: 'must not change; delete the UserBinding and create one for the other subject',
};

/** apiGroup says nothing, so it may come and go; the kind decides whether there is a namespace. */
const boundSubject = ruled(
  z.object({
    ...subjectFields,
    kind: ruled(subjectFields.kind, fixed),
    name: ruled(subjectFields.name, fixed),
    namespace: ruled(subjectFields.namespace.unwrap(), fixed).exactOptional(),
  }),
  ...subjectRules,
);

const fields = z.object({
  subject: boundSubject.describe('Whom this is about. Cannot be changed.'),
  identity: identity.describe('What this user carries when impersonated; kind User only.').exactOptional(),
  roles: listOf(role, 32).describe('What the subject may do.').exactOptional(),
  ...lifetimeFields,
  credential: bindingCredential
    .describe(
      'Kind User: an account of its own that may become exactly this user. Kind ServiceAccount: that account itself.',
    )
    .exactOptional(),
});

export type UserBindingSpec = z.output<typeof fields>;

/** Each costs two children. */
const MAX_ROLE_NAMESPACES = 250;

const privileged = (self: UserBindingSpec): boolean =>
  self.subject.kind === 'ServiceAccount'
    ? self.subject.namespace === 'kube-system'
    : [self.subject.name, ...(self.identity?.groups ?? [])].some((name) => PRIVILEGED.test(name));

export const userBindingSpec = ruled(
  fields,
  {
    cel: "!has(self.identity) || self.subject.kind == 'User'",
    message: 'must not be set unless the subject is of kind User: no other carries one',
    at: 'identity',
    holds: (self) => self.identity === undefined || self.subject.kind === 'User',
  },
  {
    cel: "!has(self.credential) || self.subject.kind != 'Group'",
    message: 'must not be set for a subject of kind Group; User and ServiceAccount are allowed',
    at: 'credential',
    holds: (self) => self.credential === undefined || self.subject.kind !== 'Group',
  },
  {
    cel: "!has(self.credential) || self.subject.kind != 'ServiceAccount' || !has(self.credential.__namespace__)",
    message: 'must not be set for a subject of kind ServiceAccount: the Secret of its token is beside the account',
    at: 'credential.namespace',
    holds: (self) => self.subject.kind !== 'ServiceAccount' || self.credential?.namespace === undefined,
  },
  {
    cel: "!has(self.credential) || self.subject.kind != 'ServiceAccount' || self.credential.type != 'LongLived'",
    message:
      'must be Bound for a subject of kind ServiceAccount: its long-lived token could come back to life once revoked',
    at: 'credential.type',
    holds: (self) => self.subject.kind !== 'ServiceAccount' || self.credential?.type !== 'LongLived',
  },
  {
    cel:
      "!has(self.credential) || (self.subject.kind == 'ServiceAccount' ? self.subject.__namespace__ != 'kube-system' :" +
      ` !${celMatches('self.subject.name', PRIVILEGED)} && !(has(self.identity) && has(self.identity.groups) &&` +
      ` self.identity.groups.exists(name, ${celMatches('name', PRIVILEGED)})))`,
    message:
      'must not be set for a privileged identity: a name or group that begins with system: or kubeadm:, an account in kube-system; an ImpersonationGrant with allowPrivileged may have one',
    at: 'credential',
    holds: (self) => self.credential === undefined || !privileged(self),
  },
  {
    cel: `!has(self.roles) || self.roles.map(role, has(role.namespaces) ? size(role.namespaces) : 1).sum() <= ${MAX_ROLE_NAMESPACES}`,
    message: `must name no more than ${MAX_ROLE_NAMESPACES} namespaces in all; a role for everywhere counts as one`,
    at: 'roles',
    holds: (self) =>
      (self.roles ?? []).reduce((sum, { namespaces }) => sum + (namespaces?.length ?? 1), 0) <= MAX_ROLE_NAMESPACES,
  },
  inOrder,
  endsInTime,
);
