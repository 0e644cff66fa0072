import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ApiClient } from '../cluster/client.ts';
import { leaseStore } from '../cluster/leases.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../runtime/clock.ts';
import { Elector, type Leadership, type LeadershipCallbacks, soleReplica } from '../runtime/leader-election.ts';
import type { Logger } from '../runtime/logger.ts';

/** Leadership as the settings want it. */
export const leadershipOf = (
  config: Config,
  client: ApiClient,
  logger: Logger,
  callbacks: LeadershipCallbacks,
): Leadership => {
  if (!config.leaderElect) return soleReplica(callbacks);
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs, leaseName, operatorNamespace } = config;
  return new Elector({
    ...callbacks,
    // A read and a write may both hang, and there is still time for another attempt.
    leases: leaseStore(client, renewDeadlineMs / 4),
    lease: { namespace: operatorNamespace, name: leaseName },
    identity: `${hostname()}_${randomUUID()}`,
    leaseDurationMs,
    renewDeadlineMs,
    retryPeriodMs,
    clock: systemClock,
    random: Math.random,
    logger,
  });
};
