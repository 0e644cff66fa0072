import type { Config } from '../config.ts';
import { AUTHOR_POLICIES, OPERATOR_POLICIES } from '../controllers/guard-policies.ts';
import type { Guard } from '../controllers/guard.ts';
import type { Logger } from '../runtime/logger.ts';

/** Names of the admission policies that a profile needs. */
export const requiredPolicies = (profile: Config['profile']): readonly string[] => {
  switch (profile) {
    case 'guarded':
      return [...AUTHOR_POLICIES, ...OPERATOR_POLICIES];
    case 'bounded':
      return AUTHOR_POLICIES;
    case 'none':
      return [];
    default:
      return profile satisfies never;
  }
};

/** Says loudly what is amiss at the start, and whenever it changes. */
export const toldOfGuard = (
  profile: Config['profile'],
  guard: Pick<Guard, 'missing' | 'unreadable' | 'onSignal'>,
  logger: Pick<Logger, 'warn' | 'info'>,
): void => {
  if (profile === 'none')
    logger.warn(
      { profile },
      'no admission policy is asked for: whoever may write our objects is cluster-admin; for development only',
    );
  const tell = (): void => {
    const { missing, unreadable } = guard;
    if (unreadable !== undefined)
      logger.warn(
        { permissions: unreadable },
        'the operator may not read the admission policies; nothing new is granted until it may',
      );
    else if (missing.length > 0)
      logger.warn(
        { missing },
        'admission policies are missing or not bound; nothing new is granted until they are applied',
      );
    else logger.info({ profile }, 'the admission policies are in force');
  };
  if (profile === 'none') return;
  tell();
  guard.onSignal(tell);
};
