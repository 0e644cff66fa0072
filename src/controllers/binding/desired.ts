import type { RoleEntry } from '../../crds/index.ts';
import { type PolicyRule, sortedRules, userRules } from '../../rbac/index.ts';
import type { Child } from '../../reconcile/child.ts';
import { accountSubjects } from '../credential/desired.ts';
import type { CredentialSpec } from '../credential/spec.ts';
import { BINDING_SLUG, type RbacSubject, rbacSubjects, rolePart, roleRef } from '../kinds.ts';
import { type Named, binding, grantedRules } from '../objects.ts';
import type { BoundIdentity } from './identity.ts';

/** A binding that may be carried out as it is. */
export interface ValidBinding {
  readonly name: string;
  readonly subject: RbacSubject;
  /** Entries for namespaces that do not exist are left out. */
  readonly roles: readonly RoleEntry[];
  readonly identity: BoundIdentity | undefined;
  readonly credential: CredentialSpec | undefined;
}

/** Where an entry counts: its namespaces, or everywhere, which is the empty name. */
export const scopes = ({ namespaces }: RoleEntry): readonly string[] => namespaces ?? [''];

/** One binding per role and namespace; two entries that say the same give one object. */
const roleBindings = (owner: Named, { roles }: ValidBinding, subjects: readonly RbacSubject[]): Child[] => {
  const byPlace = new Map<string, Child>();
  for (const entry of roles) {
    if (entry.roleRef === undefined) continue;
    const { kind, name } = entry.roleRef;
    const part = rolePart(kind, name);
    for (const namespace of scopes(entry))
      byPlace.set(JSON.stringify([namespace, part]), binding(owner, namespace, part, roleRef(kind, name), subjects));
  }
  return [...byPlace.values()];
};

/** One role of its own per namespace, with every inline rule that counts there. */
const inlineRoles = (owner: Named, { roles }: ValidBinding, subjects: readonly RbacSubject[]): Child[] => {
  const byNamespace = new Map<string, PolicyRule[]>();
  for (const entry of roles) {
    for (const namespace of entry.rules === undefined ? [] : scopes(entry))
      byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), ...(entry.rules ?? [])]);
  }
  return [...byNamespace].flatMap(([namespace, rules]) =>
    grantedRules(owner, namespace, 'rules', sortedRules(rules), subjects),
  );
};

/** The account of the credential may become exactly this user; the account of a binding for an account is that account. */
const broker = (owner: Named, { identity, credential }: ValidBinding): Child[] =>
  credential?.account.own === true && identity?.kind === 'User'
    ? grantedRules(
        owner,
        '',
        'broker',
        userRules('Legacy', { ...identity, users: [identity.name] }),
        rbacSubjects(accountSubjects(credential)),
      )
    : [];

export const desired = (valid: ValidBinding): Child[] => {
  const owner = { slug: BINDING_SLUG, name: valid.name };
  const subjects = rbacSubjects([valid.subject]);
  return [...roleBindings(owner, valid, subjects), ...inlineRoles(owner, valid, subjects), ...broker(owner, valid)];
};
