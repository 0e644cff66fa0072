import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { definitions } from './metric-definitions.ts';

/** What is read when somebody scrapes. */
export interface MetricSource {
  readonly queueDepth: () => number;
  readonly leading: () => boolean;
  /** How many admission policies are missing or not bound. */
  readonly guardMissing: () => number;
  readonly informers: () => Iterable<{ readonly resource: string; readonly synced: boolean }>;
  readonly inventory: () => Iterable<Inventory>;
}

/** What is in force of one kind. */
export interface Inventory {
  readonly kind: string;
  /** How many objects of the kind are in force. */
  readonly active: number;
  /** How many of them have a valid credential. */
  readonly credentials: number;
  /** Seconds until the first of them expires; Infinity when none does. */
  readonly nextExpirySeconds: number;
  /** Seconds until the first of their tokens expires; Infinity when none does. */
  readonly nextTokenExpirySeconds: number;
}

/** What happens is told by these; what is so is read from the source. */
export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
  /** From the first call on the gauges are there. */
  follow(source: MetricSource): void;
  reconciled(kind: string, reason: string, seconds: number): void;
  reconcileFailed(kind: string): void;
  queued(seconds: number): void;
  /** `code` is 0 where no answer came. */
  requested(verb: string, code: number, seconds: number): void;
  informerFailed(resource: string): void;
  statusWritten(kind: string): void;
}

/** Seconds; a watch lives for minutes and is counted only. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const gauge = <L extends string>(
  registry: Registry,
  definition: { readonly name: string; readonly help: string; readonly labelNames: readonly L[] },
  read: () => Iterable<readonly [Partial<Record<L, string>>, number]>,
): Gauge<L> =>
  new Gauge({
    ...definition,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.set(labels, value);
    },
  });

const gauges = (registry: Registry, source: MetricSource): void => {
  const inventory = (field: Exclude<keyof Inventory, 'kind'>) => () =>
    [...source.inventory()].map((entry) => [{ kind: entry.kind }, entry[field]] as const);
  gauge(registry, definitions.queueDepth, () => [[{}, source.queueDepth()]]);
  gauge(registry, definitions.leader, () => [[{}, source.leading() ? 1 : 0]]);
  gauge(registry, definitions.guardMissing, () => [[{}, source.guardMissing()]]);
  gauge(registry, definitions.informerSynced, () =>
    [...source.informers()].map(({ resource, synced }) => [{ resource }, synced ? 1 : 0] as const),
  );
  gauge(registry, definitions.active, inventory('active'));
  gauge(registry, definitions.credentials, inventory('credentials'));
  gauge(registry, definitions.nextExpiry, inventory('nextExpirySeconds'));
  gauge(registry, definitions.nextTokenExpiry, inventory('nextTokenExpirySeconds'));
};

/** Metrics with a registry of their own. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  // The measuring itself wakes the process, so not every 10 ms as by default.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const reconciles = new Counter({ ...definitions.reconciles, registers });
  const reconcileSeconds = new Histogram({ ...definitions.reconcileSeconds, registers, buckets });
  const reconcileErrors = new Counter({ ...definitions.reconcileErrors, registers });
  const queueSeconds = new Histogram({ ...definitions.queueSeconds, registers, buckets });
  const requests = new Counter({ ...definitions.requests, registers });
  const requestSeconds = new Histogram({ ...definitions.requestSeconds, registers, buckets });
  const informerErrors = new Counter({ ...definitions.informerErrors, registers });
  const statusWrites = new Counter({ ...definitions.statusWrites, registers });
  return {
    contentType: registry.contentType,
    render: async () => registry.metrics(),
    follow: (source) => gauges(registry, source),
    reconciled: (kind, reason, seconds) => {
      reconciles.inc({ kind, reason });
      reconcileSeconds.observe({ kind }, seconds);
    },
    reconcileFailed: (kind) => reconcileErrors.inc({ kind }),
    queued: (seconds) => queueSeconds.observe(seconds),
    requested: (verb, code, seconds) => {
      requests.inc({ verb, code: code === 0 ? 'none' : String(code) });
      if (verb !== 'watch') requestSeconds.observe({ verb }, seconds);
    },
    informerFailed: (resource) => informerErrors.inc({ resource }),
    statusWritten: (kind) => statusWrites.inc({ kind }),
  };
};
