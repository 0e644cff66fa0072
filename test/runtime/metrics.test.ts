import { describe, expect, test } from 'vitest';
import { definitions } from '../../src/runtime/metric-definitions.ts';
import { createMetrics, type Metrics, type MetricSource } from '../../src/runtime/metrics.ts';
import { cells } from '../markdown.ts';

const source: MetricSource = {
  queueDepth: () => 3,
  leading: () => true,
  guardMissing: () => 0,
  informers: () => [
    { resource: 'clusterroles', synced: true },
    { resource: 'roles', synced: false },
  ],
  inventory: () => [
    { kind: 'UserBinding', active: 4, credentials: 2, nextExpirySeconds: 90.5, nextTokenExpirySeconds: Infinity },
  ],
};

const samples = async (metrics: Metrics): Promise<string[]> =>
  (await metrics.render()).split('\n').filter((line) => line.startsWith('impersonation_'));

describe('a scrape shows', () => {
  test('reconciles by kind and reason, and how long they took', async () => {
    const metrics = createMetrics();
    metrics.reconciled('UserBinding', 'Granted', 0.02);
    metrics.reconciled('UserBinding', 'Granted', 0.2);
    metrics.reconciled('UserBinding', 'Expired', 0.2);
    metrics.reconcileFailed('UserBinding');
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'impersonation_reconciles_total{kind="UserBinding",reason="Granted"} 2',
        'impersonation_reconciles_total{kind="UserBinding",reason="Expired"} 1',
        'impersonation_reconcile_duration_seconds_count{kind="UserBinding"} 3',
        'impersonation_reconcile_duration_seconds_bucket{le="0.025",kind="UserBinding"} 1',
        'impersonation_reconcile_errors_total{kind="UserBinding"} 1',
      ]),
    );
  });

  test('requests by verb and code, and no duration of a watch', async () => {
    const metrics = createMetrics();
    metrics.requested('create', 201, 0.01);
    metrics.requested('create', 0, 30);
    metrics.requested('watch', 200, 600);
    const lines = await samples(metrics);
    expect(lines).toEqual(
      expect.arrayContaining([
        'impersonation_api_requests_total{verb="create",code="201"} 1',
        'impersonation_api_requests_total{verb="create",code="none"} 1',
        'impersonation_api_requests_total{verb="watch",code="200"} 1',
        'impersonation_api_request_duration_seconds_count{verb="create"} 2',
      ]),
    );
    expect(lines.join('\n')).not.toContain('duration_seconds_count{verb="watch"}');
  });

  test('queue, informers and status writes', async () => {
    const metrics = createMetrics();
    metrics.queued(0.003);
    metrics.informerFailed('roles');
    metrics.statusWritten('UserBinding');
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'impersonation_queue_latency_seconds_count 1',
        'impersonation_informer_errors_total{resource="roles"} 1',
        'impersonation_status_writes_total{kind="UserBinding"} 1',
      ]),
    );
  });
});

describe('the gauges of a scrape show', () => {
  test('what is so at that moment, once there is a source', async () => {
    const metrics = createMetrics();
    expect(await samples(metrics)).not.toContainEqual(expect.stringMatching(/^impersonation_(active|leader)/));
    let leading = true;
    let kinds = [...source.inventory()];
    metrics.follow({ ...source, leading: () => leading, inventory: () => kinds });
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'impersonation_queue_depth 3',
        'impersonation_leader 1',
        'impersonation_informer_synced{resource="clusterroles"} 1',
        'impersonation_informer_synced{resource="roles"} 0',
        'impersonation_active{kind="UserBinding"} 4',
        'impersonation_credentials{kind="UserBinding"} 2',
        'impersonation_next_expiry_seconds{kind="UserBinding"} 90.5',
        'impersonation_next_token_expiry_seconds{kind="UserBinding"} +Inf',
      ]),
    );
    leading = false;
    kinds = [];
    const later = await samples(metrics);
    expect(later).toContain('impersonation_leader 0');
    expect(later.join('\n')).not.toContain('impersonation_active{');
  });

  test('the process', async () => {
    expect(await createMetrics().render()).toMatch(/^process_cpu_user_seconds_total \d/m);
  });
});

test('two instances share nothing', async () => {
  const [first, second] = [createMetrics(), createMetrics()];
  first.statusWritten('UserBinding');
  expect(await samples(second)).not.toContainEqual(expect.stringContaining('status_writes_total{'));
});

/** Type, name and help of everything in a scrape. */
const exposed = async (): Promise<{ name: string; type: string; help: string }[]> => {
  const metrics = createMetrics();
  metrics.follow(source);
  const scrape = await metrics.render();
  return [...scrape.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(([, name = '', help = '', type = '']) => ({
    name,
    type,
    help,
  }));
};

describe('docs/metrics.md', () => {
  test('holds one row for each metric of ours, word for word, and no other', async () => {
    const labels = new Map(Object.values(definitions).map(({ name, labelNames }) => [name, labelNames.join(', ')]));
    const ours = (await exposed()).filter(({ name }) => name.startsWith('impersonation_'));
    expect(ours).toHaveLength(labels.size);
    const rows = ours.map(({ name, type, help }) => [`\`${name}\``, type, labels.get(name), help]);
    expect(new Set(cells('docs/metrics.md', 'Metric').map(String))).toEqual(new Set(rows.map(String)));
  });

  test('names each metric of the process, and no other', async () => {
    const process = (await exposed()).filter(({ name }) => !name.startsWith('impersonation_'));
    expect(new Set(cells('docs/metrics.md', 'Process metric').map(([name]) => name))).toEqual(
      new Set(process.map(({ name }) => `\`${name}\``)),
    );
  });
});
