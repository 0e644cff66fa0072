import { guardPolicy, lists, ownership, refusing, rulesFor } from './guard.ts';
import type { Policy } from './policy.ts';
import type { PolicySettings } from './settings.ts';

const MADE = "matches('^impersonation-(grant|binding)-')";
const ACCOUNT = "'kubernetes.io/service-account.name'";

const inCredentialNamespace = refusing(
  'request.namespace in variables.credentialNamespaces',
  'its namespace is no credential namespace',
);

const secretsPolicy = (settings: PolicySettings): Policy =>
  guardPolicy(settings, 'secrets', {
    rules: rulesFor('', ['secrets']),
    variables: lists({ credentialNamespaces: settings.credentialNamespaces }),
    validations: [
      inCredentialNamespace,
      ...ownership('false'),
      refusing(
        "request.operation == 'DELETE' || object.type in ['Opaque', 'impersonation.dev/anchor', 'kubernetes.io/service-account-token']",
        'it may be of a type that holds tokens of ours only',
      ),
      refusing(
        `request.operation == 'DELETE' || object.type != 'kubernetes.io/service-account-token' || (has(object.metadata.annotations) && ${ACCOUNT} in object.metadata.annotations && object.metadata.annotations[${ACCOUNT}].${MADE})`,
        'its token would be that of an account which the operator did not make',
      ),
    ],
  });

const accountsPolicy = (settings: PolicySettings): Policy =>
  guardPolicy(settings, 'serviceaccounts', {
    rules: rulesFor('', ['serviceaccounts']),
    variables: lists({ credentialNamespaces: settings.credentialNamespaces }),
    validations: [
      inCredentialNamespace,
      ...ownership('false'),
      refusing(
        `variables.subject.metadata.name.${MADE}`,
        'its name does not begin with impersonation-grant- or impersonation-binding-',
      ),
    ],
  });

const tokensPolicy = (settings: PolicySettings): Policy =>
  guardPolicy(settings, 'tokens', {
    rules: rulesFor('', ['serviceaccounts/token'], ['CREATE']),
    variables: lists({
      credentialNamespaces: settings.credentialNamespaces,
      tokenAccounts: settings.ceiling.tokenAccounts,
    }),
    validations: [
      {
        expression: `request.namespace in variables.credentialNamespaces && (request.name.${MADE} || (request.namespace + '/' + request.name) in variables.tokenAccounts)`,
        messageExpression: `'the operator may not issue tokens of the account "' + request.namespace + '/' + request.name + '": it did not make that account, and the ceiling of this installation does not list it'`,
      },
      {
        expression:
          "has(object.spec.boundObjectRef) && has(object.spec.boundObjectRef.kind) && object.spec.boundObjectRef.kind == 'Secret'",
        messageExpression: `'the operator may not issue a token of the account "' + request.namespace + '/' + request.name + '" that is bound to no Secret: nothing would revoke it'`,
      },
    ],
  });

/** What the operator may write besides RBAC. */
export const guardCredentialPolicies = (settings: PolicySettings): Policy[] => [
  secretsPolicy(settings),
  accountsPolicy(settings),
  tokensPolicy(settings),
];
