/** Who asks for a token Secret could make one. */
import type { Rights } from './author.ts';
import type { PolicyRule } from '../../../src/rbac/index.ts';
import * as may from './rules.ts';
import { type Row, guarded, table } from './table.ts';

const { admin } = guarded();
const CREDENTIALS = 'impersonation-credentials';
const createsSecrets: PolicyRule = { verbs: ['create'], apiGroups: [''], resources: ['secrets'] };
const createsTokens = (name: string): PolicyRule => ({
  verbs: ['create'],
  apiGroups: [''],
  resources: ['serviceaccounts/token'],
  resourceNames: [name],
});

const row = (kind: Row['kind'], spec: object, within: Rights['within'], refused?: string): Row => ({
  kind,
  rights: { everywhere: [may.users('jane')], ...(within === undefined ? {} : { within }) },
  spec,
  ...(refused === undefined ? {} : { refused }),
});
const grant = (credential: object, within: Rights['within'], refused?: string): Row =>
  row(
    'ImpersonationGrant',
    { impersonate: { users: ['jane'] }, credential: { secretName: 's', ...credential } },
    within,
    refused,
  );
const binding = (credential: object, within: Rights['within'], refused?: string): Row =>
  row('UserBinding', { subject: { kind: 'User', name: 'jane' }, credential }, within, refused);
const app = { kind: 'ServiceAccount', namespace: 'default', name: 'app' };
const ofAccount = (within: Rights['within'], refused?: string): Row =>
  row('UserBinding', { subject: app, credential: {} }, within, refused);

const elsewhere = `the verb "create" on secrets in namespace "${CREDENTIALS}" (API group "")`;

table(
  {
    'a grant with a Secret where the author may create one': grant({}, { [CREDENTIALS]: [createsSecrets] }),
    'a grant with a Secret where the author may not': grant({}, { default: [createsSecrets] }, elsewhere),
    'a grant with a Secret in a namespace that it names': grant(
      { namespace: 'default' },
      { default: [createsSecrets] },
    ),
    'a grant with a Secret in a namespace that it names, of an author who may create one elsewhere': grant(
      { namespace: 'default' },
      { [CREDENTIALS]: [createsSecrets] },
      'on secrets in namespace "default"',
    ),
    'a binding with a Secret where the author may create one': binding({}, { [CREDENTIALS]: [createsSecrets] }),
    'a binding with a Secret where the author may not': binding({}, { default: [createsSecrets] }, elsewhere),
    'a binding for an account whose tokens the author may issue': ofAccount({
      default: [may.accounts('app'), createsSecrets, createsTokens('app')],
    }),
    'a binding for an account whose tokens the author may not issue': ofAccount(
      { default: [may.accounts('app'), createsSecrets, createsTokens('other')] },
      'the verb "create" on serviceaccounts/token "app" in namespace "default"',
    ),
    'a binding for an account beside which the author may create no Secret': ofAccount(
      { default: [may.accounts('app'), createsTokens('app')], [CREDENTIALS]: [createsSecrets] },
      'on secrets in namespace "default"',
    ),
  },
  admin,
);
