import { legacyRules, legacyServiceAccountRules } from '../../rbac/index.ts';
import type { Child } from '../../reconcile/child.ts';
import { accountSubject } from '../credential/desired.ts';
import { GRANT_SLUG, rbacSubjects } from '../kinds.ts';
import { grantedRules } from '../objects.ts';
import type { ValidGrant } from './validate.ts';

/** The roles and bindings of a grant. Service accounts are granted in their namespace: a cluster-wide rule would mean the same name everywhere. */
export const desired = ({ name, subjects, targets, credential }: ValidGrant): Child[] => {
  const owner = { slug: GRANT_SLUG, name };
  const holders = rbacSubjects([...subjects, ...(credential ? [accountSubject(credential)] : [])]);
  const byNamespace = Map.groupBy(targets.serviceAccounts, ({ namespace }) => namespace);
  return [
    // groups, uids and extra fields say something of a user only
    ...(targets.users.length === 0 ? [] : grantedRules(owner, '', '', legacyRules(targets), holders)),
    ...[...byNamespace].flatMap(([namespace, accounts]) =>
      grantedRules(owner, namespace, '', legacyServiceAccountRules(accounts.map((account) => account.name)), holders),
    ),
  ];
};
