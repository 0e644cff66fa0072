import type { UserBindingSpec } from '../../crds/index.ts';
import type { Custom } from '../../reconcile/controller.ts';
import { handedOut } from './handed-out.ts';
import { reservedName } from '../credential/spec.ts';
import { expiry } from '../expiry.ts';
import { type Installation, isCredentialNamespace, isMadeAccount } from '../installation.ts';
import { beyondCeiling, targetExtra, targetGroup, targetUid, targetUser } from '../target.ts';
import { validity } from '../validity.ts';
import { type Rejection, type Verdict, firstRejection, rejected } from '../verdict.ts';

type Spec = UserBindingSpec;

const subject = (
  { subject: { kind, namespace = '', name } }: Spec,
  installation: Installation,
): Rejection | undefined => {
  if (kind !== 'ServiceAccount') return undefined;
  const account = `${namespace}/${name}`;
  if (namespace === installation.operatorNamespace)
    return rejected(
      'ForbiddenSubject',
      `spec.subject names the account "${account}", in the namespace of the operator; choose an account of another namespace`,
    );
  if (isMadeAccount(installation, namespace, name))
    return rejected(
      'ForbiddenSubject',
      `spec.subject names the account "${account}", which the operator made to hold a grant; choose another account`,
    );
  return undefined;
};

/** The account of a broker may become its user and nothing more privileged than a person. */
function* broker(
  { subject: { kind, name }, identity, credential }: Spec,
  installation: Installation,
): Iterable<Rejection | undefined> {
  if (kind !== 'User' || credential === undefined) return;
  yield targetUser(installation, false, { field: 'spec.subject', name });
  for (const group of identity?.groups ?? [])
    yield targetGroup(installation, false, { field: 'spec.identity.groups', name: group });
  if (identity?.uid !== undefined) yield targetUid(installation, { field: 'spec.identity.uid', name: identity.uid });
  for (const entry of identity?.extra ?? []) yield targetExtra(installation, 'spec.identity.extra', entry);
}

const place = (
  { subject: { kind, namespace = '' }, credential }: Spec,
  installation: Installation,
): Rejection | undefined => {
  if (credential === undefined) return undefined;
  const [field, used] =
    kind === 'ServiceAccount' ? ['subject.namespace', namespace] : ['credential.namespace', credential.namespace];
  return used !== undefined && !isCredentialNamespace(installation, used)
    ? rejected(
        'ForbiddenNamespace',
        `spec.${field} is "${used}"; credentials live in ${installation.credentialNamespaces.join(', ')}`,
      )
    : undefined;
};

const token = (
  { subject: { kind, namespace = '', name }, credential }: Spec,
  { ceiling: { tokenAccounts } }: Installation,
): Rejection | undefined => {
  const account = `${namespace}/${name}`;
  return kind === 'ServiceAccount' && credential !== undefined && tokenAccounts?.has(account) === false
    ? beyondCeiling('spec.subject with spec.credential', `"${account}"`, 'ceiling.tokenAccounts', tokenAccounts)
    : undefined;
};

function* checks(
  spec: Spec,
  { name, createdAt }: Pick<Custom<Spec>, 'name' | 'createdAt'>,
  installation: Installation,
): Iterable<Rejection | undefined> {
  yield expiry(spec, createdAt, installation);
  yield subject(spec, installation);
  yield* broker(spec, installation);
  yield place(spec, installation);
  yield token(spec, installation);
  for (const [index, role] of (spec.roles ?? []).entries())
    yield* handedOut(`spec.roles[${index}]`, role, installation.ceiling);
  if (spec.credential !== undefined) yield reservedName(spec.credential.secretName ?? name);
}

/** Whether a binding is in force now, whatever it has in the cluster. Pure. */
export const check = (
  custom: Pick<Custom<Spec>, 'name' | 'spec' | 'createdAt'>,
  installation: Installation,
  now: number,
): Verdict<Spec> => {
  if (!custom.spec.ok) return rejected('Invalid', custom.spec.message);
  const spec = custom.spec.value;
  const refusal = firstRejection(checks(spec, custom, installation));
  if (refusal !== undefined) return refusal;
  const lifetime = validity(spec, now);
  if (lifetime.is === 'inactive') return lifetime;
  return { is: 'active', valid: spec, waits: [], recheckAt: lifetime.until };
};
