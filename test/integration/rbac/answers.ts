/** What the evaluator answers, and whether a server says and writes down the same. */
import {
  type AccessIndex,
  type Allowance,
  type Attributes,
  type ImpersonationDecision,
  type ImpersonationMode,
  type Refused,
  type UserInfo,
  allowances,
  authorize,
  impersonate,
  requestedBy,
} from '../../../src/rbac/index.ts';
import type { Said } from './asking.ts';
import type { AuditEvent } from './audit-log.ts';
import type { Question } from './worlds.ts';

export type Evaluated =
  | ImpersonationDecision
  | { readonly kind: 'BadRequest' }
  /** Nobody is impersonated. */
  | { readonly kind: 'ItselfAllowed' }
  | { readonly kind: 'ItselfRefused' };

export const evaluated = (
  index: AccessIndex,
  { caller, headers, action }: Question,
  constrained: boolean,
  lastMode: ImpersonationMode | undefined,
): Evaluated => {
  const requested = requestedBy(headers);
  if (requested.kind === 'BadRequest') return { kind: 'BadRequest' };
  if (requested.kind === 'Identity')
    return impersonate(index, caller, requested.identity, action, { constrained, lastMode });
  return authorize(index, caller, action).allowed ? { kind: 'ItselfAllowed' } : { kind: 'ItselfRefused' };
};

const SAID = {
  Allowed: 'Allowed',
  ActionRefused: 'ActionRefused',
  ImpersonationRefused: 'ImpersonationRefused',
  BadRequest: 'BadRequest',
  ItselfAllowed: 'Allowed',
  ItselfRefused: 'ActionRefused',
} as const;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The words in which the server names a check. */
const words = (check: Attributes): string => {
  if (check.kind === 'URL') return `cannot ${check.verb} path ${JSON.stringify(check.path)}`;
  const { verb, resource, subresource, apiGroup, namespace } = check;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return escaped(`cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(apiGroup)} ${where}`);
};

/** Extras are asked in an order that the server draws by lot. */
const isOneOfMany = ({ check, mode }: Refused, { headers }: Question): boolean =>
  check.kind === 'Resource' &&
  check.resource === 'userextras' &&
  (mode === 'legacy' || check.subresource !== '') &&
  new Set(headers.map(([name]) => name.toLowerCase()).filter((name) => name.startsWith('impersonate-extra-'))).size > 1;

const refusalFault = (
  question: Question,
  refused: Refused | undefined,
  said: Said & { kind: 'ImpersonationRefused' },
): string | undefined => {
  if (refused === undefined) return 'it says nothing of what failed';
  const { check } = refused;
  if (isOneOfMany(refused, question))
    return said.check.startsWith(`cannot ${check.verb} resource "userextras`)
      ? undefined
      : `an extra fails, the server says "${said.check}"`;
  const name = check.kind === 'Resource' ? check.name : '';
  if (said.check !== words(check) && !said.check.startsWith(`${words(check)}: `))
    return `"${words(check)}" fails, the server says "${said.check}"`;
  return name === said.name
    ? undefined
    : `the name ${JSON.stringify(name)} fails, the server says ${JSON.stringify(said.name)}`;
};

/** How the two differ in what they answer; undefined where they do not. */
export const answerFault = (question: Question, answer: Evaluated, said: Said): string | undefined => {
  if (SAID[answer.kind] !== said.kind) return `the evaluator says ${answer.kind}, the server ${said.kind}`;
  return answer.kind === 'ImpersonationRefused' && said.kind === 'ImpersonationRefused'
    ? refusalFault(question, answer.refused[0], said)
    : undefined;
};

const identityText = ({ name, uid, groups, extra }: UserInfo): string =>
  JSON.stringify([
    name,
    uid,
    groups,
    extra.map(({ key, values }) => JSON.stringify([key, ...values.toSorted()])).toSorted(),
  ]);

const loggedText = ({
  username,
  uid = '',
  groups = [],
  extra = {},
}: NonNullable<AuditEvent['impersonatedUser']>): string =>
  identityText({ name: username, uid, groups, extra: Object.entries(extra).map(([key, values]) => ({ key, values })) });

/** Text that is not UTF-8 is written down with replacement characters. */
const asLogged = (text: string): string =>
  text.replaceAll(/[\uD800-\uDFFF]/g, '\uFFFD').replaceAll(/\\udc../g, '\uFFFD');

const bindingText = (by: Allowance): string => {
  if (by.kind === 'PrivilegedGroup') return '';
  const { kind, name, namespace, roleRef } = by.binding;
  return `RBAC: allowed by ${kind} "${namespace === '' ? name : `${name}/${namespace}`}" of ${roleRef.kind} "${roleRef.name}" to `;
};

/** How they differ in what the server wrote into its audit log: the mode, the identity, and the binding that allowed the action. */
export const auditFault = (
  index: AccessIndex,
  { caller, action }: Question,
  answer: Evaluated,
  event: AuditEvent,
): string | undefined => {
  const became = answer.kind === 'Allowed' || answer.kind === 'ActionRefused' ? answer : undefined;
  const { impersonatedUser, authenticationMetadata, annotations = {} } = event;
  if ((became === undefined) !== (impersonatedUser === undefined))
    return 'the log knows another end of the impersonation';
  if (became !== undefined && impersonatedUser !== undefined) {
    const expected = asLogged(identityText(became.identity));
    if (expected !== loggedText(impersonatedUser))
      return `the identity is ${expected}, in the log ${loggedText(impersonatedUser)}`;
    const constraint = became.mode === 'legacy' ? undefined : `impersonate:${became.mode}`;
    const logged = authenticationMetadata?.impersonationConstraint;
    if (constraint !== logged) return `the mode is ${became.mode}, in the log ${logged ?? 'legacy'}`;
  }
  if (answer.kind !== 'Allowed' && answer.kind !== 'ItselfAllowed') return undefined;
  const reason = annotations['authorization.k8s.io/reason'] ?? '';
  const known = Array.from(allowances(index, became?.identity ?? caller, action), bindingText);
  return known.some((text) => (text === '' ? reason === '' : reason.startsWith(text)))
    ? undefined
    : `the action is allowed by one of ${JSON.stringify(known)}, in the log by ${reason}`;
};
