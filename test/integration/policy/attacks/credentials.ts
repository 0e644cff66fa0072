/** Secrets, accounts and tokens that the operator's token is used to get at; and what is none of its business. */
import type { AnyObject } from '../../admin.ts';
import {
  type Attack,
  CREDENTIALS,
  OPERATOR,
  OURS,
  RBAC,
  RIGHTS,
  SYSTEM,
  change,
  creation,
  ownedBy,
  removal,
} from './attack.ts';

const SECRETS = 'impersonation-operator-secrets';
const ACCOUNTS = 'impersonation-operator-serviceaccounts';
const TOKENS = 'impersonation-operator-tokens';
const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const made = ownedBy('ImpersonationGrant', 'stolen');

const secret = (namespace: string, metadata: object, type: string): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'stolen', namespace, ...metadata },
  type,
});
const tokenOf = (account: string): object => ({
  ...made,
  annotations: { 'kubernetes.io/service-account.name': account },
});
const account = (name: string, metadata: object = {}): AnyObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: CREDENTIALS, ...metadata },
});
const foreignAccount = account('builder');
/** By its name alone: one with an owner that is gone would be collected. */
const ownAccount = account('impersonation-grant-stolen-01234567');
const foreignSecret = secret(CREDENTIALS, { name: 'theirs' }, 'Opaque');

const token = (guard: string, namespace: string, name: string, spec: object, before: readonly AnyObject[]): Attack => ({
  by: 'operator',
  guard,
  method: 'POST',
  path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
  before,
});
const bound = (name: string): object => ({ boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name } });

const grant: AnyObject = {
  apiVersion: OURS,
  kind: 'ImpersonationGrant',
  metadata: { name: 'stolen' },
  spec: { subjects: [{ kind: 'User', name: 'mallory' }], impersonate: { users: ['jane'] } },
};
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const delegated = (method: Attack['method'], path: string, body?: unknown): Attack => ({
  by: 'operator',
  guard: RIGHTS,
  method,
  path,
  body,
  before: [],
});

/** In a namespace that holds no credentials. */
export const elsewhere: Readonly<Record<string, Attack>> = {
  'a Secret elsewhere': creation(SECRETS, secret('default', made, 'Opaque')),
  'an account elsewhere': creation(
    ACCOUNTS,
    account('impersonation-grant-stolen-01234567', { ...made, namespace: 'default' }),
  ),
};

export const credentialAttacks: Readonly<Record<string, Attack>> = {
  'a Secret for the token of a foreign account': creation(SECRETS, secret(CREDENTIALS, tokenOf('builder'), TOKEN_TYPE)),
  'a Secret of another type': creation(SECRETS, secret(CREDENTIALS, made, 'bootstrap.kubernetes.io/token')),
  'a Secret that belongs to nobody': creation(SECRETS, secret(CREDENTIALS, {}, 'Opaque')),
  'a Secret of somebody else, emptied': change(SECRETS, foreignSecret, { data: {} }),
  'the removal of a Secret of somebody else': removal(SECRETS, foreignSecret),
  'an account under another name': creation(ACCOUNTS, account('default-2', made)),
  'an account that belongs to nobody': creation(ACCOUNTS, account('impersonation-grant-stolen-01234567')),
  'the removal of an account of somebody else, under a name of ours': removal(ACCOUNTS, ownAccount),
  'the removal of an account of somebody else': removal(ACCOUNTS, foreignAccount),
  'an account of somebody else, changed': change(ACCOUNTS, foreignAccount, { secrets: [{ name: 'stolen' }] }),
  'a token of a foreign account': token(TOKENS, CREDENTIALS, 'builder', bound('theirs'), [
    foreignAccount,
    foreignSecret,
  ]),
  'a token of the default account': token(TOKENS, CREDENTIALS, 'default', bound('theirs'), [foreignSecret]),
  'a token of an account of ours that nothing can revoke': token(TOKENS, CREDENTIALS, ownAccount.metadata.name, {}, [
    ownAccount,
  ]),
  'a grant': creation(RIGHTS, grant),
  'the removal of a grant': removal(RIGHTS, grant),

  'a Secret for the token of an account of kube-system': {
    ...creation(RIGHTS, secret('kube-system', tokenOf('generic-garbage-collector'), TOKEN_TYPE)),
  },
  'a token of an account of kube-system': token(RIGHTS, 'kube-system', 'generic-garbage-collector', {}, []),
  'a token of its own account': token(RIGHTS, SYSTEM, OPERATOR, {}, []),
  'the removal of a policy': delegated(
    'DELETE',
    `${ADMISSION}/validatingadmissionpolicies/impersonation-operator-roles`,
  ),
  'the removal of the binding of a policy': delegated(
    'DELETE',
    `${ADMISSION}/validatingadmissionpolicybindings/impersonation-operator-roles`,
  ),
  'a policy that ignores errors': delegated(
    'PATCH',
    `${ADMISSION}/validatingadmissionpolicies/impersonation-operator-roles`,
    { spec: { failurePolicy: 'Ignore' } },
  ),
  'a policy that refuses nothing': delegated(
    'PATCH',
    `${ADMISSION}/validatingadmissionpolicybindings/impersonation-operator-roles`,
    { spec: { validationActions: ['Audit'] } },
  ),
  'a webhook that changes everything': delegated('POST', `${ADMISSION}/mutatingwebhookconfigurations`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'stolen' },
    webhooks: [],
  }),
  'the removal of a CRD': delegated(
    'DELETE',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/impersonationgrants.impersonation.dev',
  ),
  'a Pod in its own namespace': delegated('POST', `/api/v1/namespaces/${SYSTEM}/pods`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'stolen' },
    spec: {
      containers: [
        {
          name: 'a',
          image: 'a',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    },
  }),
  'a certificate for an admin': delegated(
    'PUT',
    '/apis/certificates.k8s.io/v1/certificatesigningrequests/stolen/approval',
  ),
  'all roles removed at once': delegated('DELETE', `/apis/${RBAC}/v1/clusterroles`),
};
