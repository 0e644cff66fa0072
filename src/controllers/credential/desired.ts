import { type Child, CONTENT_ONLY, type Source } from '../../reconcile/child.ts';
import type { RbacSubject } from '../kinds.ts';
import { ACCOUNT_PART, SECRET, SERVICE_ACCOUNT, TOKEN_PART } from '../kinds.ts';
import { dnsName } from '../../reconcile/names.ts';
import { type CredentialPlan, boundCredential } from './bound.ts';
import { longLivedCredential } from './long-lived.ts';
import { type CredentialObserved, SLOTS, isFailure, isOf } from './resolve.ts';
import type { CredentialSpec } from './spec.ts';

/** Whom bindings name for a credential. */
export const accountSubjects = ({ namespace, account, freeAt }: CredentialSpec): RbacSubject[] =>
  freeAt === undefined ? [{ kind: 'ServiceAccount', name: account.name, namespace }] : [];

const account = ({ namespace, account: { own, name } }: CredentialSpec, source: Source): Child[] =>
  own
    ? [
        {
          kind: SERVICE_ACCOUNT,
          namespace,
          name,
          part: ACCOUNT_PART,
          content: { automountServiceAccountToken: false },
          fixed: {},
          labels: {},
          annotations: {},
          source,
        },
      ]
    : [];

/** What is there stays as it is: nothing can be said of a Secret that cannot be read. */
const untouched = (spec: CredentialSpec, ownerUid: string, observed: CredentialObserved): Child[] => {
  const kept = (name: string, part: string, type: string): Child => ({
    kind: SECRET,
    namespace: spec.namespace,
    name,
    part,
    content: {},
    fixed: { type },
    labels: {},
    annotations: {},
    source: { from: 'io', due: false, fill: async () => Promise.reject(new Error(`Secret ${name} cannot be read`)) },
  });
  return [
    ...SLOTS.filter((slot) => observed.anchors[slot] !== undefined && isOf(ownerUid, observed.anchors[slot])).map(
      (slot) => kept(dnsName(spec.owner, slot), slot, 'impersonation.dev/anchor'),
    ),
    kept(spec.secretName, TOKEN_PART, 'Opaque'),
  ];
};

/** Everything that a credential consists of. Pure; the token itself is asked for when its Secret is written. */
export const credential = (
  spec: CredentialSpec,
  ownerUid: string,
  observed: CredentialObserved,
  now: number,
): CredentialPlan => {
  const whole = inFull(spec, ownerUid, observed, now);
  return spec.freeAt === undefined
    ? whole
    : { children: [], state: { is: 'remembered', later: whole.children }, recheckAt: spec.freeAt };
};

const inFull = (spec: CredentialSpec, ownerUid: string, observed: CredentialObserved, now: number): CredentialPlan => {
  if (observed.account === undefined ? !spec.account.own : observed.account.terminating) {
    // no token is asked for an account that is not there, or on its way out
    return { children: account(spec, CONTENT_ONLY), state: { is: 'pending' }, recheckAt: undefined };
  }
  if (observed.secret?.terminating === true && observed.secret.claim !== undefined) {
    // whatever is made for a name that a finalizer keeps would be made anew at every look
    const children = spec.type === 'LongLived' ? [] : account(spec, CONTENT_ONLY);
    return { children, state: { is: 'pending' }, recheckAt: undefined };
  }
  if (observed.reading !== undefined && isFailure(observed.reading)) {
    const children = [...account(spec, CONTENT_ONLY), ...untouched(spec, ownerUid, observed)];
    return { children, state: { is: 'unreadable', error: observed.reading.error }, recheckAt: undefined };
  }
  if (spec.type === 'LongLived') {
    const plan = longLivedCredential(spec, ownerUid, observed);
    return { ...plan, children: [...account(spec, plan.account), ...plan.children] };
  }
  const plan = boundCredential(spec, ownerUid, observed, now);
  return { ...plan, children: [...account(spec, CONTENT_ONLY), ...plan.children] };
};
