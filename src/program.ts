import { hostname } from 'node:os';
import { FeatureGate } from './cluster/gate.ts';
import { SelfReviewer } from './cluster/self-review.ts';
import { HttpCluster } from './cluster/http.ts';
import type { Config } from './config.ts';
import { ImpersonationOperator } from './operator.ts';
import { cacheStates, caches, siteOf } from './program/caches.ts';
import { type Connection, connect } from './program/connection.ts';
import { requiredPolicies, toldOfGuard } from './program/guard.ts';
import { leadershipOf } from './program/election.ts';
import { installationOf } from './program/installation.ts';
import { engineObserver, statusCounting } from './program/observation.ts';
import { Engine } from './reconcile/engine.ts';
import { cacheCheck, guardCheck, ReachabilityCheck, shutdownCheck, WorkerCheck } from './runtime/checks.ts';
import { systemClock } from './runtime/clock.ts';
import { InstallationClaim } from './runtime/installation-claim.ts';
import { claimedBy, refusal } from './runtime/installation.ts';
import { inventory } from './runtime/inventory.ts';
import type { Logger } from './runtime/logger.ts';
import { createMetrics, type Metrics } from './runtime/metrics.ts';
import { type RunningServer, startServer } from './runtime/server.ts';

export interface ProgramOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Something came up for which the process must end; the text says what to do. */
  readonly onFatal: (text: string) => void;
}

const CONSTRAINED_IMPERSONATION = {
  name: 'ConstrainedImpersonation',
  since: 36,
  backoff: { baseMs: 200, capMs: 10_000 },
} as const;

const monotonic = (): number => systemClock.monotonic();

/** What is told, and asked, about the process. */
class Signs {
  readonly metrics: Metrics = createMetrics();
  readonly reachability = new ReachabilityCheck(monotonic);
  readonly workers = new WorkerCheck(monotonic);
}

/** Everything that runs. */
export class Program {
  readonly #signs: Signs;
  readonly #connection: Connection;
  readonly #parts: Parts;
  #server: RunningServer | undefined;
  #isStopping = false;

  private constructor(signs: Signs, connection: Connection, parts: Parts) {
    this.#signs = signs;
    this.#connection = connection;
    this.#parts = parts;
  }

  /** Puts everything together. Rejects where there is no way to the API server. */
  static async create(options: ProgramOptions): Promise<Program> {
    const signs = new Signs();
    const connection = await connect(({ verb, code, seconds }) => {
      signs.metrics.requested(verb, code, seconds);
      signs.reachability.requested(code);
    });
    return new Program(signs, connection, assembled(options, connection, signs));
  }

  /** Resolves when the caches are complete and this replica stands for election; rejects when it cannot, or `stop` comes first. */
  async start(): Promise<void> {
    const { config, logger, operator, engine, leadership, cluster, site, gate, guard } = this.#parts;
    // Health comes first: the start itself can be watched.
    this.#server = await this.#serve();
    logger.info({ address: this.#server.address, apiServer: this.#connection.access.origin }, 'starting');
    await operator.start();
    await gate.start();
    logger.info({ constrainedImpersonation: gate.state }, 'the caches are complete');
    toldOfGuard(config.profile, guard, logger);
    const claimed = await claimedBy(cluster, site());
    if (claimed.by === 'others') throw new Error(refusal(claimed.namespace));
    if (this.#isStopping) return;
    engine.start();
    this.#signs.workers.took();
    leadership.start();
  }

  /** Takes no more work, lets what runs end, and gives the lease up. */
  async stop(): Promise<void> {
    const { engine, leadership, operator, gate, reviewer } = this.#parts;
    this.#isStopping = true;
    await engine.drain();
    await leadership.stop();
    operator.stop();
    await gate.stop();
    await reviewer.close();
    await operator.whenStopped();
    await this.#server?.close();
    await this.#connection.transport.close();
  }

  async #serve(): Promise<RunningServer> {
    const { reachability, workers, metrics } = this.#signs;
    const { config, logger, engine, watches, guard } = this.#parts;
    return startServer({
      address: config.listenAddress,
      metrics,
      healthz: () => [workers.check(engine.depth)],
      readyz: () => [
        cacheCheck(cacheStates(watches)),
        reachability.check(),
        guardCheck(guard),
        shutdownCheck(this.#isStopping),
      ],
      logger,
    });
  }
}

type Parts = ReturnType<typeof assembled>;

const assembled = ({ config, logger, onFatal }: ProgramOptions, { client, access }: Connection, signs: Signs) => {
  const { metrics, workers } = signs;
  const installation = installationOf(config, access);
  const gate = new FeatureGate({
    client,
    ...CONSTRAINED_IMPERSONATION,
    intervalMs: config.relistIntervalMs,
    onError: (err) => logger.warn({ err }, 'unable to read the feature gates of the API server; it is tried again'),
  });
  const reviewer = new SelfReviewer(client.transport);
  const { wired, watches } = caches({
    installation,
    gate,
    reviewer,
    client,
    relistMs: config.relistIntervalMs,
    requiredPolicies: requiredPolicies(config.profile),
    metrics,
    logger,
  });
  const site = () => siteOf(wired, config.operatorNamespace);
  const leadership = leadershipOf(config, client, logger, {
    onStarted: () => void claim.begin(),
    onStopped: () => claim.end(),
  });
  const leads = () => leadership.mayWrite();
  const claim = new InstallationClaim({
    cluster: new HttpCluster({ client, mayWrite: leads }),
    leads,
    site,
    clock: systemClock,
    logger,
    onHeld: () => engine.resume(),
    onRefused: onFatal,
  });
  const mayWrite = () => claim.mayWrite();
  const cluster = statusCounting(new HttpCluster({ client, mayWrite }), metrics);
  const engine = new Engine({
    cluster,
    clock: client.clock,
    ...wired,
    mayWrite,
    workers: config.concurrency,
    sweepMs: config.relistIntervalMs,
    instance: hostname(),
    observer: engineObserver(metrics, workers, logger),
  });
  metrics.follow({
    queueDepth: () => engine.depth,
    leading: mayWrite,
    guardMissing: () => wired.guard.missing.length,
    informers: () => cacheStates(watches),
    inventory: () => inventory(wired.watched, client.clock.now()),
  });
  const operator = new ImpersonationOperator({
    watches,
    onEvent: async ({ type, meta: { kind, name } }) => logger.trace({ change: type, kind, name }, 'seen'),
    logger,
  });
  return { config, logger, watches, guard: wired.guard, cluster, site, leadership, engine, operator, gate, reviewer };
};
