import { type Action, type ImpersonationGrantSpec, type Subject, resolvedMode } from '../../crds/index.ts';
import {
  CLIENT_ACTIONS,
  type Dialect,
  EVERY_ACTION,
  accountUserName,
  attributesText,
  uncovered,
} from '../../rbac/index.ts';
import type { Custom } from '../../reconcile/controller.ts';
import { earliest } from '../../reconcile/outcome.ts';
import { type ActingAs, type CredentialSpec, credentialSpec, reservedName } from '../credential/spec.ts';
import { expiry } from '../expiry.ts';
import { type Installation, isCredentialNamespace } from '../installation.ts';
import {
  beyondCeiling,
  targetAccount,
  targetExtra,
  targetGroup,
  targetNode,
  targetUid,
  targetUser,
} from '../target.ts';
import { validity } from '../validity.ts';
import { type Rejection, type Verdict, firstRejection, rejected } from '../verdict.ts';
import { inPresent, waits } from './present.ts';
import type { GrantResolved } from './resolved.ts';
import { boundKeys, supported } from './support.ts';
import { type Targets, targets } from './targets.ts';

/** A grant that may be carried out as it is. */
export interface ValidGrant {
  readonly name: string;
  readonly subjects: readonly Subject[];
  readonly dialect: Dialect;
  /** Accounts in namespaces that do not exist are left out. */
  readonly targets: Targets;
  /** Likewise; undefined for whatever the one who is impersonated may do. */
  readonly actions: readonly Action[] | undefined;
  readonly credential: CredentialSpec | undefined;
}

type Spec = ImpersonationGrantSpec;

const subject = (installation: Installation, { kind, namespace = '', name }: Subject): Rejection | undefined => {
  if (kind !== 'ServiceAccount') return undefined;
  if (namespace === installation.operatorNamespace)
    return rejected(
      'ForbiddenSubject',
      `spec.subjects names the account "${namespace}/${name}", in the namespace of the operator; choose an account of another namespace`,
    );
  if (isCredentialNamespace(installation, namespace))
    return rejected(
      'ForbiddenSubject',
      `spec.subjects names the account "${namespace}/${name}", in a credential namespace, where each account is for one grant alone; choose an account of another namespace`,
    );
  return undefined;
};

const credentialNamespace = ({ credential }: Spec, installation: Installation): Rejection | undefined =>
  credential?.namespace !== undefined && !isCredentialNamespace(installation, credential.namespace)
    ? rejected(
        'ForbiddenNamespace',
        `spec.credential.namespace is "${credential.namespace}"; this installation allows ${installation.credentialNamespaces.join(', ')}`,
      )
    : undefined;

const notImpersonable = ({ contributions }: GrantResolved): Rejection | undefined => {
  const group = contributions.find(({ is }) => is === 'group');
  return (
    group &&
    rejected(
      'NotImpersonable',
      `spec.impersonate.userBindings names "${group.name}", which is of kind Group; kinds User and ServiceAccount are allowed`,
    )
  );
};

function* targetChecks(
  { allowPrivileged }: Spec,
  found: Targets,
  installation: Installation,
): Iterable<Rejection | undefined> {
  const field = 'spec.impersonate';
  for (const name of found.users) yield targetUser(installation, allowPrivileged, { field, name });
  for (const name of found.groups) yield targetGroup(installation, allowPrivileged, { field, name });
  for (const name of found.uids) yield targetUid(installation, { field: `${field}.uids`, name });
  for (const entry of found.extra) yield targetExtra(installation, `${field}.extra`, entry);
  for (const name of found.nodes) yield targetNode(installation, allowPrivileged, { field: `${field}.nodes`, name });
  for (const account of found.serviceAccounts) yield targetAccount(installation, allowPrivileged, field, account);
}

/** In a constrained grant only: a legacy one lets its subjects do whatever their target may. */
const actions = (spec: Spec, { ceiling: { actions: most } }: Installation): Rejection | undefined => {
  if (most === undefined || resolvedMode(spec) === 'Legacy') return undefined;
  // where something may be done, so may what every client does first
  const allowed = most.length === 0 ? [] : [...most, ...CLIENT_ACTIONS];
  for (const rule of spec.actions ?? EVERY_ACTION) {
    const beyond = uncovered(allowed, rule);
    if (beyond !== undefined) {
      const field = spec.actions === undefined ? 'spec.actions is absent, which' : 'spec.actions';
      return beyondCeiling(
        field,
        `"${attributesText(beyond)}"`,
        'ceiling.actions',
        most.map((listed) => JSON.stringify(listed)),
      );
    }
  }
  return undefined;
};

function* checks(
  custom: Custom<Spec>,
  spec: Spec,
  resolved: GrantResolved,
  found: Targets,
  installation: Installation,
): Iterable<Rejection | undefined> {
  yield supported(spec, resolved);
  yield boundKeys(spec, resolved);
  yield expiry(spec, custom.createdAt, installation);
  for (const one of spec.subjects ?? []) yield subject(installation, one);
  yield credentialNamespace(spec, installation);
  yield reservedName(spec.credential?.secretName);
  yield notImpersonable(resolved);
  yield* targetChecks(spec, found, installation);
  yield actions(spec, installation);
}

/** Whom the kubeconfig acts as: schema and resolution leave exactly one. */
const actingAs = ({ users, serviceAccounts, groups, uids, extra }: Targets): ActingAs => {
  const [account] = serviceAccounts;
  const user = users[0] ?? (account && accountUserName(account));
  return users.length === 0
    ? { user, uid: undefined, groups: [], extra: [] }
    : { user, uid: uids.length === 1 ? uids[0] : undefined, groups, extra };
};

/** Whether a grant may be carried out now. Pure. */
export const validate = (
  custom: Custom<Spec>,
  spec: Spec,
  resolved: GrantResolved,
  installation: Installation,
  now: number,
): Verdict<ValidGrant> => {
  const bound = resolved.contributions.flatMap((one) => (one.is === 'identity' ? [one.identity] : []));
  const found = targets(spec.impersonate, bound);
  const refusal = firstRejection(checks(custom, spec, resolved, found, installation));
  if (refusal !== undefined) return refusal;
  const lifetime = validity(spec, now);
  if (lifetime.is === 'inactive') return lifetime;
  const present = {
    ...found,
    serviceAccounts: found.serviceAccounts.filter(({ namespace }) => resolved.namespaces.has(namespace)),
  };
  return {
    is: 'active',
    valid: {
      name: custom.name,
      subjects: spec.subjects ?? [],
      dialect: resolvedMode(spec),
      targets: present,
      actions: spec.actions && inPresent(spec.actions, resolved.namespaces),
      credential:
        spec.credential &&
        resolved.credential &&
        credentialSpec(resolved.credential.place, spec.credential, {
          actingAs: actingAs(found),
          notAfter: lifetime.until,
          endpoint: installation.endpoint,
          freeAt: resolved.credential.observed.freeAt,
        }),
    },
    waits: waits(resolved, found, spec.actions ?? []),
    recheckAt: earliest(
      lifetime.until,
      ...resolved.contributions.map((one) => (one.is === 'group' ? undefined : one.until)),
    ),
  };
};
