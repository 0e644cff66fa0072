import { type CustomResource, IMPERSONATION_GRANT, USER_BINDING } from '../../../src/crds/resource.ts';
import { authorConditions, holds } from './conditions.ts';
import { type Policy, type PolicyValidation, writesOf } from './policy.ts';
import type { PolicySettings } from './settings.ts';
import { lacking, wordsFor } from './words.ts';

const SECRETS = { group: '', resource: 'secrets', namespace: 'variables.place' };

const secret = lacking(
  holds(SECRETS, "'create'"),
  'spec.credential',
  `'the verb "create" on secrets in namespace "' + variables.place + '" (API group "")'`,
);

const token: PolicyValidation = lacking(
  `object.spec.subject.kind != 'ServiceAccount' || ${holds(
    {
      group: '',
      resource: 'serviceaccounts',
      subresource: "'token'",
      namespace: 'variables.place',
      name: 'object.spec.subject.name',
    },
    "'create'",
  )}`,
  'spec.credential',
  `'the verb "create" on serviceaccounts/token "' + object.spec.subject.name + '" in namespace "' + variables.place + '" (API group "")'`,
);

const credentialPolicy = (
  resource: CustomResource,
  slug: string,
  place: string,
  validations: readonly PolicyValidation[],
): Policy => ({
  name: `impersonation-${slug}-credential`,
  rules: [writesOf(resource)],
  conditions: [{ name: 'names-some', expression: 'has(object.spec.credential)' }, ...authorConditions(resource)],
  variables: [{ name: 'place', expression: place }, ...wordsFor(resource)],
  validations,
});

/** Whoever asks for a token Secret could have made one. */
export const credentialPolicies = ({ credentialNamespaces: [credentialNamespace] }: PolicySettings): Policy[] => {
  const named = `has(object.spec.credential.namespace) ? string(object.spec.credential.namespace) : '${credentialNamespace}'`;
  return [
    credentialPolicy(IMPERSONATION_GRANT, 'grant', named, [secret]),
    credentialPolicy(
      USER_BINDING,
      'binding',
      `object.spec.subject.kind == 'ServiceAccount' ? string(object.spec.subject.namespace) : (${named})`,
      [secret, token],
    ),
  ];
};
