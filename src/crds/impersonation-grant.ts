import { z } from 'zod';
import { action, countable } from './action.ts';
import { endsInTime, grantCredential } from './credential.ts';
import { DOMAIN_PATH, PRIVILEGED } from './identity.ts';
import { impersonate } from './impersonate.ts';
import { inOrder, lifetimeFields } from './lifetime.ts';
import { celMatches, ruled } from './rule.ts';
import { subject } from './subject.ts';
import { listOf } from './text.ts';

const fields = z.object({
  subjects: listOf(subject, 32)
    .describe('Who may impersonate. May be absent beside a credential, whose account is then the only one.')
    .exactOptional(),
  impersonate: impersonate.describe(
    'Whom. Every user may be combined with every group, uid and extra field named here.',
  ),
  mode: z
    .enum(['Auto', 'Legacy', 'Constrained'])
    .default('Auto')
    .describe('Auto is Constrained exactly when actions or nodes are set, else Legacy.'),
  actions: ruled(listOf(action, 32), countable)
    .describe(
      'What may be done while impersonating; Constrained mode only. Absent for whatever the impersonated identity may do.',
    )
    .exactOptional(),
  ...lifetimeFields,
  allowPrivileged: z
    .boolean()
    .default(false)
    .describe(
      'Must be true to name a privileged target: a system: or kubeadm: name, a node, a service account in kube-system.',
    ),
  credential: grantCredential
    .describe('An account of its own that holds this grant, with a token in a Secret.')
    .exactOptional(),
});

export type ImpersonationGrantSpec = z.output<typeof fields>;

/** Distinct namespaces cost two children each. */
const MAX_ACTION_NAMESPACES = 120;

/** The mode that the spec alone decides. */
export const resolvedMode = (
  spec: Pick<ImpersonationGrantSpec, 'mode' | 'actions' | 'impersonate'>,
): 'Legacy' | 'Constrained' => {
  if (spec.mode !== 'Auto') return spec.mode;
  return spec.actions === undefined && spec.impersonate.nodes === undefined ? 'Legacy' : 'Constrained';
};

const CONSTRAINED =
  "(self.mode == 'Constrained' || (self.mode == 'Auto' && (has(self.actions) || has(self.impersonate.nodes))))";

const namesPrivileged = ({
  users = [],
  groups = [],
  serviceAccounts = [],
  nodes = [],
}: ImpersonationGrantSpec['impersonate']): boolean =>
  nodes.length > 0 ||
  [...users, ...groups].some((name) => PRIVILEGED.test(name)) ||
  serviceAccounts.some(({ namespace }) => namespace === 'kube-system');

export const impersonationGrantSpec = ruled(
  fields,
  {
    cel: 'has(self.subjects) || has(self.credential)',
    message: 'must name somebody: at least one of subjects and credential',
    at: 'subjects',
    holds: (self) => (self.subjects ?? self.credential) !== undefined,
  },
  {
    cel: "self.mode != 'Legacy' || !has(self.actions)",
    message: 'must not be set in Legacy mode, which cannot limit what is done; Auto and Constrained are allowed',
    at: 'actions',
    holds: (self) => self.mode !== 'Legacy' || self.actions === undefined,
  },
  {
    cel: "self.mode != 'Legacy' || !has(self.impersonate.nodes)",
    message: 'must not be set in Legacy mode, which knows no nodes; Auto and Constrained are allowed',
    at: 'impersonate.nodes',
    holds: (self) => self.mode !== 'Legacy' || self.impersonate.nodes === undefined,
  },
  {
    cel: `!${CONSTRAINED} || !has(self.impersonate.extra) || self.impersonate.extra.all(entry, ${celMatches('entry.key', DOMAIN_PATH)})`,
    message:
      'must have keys of the form domain/path in Constrained mode, as acme.io/team: the API server refuses any other',
    at: 'impersonate.extra',
    holds: (self) =>
      resolvedMode(self) === 'Legacy' || (self.impersonate.extra ?? []).every(({ key }) => DOMAIN_PATH.test(key)),
  },
  {
    cel:
      'self.allowPrivileged || !(has(self.impersonate.nodes)' +
      ` || (has(self.impersonate.users) && self.impersonate.users.exists(name, ${celMatches('name', PRIVILEGED)}))` +
      ` || (has(self.impersonate.groups) && self.impersonate.groups.exists(name, ${celMatches('name', PRIVILEGED)}))` +
      " || (has(self.impersonate.serviceAccounts) && self.impersonate.serviceAccounts.exists(account, account.__namespace__ == 'kube-system')))",
    message:
      'must be true to name a privileged target: a user or group that begins with system: or kubeadm:, a node, a service account in kube-system',
    at: 'allowPrivileged',
    holds: (self) => self.allowPrivileged || !namesPrivileged(self.impersonate),
  },
  {
    cel: `!has(self.actions) || self.actions.map(action, has(action.namespaces) ? size(action.namespaces) : 0).sum() <= ${MAX_ACTION_NAMESPACES}`,
    message: `must name no more than ${MAX_ACTION_NAMESPACES} namespaces in all`,
    at: 'actions',
    holds: (self) =>
      (self.actions ?? []).reduce((sum, { namespaces = [] }) => sum + namespaces.length, 0) <= MAX_ACTION_NAMESPACES,
  },
  {
    cel:
      '!has(self.credential) || !self.credential.kubeconfig ||' +
      ' (has(self.impersonate.users) ? size(self.impersonate.users) : 0)' +
      ' + (has(self.impersonate.serviceAccounts) ? size(self.impersonate.serviceAccounts) : 0)' +
      ' + (has(self.impersonate.userBindings) ? size(self.impersonate.userBindings) : 0) == 1' +
      ' && (!has(self.impersonate.uids) || size(self.impersonate.uids) == 1)',
    message:
      'must be false unless the grant names exactly one user, service account or user binding, and at most one uid',
    at: 'credential.kubeconfig',
    holds: ({ credential, impersonate: { users = [], serviceAccounts = [], userBindings = [], uids = [] } }) =>
      credential?.kubeconfig !== true ||
      (users.length + serviceAccounts.length + userBindings.length === 1 && uids.length <= 1),
  },
  inOrder,
  endsInTime,
);
