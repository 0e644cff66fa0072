import type { CredentialState } from '../../../src/reconcile/controller.ts';
import type { Outcome } from '../../../src/reconcile/outcome.ts';
import { NOW, granted } from './custom.ts';

export const GRANTED = granted('granted');
const inactive = (reason: 'Suspended' | 'NotYetValid' | 'Expired'): Outcome => ({
  is: 'ready',
  reason,
  message: 'nothing',
  recheckAt: NOW,
});
export const SUSPENDED = inactive('Suspended');
export const NOT_YET = inactive('NotYetValid');
export const EXPIRED = inactive('Expired');
export const REJECTED: Outcome = { is: 'rejected', reason: 'PrivilegedTarget', message: 'no' };
export const PARTLY: Outcome = {
  is: 'waiting',
  reason: 'NamespaceNotFound',
  message: 'later',
  granted: true,
  recheckAt: undefined,
};
export const TAKEN: Outcome = { ...PARTLY, reason: 'NameTaken', message: 'taken', granted: false };
export const FAILED: Outcome = { is: 'failed', reason: 'WriteFailed', message: '500', retryAfterSeconds: undefined };
export const UNREAD: Outcome = { ...FAILED, reason: 'ReadFailed', retryAfterSeconds: 3 };

export const UNSEEN: Outcome = { is: 'unseen', reason: 'RbacNotReadable', message: 'may not list', recheckAt: NOW };

export const OUTCOMES: readonly Outcome[] = [
  GRANTED,
  SUSPENDED,
  NOT_YET,
  EXPIRED,
  REJECTED,
  PARTLY,
  TAKEN,
  FAILED,
  UNREAD,
  UNSEEN,
];

export const READY: CredentialState = {
  is: 'ready',
  namespace: 'credentials',
  secretName: 'support-bot',
  expirationTimestamp: '2026-11-24T09:00:00Z',
};
export const PENDING: CredentialState = { is: 'pending', namespace: 'credentials', secretName: 'support-bot' };
